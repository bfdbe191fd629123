#include "git/gitattributes.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitlib.h"
#include "os/file.h"

#define BEGIN          "# cairn: begin\n"
#define END            "# cairn: end\n"
#define ATTRIBUTES_MAX ((size_t)1 << 20)

/* The file without our lines; *had tells whether there were any. */
static int read_others(struct str *out, bool *had, const char **path, struct gitrepo *g,
                       struct arena *arena) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = gitlib_open(g);

    *had = false;
    if (rc) {
        return rc;
    }
    *path = path_join(arena, git_repository_commondir(g->repo), "info/attributes");
    rc = file_read(&text, AT_FDCWD, *path, ATTRIBUTES_MAX);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    const char *begin = rc ? NULL : strstr(text.buf, BEGIN);
    const char *end = begin ? strstr(begin, END) : NULL;
    *had = end != NULL;
    if (!end) {
        str_add(out, text.buf, text.len);
        return rc;
    }
    str_add(out, text.buf, (size_t)(begin - text.buf));
    str_adds(out, end + strlen(END));
    return 0;
}

int gitattributes_put(struct gitrepo *g, const char *lines) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *path;
    bool had;
    int rc = read_others(&text, &had, &path, g, arena);

    if (rc || (rc = dir_make(AT_FDCWD, path_dir(arena, path), 0777))) {
        return rc;
    }
    if (text.len && !str_ends(text.buf, "\n")) {
        str_addc(&text, '\n');
    }
    str_addf(&text, BEGIN "%s" END, lines);
    return file_write_atomic(AT_FDCWD, path, text.buf, text.len);
}

int gitattributes_remove(bool *removed, struct gitrepo *g) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *path;
    int rc = read_others(&text, removed, &path, g, arena);

    if (rc || !*removed) {
        return rc;
    }
    return text.len ? file_write_atomic(AT_FDCWD, path, text.buf, text.len)
                    : file_remove(AT_FDCWD, path);
}
