#include "data/unprotect.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "data/data.h"
#include "job/parallel.h"
#include "job/progress.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/link.h"
#include "os/stat.h"
#include "job/walk.h"

struct unprotect {
    struct data *data;
    const char *top; /* repo-relative folder that the entries are below */
    struct walk files;
};

static int unprotect_file(struct data *d, const char *path) {
    int parent CLEANUP(fd_closep) = -1;
    bool changed = false;
    int rc = beneath_parent(&parent, d->repo->root_fd, path, false);

    if (!rc && !(rc = link_break(&changed, parent, path_base(path))) && changed) {
        log_debug("'%s' is a file of its own now", path);
    }
    return rc;
}

static int unprotect_item(void *ctx, size_t i, int worker) {
    struct unprotect *u = ctx;
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const struct walk_entry *e = &u->files.at[i];

    (void)worker;
    if (!e->link && e->id.nlink == 1 && e->id.mode & S_IWUSR) {
        return 0;
    }
    int rc = unprotect_file(u->data, path_join(scratch, u->top, e->path));
    progress_add(u->data->progress, 1, 0);
    return rc;
}

/* What is not ours to change, and what holds no bytes: dead links, sockets and the like. */
static bool skip_file(void *ctx, const char *path, bool is_dir) {
    struct unprotect *u = ctx;
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const char *full = path_join(scratch, u->top, path);
    struct file_id id;

    if (path_is_hostile(full)) {
        return true;
    }
    if (is_dir) {
        return false;
    }
    if (file_id_follow(&id, u->data->repo->root_fd, full)) {
        err_clear();
        return true;
    }
    return !S_ISREG(id.mode);
}

static int unprotect_dir(struct data *d, const char *path) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct unprotect u = {.data = d, .top = path};
    int rc = walk_tree(&u.files, arena, d->repo->root_fd, path[0] ? path : ".", skip_file, &u);

    if (!rc) {
        progress_phase(d->progress, "Unprotecting", u.files.len, 0);
        rc = parallel_for(u.files.len, unprotect_item, &u);
    }
    walk_release(&u.files);
    return rc;
}

int unprotect_out(struct data *d, const struct out *o) {
    struct file_id id;

    if (!o->cache || path_is_absolute(o->path) || !file_id_peek(&id, d->repo->root_fd, o->path)) {
        return 0;
    }
    if (S_ISDIR(id.mode)) {
        return unprotect_dir(d, o->path);
    }
    return file_exists(d->repo->root_fd, o->path) ? unprotect_file(d, o->path) : 0;
}

int data_unprotect(struct data *d, const struct strv *targets) {
    int rc = data_lock(d);

    for (size_t i = 0; !rc && i < targets->len; i++) {
        const char *path;

        if ((rc = repo_path(&path, d->repo, targets->at[i], true))) {
            break;
        }
        if (!file_exists(d->repo->root_fd, path[0] ? path : ".")) {
            return err_set(ERR_NOT_FOUND, "'%s' does not exist", targets->at[i]);
        }
        bool is_dir = file_is_dir(d->repo->root_fd, path[0] ? path : ".");
        rc = is_dir ? unprotect_dir(d, path) : unprotect_file(d, path);
    }
    return rc;
}
