/*
 * A line of ours is "/" and the name of the out, with a backslash before each of [ ] ! * # ? \ as
 * DVC writes it. Two things DVC leaves broken: a blank at the end gets a backslash too, for Git
 * drops it otherwise; a line break in the name is written as [[:cntrl:]], which matches it.
 */
#include "git/gitignore.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "git/gitrepo.h"
#include "os/beneath.h"
#include "os/file.h"

#define GITIGNORE     ".gitignore"
#define GITIGNORE_MAX (64u << 20)

static void add_escaped(struct str *out, const char *name) {
    size_t len = strlen(name);
    str_addc(out, '/');
    for (size_t i = 0; i < len; i++) {
        if (name[i] == '\n' || name[i] == '\r') {
            str_adds(out, "[[:cntrl:]]");
            continue;
        }
        if (strchr("[]!*#?\\", name[i]) || (i == len - 1 && name[i] == ' ')) {
            str_addc(out, '\\');
        }
        str_addc(out, name[i]);
    }
}

/* Opens the folder of `path` without following a link that a stranger may have put on the way. */
static int open_folder(int *folder, const struct gitrepo *g, const char *path) {
    int root CLEANUP(fd_closep) = open(gitrepo_root(g), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        return err_errno("cannot open '%s'", gitrepo_root(g));
    }
    if (!path_inside(gitrepo_root(g), path)) {
        return err_set(ERR_FAILED, "'%s' is outside of the Git repository '%s'", path,
                       gitrepo_root(g));
    }
    return beneath_parent(folder, root, path_below(gitrepo_root(g), path), false);
}

/* The .gitignore of the folder; "" if there is none. */
static int read_file(struct str *out, int folder, const char *path) {
    if (file_is_link(folder, GITIGNORE)) {
        return err_set(ERR_FAILED, "the .gitignore beside '%s' is a symlink: Git ignores it", path);
    }
    int rc = file_read(out, folder, GITIGNORE, GITIGNORE_MAX);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    return rc;
}

/* Adds lines for paths of one folder that are not ignored; the file's path, or NULL. */
static int add_lines(struct gitrepo *g, struct arena *arena, const struct strv *paths,
                     const char **file) {
    const char *path = paths->at[0];
    int folder CLEANUP(fd_closep) = -1;
    int rc = open_folder(&folder, g, path);
    *file = NULL;
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        log_warn("the folder of '%s' is not there yet: its .gitignore waits until it is", path);
        return 0;
    }
    struct str text CLEANUP(str_release) = STR_INIT;
    if (rc || (rc = read_file(&text, folder, path))) {
        return rc;
    }
    if (text.len > 0 && text.buf[text.len - 1] != '\n') {
        str_addc(&text, '\n');
    }
    for (size_t i = 0; i < paths->len; i++) {
        add_escaped(&text, path_base(paths->at[i]));
        str_addc(&text, '\n');
    }
    if ((rc = file_write_atomic(folder, GITIGNORE, text.buf, text.len))) {
        return rc;
    }
    *file = path_join(arena, path_dir(arena, path), GITIGNORE);
    return 0;
}

int gitignore_add_many(struct gitrepo *g, struct arena *arena, const struct strv *paths,
                       struct strv *files) {
    struct map by_folder CLEANUP(map_release) = MAP_INIT; /* folder -> struct strv * */
    struct map seen CLEANUP(map_release) = MAP_INIT;
    int rc = 0;
    for (size_t i = 0; !rc && i < paths->len; i++) {
        const char *path = paths->at[i], *folder = path_dir(arena, path);
        bool ignored;
        rc = gitrepo_ignores(g, path, file_is_dir(AT_FDCWD, path), &ignored);
        if (rc || ignored || !map_add(&seen, path, &seen)) {
            continue;
        }
        struct strv *list = map_get(&by_folder, folder);
        if (!list) {
            list = arena_alloc(arena, sizeof *list);
            map_put(&by_folder, folder, list);
        }
        vec_push(list, path);
    }
    for (size_t i = 0; i < by_folder.len; i++) {
        struct strv *list = by_folder.at[i].value;
        const char *file = NULL;
        rc = rc ? rc : add_lines(g, arena, list, &file);
        if (file) {
            vec_push(files, file);
        }
        vec_release(list);
    }
    return rc;
}

int gitignore_add(struct gitrepo *g, struct arena *arena, const char *path, const char **file) {
    struct strv one CLEANUP(strv_release) = {0}, files CLEANUP(strv_release) = {0};
    vec_push(&one, path);
    int rc = gitignore_add_many(g, arena, &one, &files);
    *file = files.len ? files.at[0] : NULL;
    return rc;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool same(const char *line, size_t len, const struct str *text) {
    return len == text->len && memcmp(line, text->buf, len) == 0;
}

/* Whether the line is one of ours; blanks around it may have been added by hand. */
static bool is_ours(const char *line, size_t len, const struct str *plain,
                    const struct str *escaped) {
    if (same(line, len, plain) || same(line, len, escaped)) {
        return true;
    }
    while (len > 0 && is_blank(line[0])) {
        line++;
        len--;
    }
    while (len > 0 && is_blank(line[len - 1])) {
        len--;
    }
    return same(line, len, plain) || same(line, len, escaped);
}

static void drop_lines(struct str *kept, const struct str *text, const char *name) {
    struct str plain CLEANUP(str_release) = STR_INIT, escaped CLEANUP(str_release) = STR_INIT;
    str_addf(&plain, "/%s", name);
    add_escaped(&escaped, name);
    for (size_t at = 0; at < text->len;) {
        const char *line = text->buf + at, *end = memchr(line, '\n', text->len - at);
        size_t len = end ? (size_t)(end - line) : text->len - at;
        if (!is_ours(line, len, &plain, &escaped)) {
            str_add(kept, line, len + (end != NULL));
        }
        at += len + 1;
    }
}

int gitignore_remove(struct gitrepo *g, struct arena *arena, const char *path, const char **file) {
    *file = NULL;
    int folder CLEANUP(fd_closep) = -1;
    int rc = open_folder(&folder, g, path);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    struct str text CLEANUP(str_release) = STR_INIT, kept CLEANUP(str_release) = STR_INIT;
    if (rc || (rc = read_file(&text, folder, path))) {
        return rc;
    }
    drop_lines(&kept, &text, path_base(path));
    if (kept.len == text.len) {
        return 0;
    }
    if (kept.len == 0) {
        return file_remove(folder, GITIGNORE);
    }
    if ((rc = file_write_atomic(folder, GITIGNORE, kept.buf, kept.len))) {
        return rc;
    }
    *file = path_join(arena, path_dir(arena, path), GITIGNORE);
    return 0;
}
