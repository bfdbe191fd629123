#include "exp/workcopy.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/link.h"
#include "job/walk.h"
#include "git/gitcopy.h"
#include "git/gitrepo.h"
#include "model/config.h"
#include "model/repo.h"
#include "exp/queue.h"
#include "exp/queue_files.h"
#include "exp/queue_order.h"

enum { CONFIG_MAX = 1 << 20 };

int workcopy_lock(struct workcopy *copy, struct repo *r, const char *files) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    return file_lock_take(&copy->lock, queue_file(arena, r, files, "lock"), 0, NULL, NULL);
}

/* ---- files */

static int copy_file(const char *from, const char *to, mode_t mode) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    static const enum link_type types[] = {LINK_REFLINK, LINK_COPY};
    const char *dir = path_dir(arena, to);
    int rc = dir_make(AT_FDCWD, dir, 0777);

    if (rc || (rc = file_remove(AT_FDCWD, to))) {
        return rc;
    }
    CLEANUP(fd_closep) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return err_errno("cannot open the folder '%s'", dir);
    }
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        err_clear();
        rc = link_make(types[i], AT_FDCWD, from, fd, path_base(to), mode);
        if (rc != ERR_UNSUPPORTED) {
            break;
        }
    }
    return rc;
}

static int copy_folder(struct arena *arena, const char *from, const char *to) {
    struct walk all CLEANUP(walk_release) = {0};
    int rc = walk_tree(&all, arena, AT_FDCWD, from, NULL, NULL);

    rc = rc ? rc : dir_make(AT_FDCWD, to, 0777);
    for (size_t i = 0; !rc && i < all.empty.len; i++) {
        rc = dir_make(AT_FDCWD, path_join(arena, to, all.empty.at[i]), 0777);
    }
    for (size_t i = 0; !rc && i < all.len; i++) {
        rc = copy_file(path_join(arena, from, all.at[i].path), path_join(arena, to, all.at[i].path),
                       all.at[i].id.mode & 0777);
    }
    return rc;
}

/* -C: from the user's workspace, as it is now. */
static int copy_paths(struct arena *arena, struct repo *r, const char *root,
                      const struct workcopy_request *o) {
    int rc = 0;

    for (size_t i = 0; !rc && o->paths && i < o->paths->len; i++) {
        const char *path = path_normal(arena, path_join(arena, o->wdir, o->paths->at[i]));
        if (path_is_absolute(path) || path_escapes(path) || (path[0] && path_is_hostile(path))) {
            return err_set(ERR_FAILED, "'%s' cannot be copied: it is outside of the repository",
                           o->paths->at[i]);
        }
        const char *from = path_join(arena, r->root, path), *to = path_join(arena, root, path);
        struct file_id id;
        if (file_is_dir(AT_FDCWD, from)) {
            rc = copy_folder(arena, from, to);
        } else if (!(rc = file_id_follow(&id, AT_FDCWD, from))) {
            rc = copy_file(from, to, id.mode & 0777);
        }
        err_wrap(rc, "cannot copy '%s' for the experiment", o->paths->at[i]);
    }
    return rc;
}

/* What we know of the cache's objects, so that they need not be read again: tables of the statcache,
 * which are called by 16 hex digits. */
static int copy_knowledge(struct arena *arena, struct repo *r, const char *root) {
    const char *from = path_join(arena, r->tmp_dir, "cairn");
    const char *to = path_join(arena, root, ".dvc/tmp/cairn");
    struct strv names CLEANUP(strv_release) = {0};
    int rc = dir_names(&names, arena, AT_FDCWD, from);

    for (size_t i = 0; !rc && i < names.len; i++) {
        if (strlen(names.at[i]) == 16 && strspn(names.at[i], "0123456789abcdef") == 16) {
            rc = copy_file(path_join(arena, from, names.at[i]), path_join(arena, to, names.at[i]),
                           0644);
        }
    }
    return rc;
}

/* ---- configuration */

/* Paths that the user's files give relative to themselves have to lead to the same places. */
static int fix_paths(struct repo *copy, struct repo *r) {
    struct strv remotes CLEANUP(strv_release) = {0};
    const char *cache = config_path(r->config, r->arena, "cache.dir");
    int rc = config_set(copy->config, CONFIG_LOCAL, "cache.dir",
                        cache ? cache : path_join(r->arena, r->dvc_dir, "cache"));

    config_remotes(r->config, CONFIG_MERGED, &remotes);
    for (size_t i = 0; !rc && i < remotes.len; i++) {
        const char *name = arena_printf(r->arena, "remote.%s.url", remotes.at[i]);
        const char *typed = config_get(r->config, CONFIG_MERGED, name);
        const char *url = config_path(r->config, r->arena, name);
        if (typed && url && path_is_absolute(url) && !str_eq(typed, url)) {
            rc = config_set(copy->config, CONFIG_LOCAL, name, url);
        }
    }
    return rc;
}

static int make_config(struct arena *arena, struct repo *r, const char *root) {
    static const char *const own[] = {"config.local", "cairn.local"};
    struct repo *copy CLEANUP(repo_closep) = NULL;
    int rc = dir_make(AT_FDCWD, path_join(arena, root, ".dvc/tmp"), 0777);

    for (size_t i = 0; !rc && i < COUNT_OF(own); i++) {
        rc = file_copy_small(path_join(arena, r->dvc_dir, own[i]),
                             arena_printf(arena, "%s/.dvc/%s", root, own[i]), CONFIG_MAX);
    }
    if (rc || (rc = repo_open(&copy, root, true))) {
        return rc;
    }
    return fix_paths(copy, r);
}

/* ---- as a whole */

int workcopy_make(struct workcopy *copy, struct arena *arena, struct repo *r,
                  const struct workcopy_request *o) {
    const char *top = queue_copy_folder(arena, r, o->files);
    const char *root = path_join(arena, top, r->git_path);
    int rc;

    if ((rc = queue_discard_copy(r, o->files)) || (rc = dir_make(AT_FDCWD, top, 0777))) {
        return rc;
    }
    copy->owner = r;
    copy->rev = arena_strdup(arena, o->files);
    copy->top = top;
    copy->notes = path_dir(arena, queue_file(arena, r, o->files, "lock"));
    if ((rc = gitcopy_make(r->git, top, o->files, o->head)) ||
        (rc = file_remove(AT_FDCWD, path_join(arena, root, QUEUE_PACKED))) ||
        (rc = make_config(arena, r, root)) || (rc = copy_knowledge(arena, r, root)) ||
        (rc = copy_paths(arena, r, root, o)) ||
        (rc = dir_make(AT_FDCWD, path_join(arena, root, o->wdir), 0777))) {
        return err_wrap(rc, "cannot copy the workspace");
    }
    return repo_open(&copy->repo, path_join(arena, root, o->wdir), false);
}

void workcopy_remove(struct workcopy *copy) {
    repo_close(copy->repo);
    copy->repo = NULL;
    if (copy->rev) {
        struct err_chain *outer CLEANUP(err_restore) = err_hold();
        int rc = queue_discard_copy(copy->owner, copy->rev);
        rc = rc || !copy->alone ? rc : dir_remove_tree(AT_FDCWD, copy->notes);
        if (rc) {
            log_warn("%s", err_text());
            err_clear();
        }
    }
    copy->rev = NULL;
}

void workcopy_release(struct workcopy *copy) {
    workcopy_remove(copy);
    file_lock_release(&copy->lock);
}

void workcopy_sweep(struct repo *r) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    int rc = dir_names(&names, arena, AT_FDCWD, queue_folder(arena, r));

    for (size_t i = 0; !rc && i < names.len; i++) {
        struct workcopy left CLEANUP(workcopy_release) = WORKCOPY_INIT;
        const char *rev = names.at[i] + strlen(QUEUE_COPY_PREFIX);
        /* That of a job goes with its task: a lock of another machine may not be seen here. */
        if (str_starts(names.at[i], QUEUE_COPY_PREFIX) &&
            !file_exists(AT_FDCWD, queue_file(arena, r, rev, "job")) &&
            !workcopy_lock(&left, r, rev)) {
            left.owner = r;
            left.rev = rev;
        }
        err_clear();
    }
    err_clear();
    queue_sweep_copies(r);
}
