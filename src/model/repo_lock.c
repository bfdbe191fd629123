#include "model/repo_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/config.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/file.h"

#define RWLOCK_MAX           (16u << 20)
#define RWLOCK_GUARD_SECONDS 30.0 /* it is held for moments */

static const char *lock_path(const struct repo *r, const char *name) {
    return path_join(r->arena, r->tmp_dir, name);
}

/* .dvc/tmp itself must be a folder of ours, not a link planted by whoever made the repository. */
static int make_tmp(const struct repo *r) {
    if (file_is_link(AT_FDCWD, r->tmp_dir)) {
        return err_set(ERR_FAILED, "'%s' is a symbolic link; nothing is written behind one",
                       r->tmp_dir);
    }
    return dir_make(AT_FDCWD, r->tmp_dir, 0777);
}

static void tell_waiting(void *ctx, const char *holder, double waited) {
    bool *told = ctx;
    (void)waited;
    if (!*told) {
        log_warn("waiting for another process%s%s to finish its work in this repository",
                 holder[0] ? ", pid " : "", holder);
        *told = true;
    }
}

static int take(struct repo_lock *lock, const char *name, double seconds) {
    struct repo *r = lock->repo;
    bool told = false;
    int rc = make_tmp(r);
    if (rc) {
        return rc;
    }
    return config_bool(r->config, "core.hardlink_lock", false)
               ? hardlink_lock_take(&lock->link, lock_path(r, name), seconds, tell_waiting, &told)
               : file_lock_take(&lock->file, lock_path(r, name), seconds, tell_waiting, &told);
}

int repo_lock_take(struct repo_lock *lock, struct repo *r, double seconds) {
    *lock = (struct repo_lock){.file = FILE_LOCK_INIT, .repo = r};
    return take(lock, "lock", seconds);
}

void repo_lock_release(struct repo_lock *lock) {
    file_lock_release(&lock->file);
    hardlink_lock_release(&lock->link);
}

void repo_lock_pause(struct repo_lock *lock) {
    repo_lock_release(lock);
}

int repo_lock_resume(struct repo_lock *lock) {
    return take(lock, "lock", -1);
}

/*
 * rwlock, as DVC keeps it: {"write": {PATH: INFO}, "read": {PATH: [INFO…]}} with INFO {"pid": N, "cmd": TEXT}; empty
 * sections are left out. It is only read and changed with rwlock.lock held.
 */

struct rwlock {
    struct repo_lock guard;
    struct arena *arena;
    struct node *write, *read; /* maps from path to lists of infos */
};

static bool is_ours(const struct node *info) {
    const struct node *pid = node_get(info, "pid");
    return pid && pid->kind == NODE_INT && pid->integer == (int64_t)getpid();
}

static bool is_alive(const struct node *info) {
    const struct node *pid = node_get(info, "pid");
    if (!pid || pid->kind != NODE_INT || pid->integer <= 0 || pid->integer > INT32_MAX) {
        return false;
    }
    return kill((pid_t)pid->integer, 0) == 0 || errno == EPERM;
}

static bool names(const struct strv *paths, const char *path) {
    for (size_t i = 0; paths && i < paths->len; i++) {
        if (str_eq(paths->at[i], path)) {
            return true;
        }
    }
    return false;
}

/* The entries of a section that count: of living processes, and not ours at the paths that we `drop`. */
static struct node *living(struct arena *arena, const struct node *section,
                           const struct strv *drop) {
    struct node *out = node_map(arena);
    for (size_t i = 0; section && section->kind == NODE_MAP && i < section->map.len; i++) {
        const char *path = node_text(section->map.at[i].key);
        struct node *value = section->map.at[i].value, *list = node_list(arena);
        size_t n = value->kind == NODE_LIST ? value->list.len : 1;
        for (size_t k = 0; path && k < n; k++) {
            struct node *info = value->kind == NODE_LIST ? value->list.at[k] : value;
            if (is_alive(info) && !(is_ours(info) && names(drop, path))) {
                node_append(arena, list, info);
            }
        }
        if (list->list.len > 0) {
            node_put(arena, out, path, list);
        }
    }
    return out;
}

static void rwlock_close(struct rwlock *l) {
    repo_lock_release(&l->guard);
    arena_free(l->arena);
}

/* A file that does not parse was torn by a crash of DVC, which writes it in place: nobody is at work. */
static int rwlock_load(struct rwlock *l, struct repo *r, const struct strv *drop_read,
                       const struct strv *drop_write) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *root = NULL;
    *l = (struct rwlock){.guard = {.file = FILE_LOCK_INIT, .repo = r}, .arena = arena_new()};
    int rc = take(&l->guard, "rwlock.lock", RWLOCK_GUARD_SECONDS);
    if (rc) {
        return rc;
    }
    rc = file_read(&text, AT_FDCWD, lock_path(r, "rwlock"), RWLOCK_MAX);
    if (!rc && text.len > 0) {
        rc = json_read(&root, l->arena, text.buf, text.len, "rwlock");
    }
    if (rc) {
        log_debug("rwlock: %s", err_text());
        err_clear();
    }
    l->write = living(l->arena, node_get(root, "write"), drop_write);
    l->read = living(l->arena, node_get(root, "read"), drop_read);
    return 0;
}

/* A path is written by one process only: its list becomes the one info. */
static int rwlock_save(const struct rwlock *l) {
    const char *path = lock_path(l->guard.repo, "rwlock");
    struct node *root = node_map(l->arena), *write = node_map(l->arena);
    struct str text CLEANUP(str_release) = STR_INIT;
    if (l->write->map.len + l->read->map.len == 0) {
        /* No file says the same, and spares the next stage a flush: ext4 makes one for a replaced file. */
        return file_remove(AT_FDCWD, path);
    }
    for (size_t i = 0; i < l->write->map.len; i++) {
        const struct node *list = l->write->map.at[i].value;
        node_put(l->arena, write, node_text(l->write->map.at[i].key),
                 list->list.at[list->list.len - 1]);
    }
    if (write->map.len > 0) {
        node_put(l->arena, root, "write", write);
    }
    if (l->read->map.len > 0) {
        node_put(l->arena, root, "read", l->read);
    }
    json_write(&text, root);
    return file_write_replace(AT_FDCWD, path, text.buf, text.len);
}

/* ERR_LOCKED if another process has one of the paths, or something above or below it, in the section. */
static int check_against(const struct node *section, const struct strv *paths) {
    for (size_t i = 0; i < section->map.len; i++) {
        const char *path = node_text(section->map.at[i].key);
        const struct node *list = section->map.at[i].value;
        for (size_t k = 0; k < list->list.len * paths->len; k++) {
            const struct node *info = list->list.at[k / paths->len];
            const char *wanted = paths->at[k % paths->len];
            if (is_ours(info) || !paths_overlap(path, wanted)) {
                continue;
            }
            const char *cmd = node_text(node_get(info, "cmd"));
            int rc =
                err_set(ERR_LOCKED, "'%s' is in use by '%s', pid %lld", wanted,
                        cmd ? cmd : "another command", (long long)node_get(info, "pid")->integer);
            err_hint("wait for it to end, or end it");
            return rc;
        }
    }
    return 0;
}

static void add_info(struct arena *arena, struct node *section, const struct strv *paths,
                     const char *cmd) {
    struct node *info = node_map(arena);
    node_put(arena, info, "pid", node_int(arena, (int64_t)getpid()));
    node_put(arena, info, "cmd", node_str(arena, cmd));
    for (size_t i = 0; i < paths->len; i++) {
        struct node *list = node_get(section, paths->at[i]);
        if (!list) {
            list = node_list(arena);
            node_put(arena, section, paths->at[i], list);
        }
        node_append(arena, list, info);
    }
}

int rwlock_take(struct repo *r, const char *cmd, const struct strv *read,
                const struct strv *write) {
    struct rwlock l CLEANUP(rwlock_close);
    int rc = rwlock_load(&l, r, NULL, NULL);
    rc = rc ? rc : check_against(l.write, read);
    rc = rc ? rc : check_against(l.write, write);
    rc = rc ? rc : check_against(l.read, write);
    if (rc) {
        return rc;
    }
    add_info(l.arena, l.write, write, cmd);
    add_info(l.arena, l.read, read, cmd);
    return rwlock_save(&l);
}

int rwlock_release(struct repo *r, const struct strv *read, const struct strv *write) {
    struct rwlock l CLEANUP(rwlock_close);
    int rc = rwlock_load(&l, r, read, write);
    return rc ? rc : rwlock_save(&l);
}
