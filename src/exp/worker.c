#include "exp/worker.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/proc.h"
#include "os/signal.h"
#include "model/config.h"
#include "model/repo.h"
#include "exp/dispatch.h"
#include "exp/queue_files.h"
#include "exp/queue_order.h"

#define WORKER_PREFIX "cairn-worker-"

enum { TROUBLES_MAX = 10 * QUEUE_TRIES, HELD_TRIES = 5, HELD_PAUSE_MS = 2 };

static const char *worker_file(struct arena *arena, const struct repo *r, int slot,
                               const char *suffix) {
    return arena_printf(arena, "%s/celery/" WORKER_PREFIX "%d.%s", queue_folder(arena, r), slot,
                        suffix);
}

static int own_path(const char **out, struct arena *arena) {
    struct str path CLEANUP(str_release) = STR_INIT;

    if (!proc_own_path(&path)) {
        return err_set(ERR_FAILED, "the system does not tell where our own program is");
    }
    *out = arena_strdup(arena, path.buf);
    return 0;
}

/* Who asks whether the lock is held holds it for a moment. */
static bool take_slot(struct file_lock *lock, const char *path) {
    for (int i = 0; i < HELD_TRIES; i++) {
        int rc = file_lock_take(lock, path, 0, NULL, NULL);
        err_clear();
        if (!rc) {
            return true;
        }
        if (cancel_pause(HELD_PAUSE_MS)) {
            break;
        }
    }
    err_clear();
    return false;
}

/* ---- starting and stopping */

static int start(struct arena *arena, struct repo *r, int slot, const struct worker_request *q) {
    const char *log = worker_file(arena, r, slot, "out");
    const char *gpu = q->gpus.len ? q->gpus.at[(size_t)(slot - 1) % q->gpus.len] : NULL;
    CLEANUP(fd_closep) int fd = -1;
    const char *own;
    int rc;

    /* What stops one that was killed. */
    if ((rc = file_remove(AT_FDCWD, worker_file(arena, r, slot, "stop"))) ||
        (rc = own_path(&own, arena)) || (rc = file_create(&fd, AT_FDCWD, log))) {
        return rc;
    }
    const char *const env[] = {gpu ? arena_printf(arena, "CUDA_VISIBLE_DEVICES=%s", gpu) : NULL,
                               NULL};
    const char *const argv[] = {
        own, "queue", "worker", arena_printf(arena, "%d", slot), arena_printf(arena, "%d", q->jobs),
        NULL};
    struct proc_spec spec = {.argv = argv, .cwd = r->root, .env = env, .output = fd};
    return proc_start_detached(&spec);
}

/* The first jobs are submitted here, so that the user sees what Slurm says to them. */
static int start_cluster(int *started, struct arena *arena, struct repo *r,
                         const struct worker_request *q) {
    struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
    size_t submitted;
    int rc;

    if (!take_slot(&lock, worker_file(arena, r, WORKER_CLUSTER, "lock"))) {
        return 0; /* it runs, and takes what waits */
    }
    if ((rc = dispatch_submit(&submitted, r, (size_t)q->jobs))) {
        return rc;
    }
    *started = (int)submitted;
    file_lock_release(&lock);
    return err_wrap(start(arena, r, WORKER_CLUSTER, q), "cannot start a worker");
}

bool worker_is_cluster(const struct repo *r, const char *asked) {
    const char *type = asked ? asked : config_get(r->config, CONFIG_MERGED, "exec.type");

    return type && strcasecmp(type, "slurm") == 0;
}

int worker_start(int *started, struct repo *r, const struct worker_request *q) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int rc = 0;

    *started = 0;
    if (q->jobs < (q->cluster ? 0 : 1) || q->jobs > WORKER_MAX) {
        return err_set(ERR_FAILED, "the number of workers is 1 to %d", WORKER_MAX);
    }
    if (q->cluster && q->gpus.len) {
        rc = err_set(ERR_FAILED, "--gpus is for workers on this machine");
        err_hint("`config exec.slurm.gpus 1` asks the cluster for one per task");
        return rc;
    }
    workcopy_sweep(r);
    rc = dir_make(AT_FDCWD, path_join(arena, queue_folder(arena, r), "celery"), 0777);
    if (!rc && q->cluster) {
        return start_cluster(started, arena, r, q);
    }
    for (int slot = 1; !rc && slot <= q->jobs; slot++) {
        if (!file_lock_is_held(worker_file(arena, r, slot, "lock"))) {
            rc = start(arena, r, slot, q);
            *started += !rc;
        }
    }
    return err_wrap(rc, "cannot start a worker");
}

/* Calls fn for each slot that a worker has. */
static int each_worker(struct repo *r, int (*fn)(void *ctx, struct repo *r, int slot), void *ctx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    int rc = dir_names(&names, arena, AT_FDCWD, path_join(arena, queue_folder(arena, r), "celery"));

    for (size_t i = 0; !rc && i < names.len; i++) {
        const char *name = names.at[i];
        int64_t slot;
        if (!str_starts(name, WORKER_PREFIX) || !str_ends(name, ".lock")) {
            continue;
        }
        size_t len = strlen(name) - strlen(WORKER_PREFIX) - strlen(".lock");
        if (num_int(&slot, arena_strndup(arena, name + strlen(WORKER_PREFIX), len)) && slot >= 0 &&
            slot <= WORKER_MAX && file_lock_is_held(worker_file(arena, r, (int)slot, "lock"))) {
            rc = fn(ctx, r, (int)slot);
        }
    }
    return rc;
}

static int stop_one(void *ctx, struct repo *r, int slot) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    (void)ctx;
    return file_write_replace(AT_FDCWD, worker_file(arena, r, slot, "stop"), "", 0);
}

int worker_stop(struct repo *r) {
    return each_worker(r, stop_one, NULL);
}

static int count_one(void *ctx, struct repo *r, int slot) {
    int *alive = ctx;

    (void)r, (void)slot;
    ++*alive;
    return 0;
}

int worker_count(int *alive, struct repo *r) {
    *alive = 0;
    return each_worker(r, count_one, alive);
}

/* ---- a worker */

static bool is_stopped(struct repo *r, int slot) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    return signal_cancelled() || file_exists(AT_FDCWD, worker_file(arena, r, slot, "stop"));
}

/* A process per task until nothing waits. */
static int run_tasks(struct arena *arena, struct repo *r, int slot) {
    const char *own;
    int rc = own_path(&own, arena), troubles = 0, status = 0;

    while (!rc && status != WORKER_NOTHING && !is_stopped(r, slot)) {
        const char *const argv[] = {own, "queue", "task", NULL};
        struct proc_spec spec = {.argv = argv, .cwd = r->root, .own_group = true};
        rc = proc_run(&spec, &status);
        troubles = rc || status == 0 || status == WORKER_NOTHING ? 0 : troubles + 1;
        if (troubles == TROUBLES_MAX) {
            return err_set(ERR_FAILED, "%d processes in a row did not finish a task", troubles);
        }
    }
    return rc;
}

struct slot {
    struct repo *repo;
    int number;
};

static bool is_slot_stopped(void *ctx) {
    const struct slot *s = ctx;

    return is_stopped(s->repo, s->number);
}

/* Whether one of ours waits. */
static bool has_work(struct repo *r) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct queue_tasks tasks = {0};
    bool found = false;

    if (queue_list(&tasks, arena, r)) {
        err_clear();
    }
    for (size_t i = 0; i < tasks.len; i++) {
        found |= tasks.at[i].state == QUEUE_WAITING && !tasks.at[i].job_name &&
                 queue_can_run(r, &tasks.at[i]);
    }
    vec_release(&tasks);
    return found;
}

int worker_loop(struct repo *r, int slot, int jobs) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *path = worker_file(arena, r, slot, "lock");
    struct slot self = {r, slot};
    bool again = true;
    int rc = 0;

    /* A task that is queued while we end finds our slot held, so we look again when it is free. */
    while (!rc && again) {
        struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
        if (!take_slot(&lock, path)) {
            return 0; /* another one has it */
        }
        rc = slot == WORKER_CLUSTER ? dispatch_follow(r, (size_t)jobs, is_slot_stopped, &self)
                                    : run_tasks(arena, r, slot);
        again = !is_stopped(r, slot);
        if (!again) {
            rc = rc ? rc : file_remove(AT_FDCWD, worker_file(arena, r, slot, "stop"));
        }
        file_lock_release(&lock);
        again = again && has_work(r);
    }
    return rc;
}
