#include "exp/undo.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "job/walk.h"
#include "model/repo.h"
#include "os/beneath.h"
#include "os/file.h"

#define BEFORE "cairn/exp-before"

/* A params file may be large; beyond this it is no params file. */
#define FILE_MAX ((size_t)64 << 20)

static bool read_file(struct str *out, const struct repo *r, const char *path) {
    int rc = file_read(out, r->root_fd, path, FILE_MAX);

    if (rc) {
        err_clear();
    }
    return rc == 0;
}

void undo_init(struct undo *u, struct repo *r, struct arena *arena, const char *experiment) {
    *u = (struct undo){.repo = r, .arena = arena};
    u->dir = path_join(arena, path_below(r->root, r->tmp_dir),
                       arena_printf(arena, BEFORE "/%s", experiment));
}

/* What an earlier, killed run of the same name kept is older, and stays. */
static int keep(const struct undo *u, const char *path) {
    const struct repo *r = u->repo;
    const char *kept = path_join(u->arena, u->dir, path);
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc;

    if (file_exists(r->root_fd, kept) || !read_file(&text, r, path)) {
        return 0;
    }
    if ((rc = dir_make(r->root_fd, path_dir(u->arena, kept), 0777))) {
        return rc;
    }
    return file_write_atomic(r->root_fd, kept, text.buf, text.len);
}

int undo_write(struct undo *u, const char *path, const char *text, size_t len) {
    struct str old CLEANUP(str_release) = STR_INIT;
    int rc;

    if (read_file(&old, u->repo, path) && old.len == len && memcmp(old.buf, text, len) == 0) {
        return 0;
    }
    if (u->dir && (rc = keep(u, path))) {
        return rc;
    }
    vec_push(&u->files, ((struct undo_file){path, arena_dup(u->arena, text, len), len}));
    return beneath_write(u->repo->root_fd, path, text, len);
}

void undo_restore(struct undo *u) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    int fd = u->repo->root_fd, rc = 0;

    for (size_t i = 0; u->dir && i < u->files.len; i++) {
        const struct undo_file *f = &u->files.at[i];
        struct str now CLEANUP(str_release) = STR_INIT, old CLEANUP(str_release) = STR_INIT;
        if (!read_file(&now, u->repo, f->path) || now.len != f->len ||
            memcmp(now.buf, f->text, f->len) != 0) {
            log_warn("'%s' was changed meanwhile, and stays", repo_shown(u->repo, f->path));
            continue;
        }
        rc = read_file(&old, u->repo, path_join(u->arena, u->dir, f->path))
                 ? beneath_write(fd, f->path, old.buf, old.len)
                 : beneath_remove(fd, f->path);
        if (rc) {
            log_warn("'%s' stays as the run set it: %s", repo_shown(u->repo, f->path), err_text());
            err_clear();
            return;
        }
    }
    undo_forget(u);
}

void undo_forget(struct undo *u) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    if (u->dir && dir_remove_tree(u->repo->root_fd, u->dir)) {
        log_debug("%s", err_text());
        err_clear();
    }
    vec_clear(&u->files);
}

void undo_release(struct undo *u) {
    vec_release(&u->files);
}

/* "e1/params.yaml": tells how to bring it back, unless it is back. */
static void tell_file(struct repo *r, struct arena *arena, const char *entry) {
    const char *slash = strchr(entry, '/');
    const char *kept =
        path_join(arena, path_join(arena, path_below(r->root, r->tmp_dir), BEFORE), entry);
    struct str old CLEANUP(str_release) = STR_INIT, now CLEANUP(str_release) = STR_INIT;

    if (!slash || !read_file(&old, r, kept)) {
        return;
    }
    if (read_file(&now, r, slash + 1) && now.len == old.len &&
        memcmp(now.buf, old.buf, old.len) == 0) {
        if (file_remove(r->root_fd, kept)) {
            err_clear();
        }
        return;
    }
    log_warn("the run of experiment '%.*s' was killed, '%s' is as that run set it. To get back "
             "what it was: mv '%s' '%s'",
             (int)(slash - entry), entry, repo_shown(r, slash + 1), repo_shown(r, kept),
             repo_shown(r, slash + 1));
}

void undo_tell(struct repo *r) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *top = path_join(arena, path_below(r->root, r->tmp_dir), BEFORE);
    struct walk w CLEANUP(walk_release) = {0};

    if (!file_is_dir(r->root_fd, top)) {
        return;
    }
    if (walk_tree(&w, arena, r->root_fd, top, NULL, NULL)) {
        err_clear();
        return;
    }
    for (size_t i = 0; i < w.len; i++) {
        tell_file(r, arena, w.at[i].path);
    }
}
