/*
 * rwlock, as DVC keeps it: {"write": {PATH: INFO}, "read": {PATH: [INFO…]}} with INFO {"pid": N, "cmd": TEXT}; empty
 * sections are left out. It is only changed with rwlock.lock held.
 */
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
#include "os/signal.h"

#define RWLOCK_MAX           (16u << 20)
#define RWLOCK_GUARD_SECONDS 30.0

static const char *lock_path(struct repo *r, const char *name) {
    return path_join(r->arena, r->tmp_dir, name);
}

/* .dvc/tmp itself must be a folder of ours, not a link planted by whoever made the repository. */
static int check_tmp(struct repo *r) {
    if (file_is_link(AT_FDCWD, r->tmp_dir)) {
        return err_set(ERR_FAILED, "'%s' is a symbolic link; nothing is written behind one",
                       r->tmp_dir);
    }
    return 0;
}

static void tell_waiting(void *ctx, const char *holder, double waited) {
    bool *told = ctx;

    (void)waited;
    if (!*told) {
        log_warn("waiting for another process%s%s to finish its work in this repository",
                 holder[0] != '\0' ? ", pid " : "", holder);
        *told = true;
    }
}

int repo_lock_take(struct repo_lock *lock, struct repo *r, double seconds) {
    bool told = false;
    int rc = check_tmp(r);

    *lock = (struct repo_lock){.file = FILE_LOCK_INIT, .repo = r};
    if (rc != 0) {
        return rc;
    }
    return file_lock_take(&lock->file, lock_path(r, "lock"), seconds, tell_waiting, &told);
}

void repo_lock_release(struct repo_lock *lock) {
    file_lock_release(&lock->file);
}

void repo_lock_pause(struct repo_lock *lock) {
    file_lock_release(&lock->file);
}

int repo_lock_resume(struct repo_lock *lock) {
    bool told = false;

    return file_lock_take(&lock->file, lock_path(lock->repo, "lock"), -1, tell_waiting, &told);
}

static bool is_alive(int64_t pid) {
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

static bool is_ours(const struct node *info) {
    const struct node *pid = node_get(info, "pid");

    return pid != NULL && pid->kind == NODE_INT && pid->integer == (int64_t)getpid();
}

/* Whether the holder counts: another process, and alive. */
static bool holds(const struct node *info) {
    const struct node *pid = node_get(info, "pid");

    return pid != NULL && pid->kind == NODE_INT && !is_ours(info) && is_alive(pid->integer);
}

/* A section without the entries of dead processes; without ours at these paths too if `drop` is given. */
static struct node *kept(struct arena *arena, const struct node *section, bool lists,
                         const struct strv *drop) {
    struct node *out = node_map(arena);
    size_t i, k;

    for (i = 0; section != NULL && section->kind == NODE_MAP && i < section->map.len; i++) {
        const char *path = node_text(section->map.at[i].key);
        struct node *value = section->map.at[i].value, *list = node_list(arena);
        bool dropped = false;

        for (k = 0; drop != NULL && k < drop->len; k++) {
            dropped = dropped || str_eq(drop->at[k], path);
        }
        if (path == NULL || (!lists && !holds(value) && (dropped || !is_ours(value)))) {
            continue;
        }
        if (!lists) {
            node_put(arena, out, path, value);
            continue;
        }
        for (k = 0; value->kind == NODE_LIST && k < value->list.len; k++) {
            if (holds(value->list.at[k]) || (is_ours(value->list.at[k]) && !dropped)) {
                node_append(arena, list, value->list.at[k]);
            }
        }
        if (list->list.len > 0) {
            node_put(arena, out, path, list);
        }
    }
    return out;
}

struct rwlock {
    struct node *write, *read;
};

/* A file that does not parse is taken as empty: it only ever says who is at work. */
static int load(struct rwlock *l, struct arena *arena, const char *path,
                const struct strv *drop_read, const struct strv *drop_write) {
    struct str text = STR_INIT;
    struct node *root = NULL;
    int rc = file_read(&text, AT_FDCWD, path, RWLOCK_MAX);

    if (rc == 0 && text.len > 0) {
        rc = json_read(&root, arena, text.buf, text.len, path);
    }
    str_release(&text);
    if (rc != 0) {
        log_debug("rwlock: %s", err_text());
        err_clear();
    }
    l->write = kept(arena, node_get(root, "write"), false, drop_write);
    l->read = kept(arena, node_get(root, "read"), true, drop_read);
    return 0;
}

static int save(const struct rwlock *l, struct arena *arena, const char *path) {
    struct node *root = node_map(arena);
    struct str text = STR_INIT;
    int rc;

    /* No file says the same as an empty one, and costs ext4 no flush when the next stage writes its claim. */
    if (l->write->map.len + l->read->map.len == 0) {
        return file_remove(AT_FDCWD, path);
    }
    if (l->write->map.len > 0) {
        node_put(arena, root, "write", l->write);
    }
    if (l->read->map.len > 0) {
        node_put(arena, root, "read", l->read);
    }
    json_write(&text, root);
    rc = file_write_replace(AT_FDCWD, path, text.buf, text.len);
    str_release(&text);
    return rc;
}

static int blocked(const char *path, const struct node *info) {
    const char *cmd = node_text(node_get(info, "cmd"));
    int rc =
        err_set(ERR_LOCKED, "'%s' is in use by '%s', pid %lld", path,
                cmd != NULL ? cmd : "another command", (long long)node_get(info, "pid")->integer);

    err_hint("wait for it to end, or end it");
    return rc;
}

static int check_against(const struct node *section, const struct strv *paths) {
    size_t i, k, n;

    for (i = 0; i < section->map.len; i++) {
        const char *path = node_text(section->map.at[i].key);
        const struct node *value = section->map.at[i].value;

        for (k = 0; k < paths->len; k++) {
            if (!paths_overlap(path, paths->at[k])) {
                continue;
            }
            if (value->kind == NODE_MAP && holds(value)) {
                return blocked(paths->at[k], value);
            }
            for (n = 0; value->kind == NODE_LIST && n < value->list.len; n++) {
                if (holds(value->list.at[n])) {
                    return blocked(paths->at[k], value->list.at[n]);
                }
            }
        }
    }
    return 0;
}

static int guard(struct file_lock *lock, struct repo *r) {
    int rc = check_tmp(r);

    lock->fd = -1;
    return rc != 0 ? rc
                   : file_lock_take(lock, lock_path(r, "rwlock.lock"), RWLOCK_GUARD_SECONDS, NULL,
                                    NULL);
}

static struct node *info_node(struct arena *arena, const char *cmd) {
    struct node *info = node_map(arena);

    node_put(arena, info, "pid", node_int(arena, (int64_t)getpid()));
    node_put(arena, info, "cmd", node_str(arena, cmd));
    return info;
}

int rwlock_take(struct repo *r, const char *cmd, const struct strv *read,
                const struct strv *write) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(file_lock_release) struct file_lock lock = FILE_LOCK_INIT;
    const char *path = path_join(arena, r->tmp_dir, "rwlock");
    struct node *info = info_node(arena, cmd), *list;
    struct rwlock l;
    size_t i;
    int rc;

    if ((rc = guard(&lock, r)) != 0 || (rc = load(&l, arena, path, NULL, NULL)) != 0 ||
        (rc = check_against(l.write, read)) != 0 || (rc = check_against(l.write, write)) != 0 ||
        (rc = check_against(l.read, write)) != 0) {
        return rc;
    }
    for (i = 0; i < write->len; i++) {
        node_put(arena, l.write, write->at[i], info);
    }
    for (i = 0; i < read->len; i++) {
        list = node_get(l.read, read->at[i]);
        if (list == NULL) {
            list = node_list(arena);
            node_put(arena, l.read, read->at[i], list);
        }
        node_append(arena, list, info);
    }
    return save(&l, arena, path);
}

int rwlock_release(struct repo *r, const struct strv *read, const struct strv *write) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(file_lock_release) struct file_lock lock = FILE_LOCK_INIT;
    const char *path = path_join(arena, r->tmp_dir, "rwlock");
    struct rwlock l;
    int rc;

    if ((rc = guard(&lock, r)) != 0 || (rc = load(&l, arena, path, read, write)) != 0) {
        return rc;
    }
    return save(&l, arena, path);
}
