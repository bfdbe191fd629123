#include "data/runs.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "data/data.h"
#include "os/file.h"
#include "os/signal.h"
#include "job/walk.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"

/* The names on one side, "runs/<2>/<key>/<value>". */
struct run_names {
    struct arena *arena;
    struct strv at;
    struct map set;
};

static void run_names_release(struct run_names *n) {
    vec_release(&n->at);
    map_release(&n->set);
    arena_free(n->arena);
}

static bool is_hex(const char *text, size_t len) {
    return strspn(text, "0123456789abcdef") >= len;
}

/* Only names of the right form are touched. */
bool runs_is_path(const char *path) {
    const char *p = path + strlen("runs/");

    return strncmp(path, "runs/", strlen("runs/")) == 0 && strlen(p) == 2 + 1 + 64 + 1 + 64 &&
           is_hex(p, 2) && p[2] == '/' && is_hex(p + 3, 64) && strncmp(p, p + 3, 2) == 0 &&
           p[67] == '/' && is_hex(p + 68, 64);
}

static int add_name(void *ctx, const char *path) {
    struct run_names *n = ctx;

    if (runs_is_path(path) && !map_has(&n->set, path)) {
        path = arena_strdup(n->arena, path);
        vec_push(&n->at, path);
        map_put(&n->set, path, n);
    }
    return 0;
}

static int list_here(struct run_names *n, struct data *d) {
    const char *folder = path_join(n->arena, data_cache_dir(d), "runs");
    struct walk walk CLEANUP(walk_release) = {0};
    int rc;

    if (!file_is_dir(AT_FDCWD, folder)) {
        return 0;
    }
    if ((rc = walk_tree(&walk, n->arena, AT_FDCWD, folder, NULL, NULL))) {
        return rc;
    }
    for (size_t i = 0; i < walk.len; i++) {
        add_name(n, path_join(n->arena, "runs", walk.at[i].path));
    }
    return 0;
}

static int open_for_runs(struct odb **out, struct data *d, const char *remote) {
    int rc = data_remote_for(out, d, remote, HASH_MD5);

    if (!rc && (!(*out)->ops->list_files || !(*out)->ops->read_file || !(*out)->ops->write_file)) {
        log_debug("remote '%s' cannot keep the run cache", (*out)->name);
        remote_close(*out);
        *out = NULL;
    }
    return rc;
}

static int copy_run(struct data *d, struct odb *o, const char *path, bool push) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const char *local = path_join(scratch, data_cache_dir(d), path);
    int rc = cancel_check();

    if (rc || push) {
        return rc ? rc : o->ops->write_file(o, path, local);
    }
    rc = dir_make(AT_FDCWD, path_dir(scratch, local), 0777);
    return rc ? rc : o->ops->read_file(o, path, local);
}

static int copy_missing(uint64_t *files, struct data *d, const char *remote, bool push) {
    struct run_names here CLEANUP(run_names_release) = {.arena = arena_new()};
    struct run_names there CLEANUP(run_names_release) = {.arena = arena_new()};
    struct odb *o CLEANUP(remote_closep) = NULL;
    int rc;

    *files = 0;
    if ((rc = open_for_runs(&o, d, remote)) || !o) {
        return rc;
    }
    if ((rc = list_here(&here, d)) || (rc = o->ops->list_files(o, "runs", add_name, &there))) {
        return err_wrap(rc, "the run cache");
    }
    const struct run_names *from = push ? &here : &there, *to = push ? &there : &here;
    for (size_t i = 0; i < from->at.len; i++) {
        if (map_has(&to->set, from->at.at[i])) {
            continue;
        }
        if ((rc = copy_run(d, o, from->at.at[i], push))) {
            return err_wrap(rc, "the run cache");
        }
        *files += 1;
    }
    return 0;
}

int runs_push(uint64_t *files, struct data *d, const char *remote) {
    return copy_missing(files, d, remote, true);
}

int runs_pull(uint64_t *files, struct data *d, const char *remote) {
    return copy_missing(files, d, remote, false);
}

int runs_list(struct strv *out, struct arena *arena, struct data *d) {
    struct run_names here CLEANUP(run_names_release) = {.arena = arena_new()};
    int rc = list_here(&here, d);

    for (size_t i = 0; !rc && i < here.at.len; i++) {
        vec_push(out, arena_strdup(arena, here.at.at[i]));
    }
    return rc;
}
