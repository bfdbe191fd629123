#include "exp/queue_log.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/stat.h"
#include "exp/queue.h"
#include "exp/queue_files.h"
#include "exp/worker.h"

enum { POLL_MS = 100, ALONE_POLLS = 20 /* a worker may just be starting */ };

struct follower {
    struct repo *repo;
    const char *path;
    int fd; /* -1: not open */
    queue_log_fn *fn;
    void *ctx;
};

/* All that is there by now. */
static int read_on(struct follower *f) {
    char buf[16384];
    ssize_t n;
    int rc = 0;

    if (f->fd < 0) {
        f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    while (!rc && f->fd >= 0 && (n = read(f->fd, buf, sizeof buf)) > 0) {
        rc = f->fn(f->ctx, buf, (size_t)n);
    }
    return rc;
}

/* The next attempt begins the log anew. */
static void notice_new_log(struct follower *f) {
    struct file_id id;

    if (f->fd >= 0 && file_id_peek(&id, AT_FDCWD, f->path) &&
        (off_t)id.size < lseek(f->fd, 0, SEEK_CUR)) {
        (void)lseek(f->fd, 0, SEEK_SET);
    }
}

/* The state of a task now; one that was removed has failed. */
static enum queue_state state_now(bool *submitted, struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct queue_task now = {0};

    *submitted = false;

    if (!queue_task_load(&now, arena, r, task->file, true) ||
        !queue_task_load(&now, arena, r, task->file, false)) {
        err_clear();
        *submitted = now.job_name != NULL;
        return now.state;
    }
    err_clear();
    return QUEUE_FAILED;
}

static int is_alone(bool *alone, struct repo *r, int *polls) {
    int workers, rc = worker_count(&workers, r);

    *polls = workers ? 0 : *polls + 1;
    *alone = *polls > ALONE_POLLS;
    return rc;
}

static int follow_on(struct follower *f, const struct queue_task *task) {
    int polls = 0, rc = 0;

    while (!rc) {
        bool alone = false, submitted;
        enum queue_state state =
            state_now(&submitted, f->repo, task); /* before the last look at the log */
        notice_new_log(f);
        if ((rc = read_on(f)) || state == QUEUE_FAILED || state == QUEUE_SUCCESS) {
            return rc;
        }
        if (state == QUEUE_WAITING && !submitted && !(rc = is_alone(&alone, f->repo, &polls)) &&
            alone) {
            rc = err_set(ERR_FAILED, "the task %.7s waits, and there is no worker", task->rev);
            err_hint("`queue start` starts one");
        }
        rc = rc ? rc : cancel_pause(POLL_MS);
    }
    return rc;
}

int queue_log(struct repo *r, const struct queue_task *task, bool follow, queue_log_fn *fn,
              void *ctx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct follower f = {.repo = r, .fd = -1, .fn = fn, .ctx = ctx};

    f.path = queue_file(arena, r, task->rev, "out");
    int rc = follow ? follow_on(&f, task) : read_on(&f);
    fd_closep(&f.fd);
    return rc;
}
