/*
 * The bytes of files, and where they lie.
 */
#include <cairn.h>

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/temp.h"
#include "model/repo.h"
#include "model/view.h"
#include "store/cache.h"
#include "data/data.h"
#include "data/get.h"
#include "data/source_files.h"
#include "api/handle.h"

#define GIT_FILE_MAX ((size_t)1 << 30) /* files of Git are read as a whole */

/* Tracked data: brought into the cache, and opened there. */
static int open_object(int *fd, struct arena *arena, cairn *c, struct source_files *files) {
    struct source_moved moved;
    int rc = source_fetch(&moved, arena, &c->source, files, "", c->source.data);
    const struct digest *digest = &files->all.at[0].digest;

    return rc ? rc : cache_open_object(fd, data_cache_for(c->source.data, digest->algo), digest);
}

static int open_committed(int *fd, cairn *c, const char *path) {
    const struct view view = {.repo = c->source.repo, .commit = c->source.commit};
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = view_read(&text, &view, path, GIT_FILE_MAX);

    return rc ? rc : temp_memory(fd, text.buf, text.len);
}

static int open_file(int *fd, cairn *c, const char *path) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct source_files files CLEANUP(source_files_release) = {0};
    const char *inside;

    int rc = handle_enter(&inside, c, arena, path);
    if (rc) {
        return rc;
    }
    if (!c->source.commit) {
        rc = file_open(fd, c->source.repo->root_fd, inside);
        if (rc != ERR_NOT_FOUND) {
            return rc;
        }
        err_clear();
    }
    rc = source_look(&files, arena, &c->source, path_normal(arena, path));
    if (rc) {
        return rc == ERR_REFUSED ? ERR_NOT_FOUND : rc;
    }
    if (files.is_dir || files.all.len != 1) {
        return err_set(ERR_INVALID, "'%s' is a folder", path);
    }
    return files.all.at[0].out ? open_object(fd, arena, c, &files)
                               : open_committed(fd, c, files.all.at[0].at);
}

int cairn_open_file(cairn *c, const char *path, int *fd) {
    *fd = -1;
    call_begin();
    return call_end(open_file(fd, c, path));
}

static int read_whole(struct str *out, cairn *c, const char *path, size_t max) {
    int fd CLEANUP(fd_closep) = -1;
    int rc = open_file(&fd, c, path);

    return rc ? rc : file_read_open(out, fd, path, max);
}

int cairn_read(cairn *c, const char *path, size_t max, char **data, size_t *len) {
    struct str text CLEANUP(str_release) = STR_INIT;

    *data = NULL;
    *len = 0;
    call_begin();
    int rc = read_whole(&text, c, path, max);
    if (!rc) {
        *len = text.len;
        *data = str_detach(&text);
    }
    return call_end(rc);
}

int cairn_locate(cairn *c, const char *path, char **url) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *found;

    *url = NULL;
    call_begin();
    /* From the top, wherever the process stands. */
    int rc = data_get_location(&found, arena, &c->spec, arena_printf(arena, "/%s", path), NULL);
    if (!rc) {
        *url = mem_strdup(found);
    }
    return call_end(rc);
}
