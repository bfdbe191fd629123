/*
 * The process of one task.
 */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/signal.h"
#include "git/gitref.h"
#include "model/repo.h"
#include "exp/exp_ref.h"
#include "exp/queue_job.h"
#include "exp/queue_order.h"
#include "exp/queue_task.h"
#include "exp/run_copy.h"
#include "exp/worker.h"

/* Who ends a job signals its processes one by one: our turn may come after the command's. */
enum { SIGNAL_WAIT_MS = 500 };

int worker_begin(struct worker_task *w, struct arena *arena, struct repo *r, const char *message,
                 const char *job) {
    CLEANUP(fd_closep) int log = -1;
    int rc = job ? queue_job_take(&w->task, &w->copy.lock, &w->attempt, &w->found, arena, r,
                                  message, job)
                 : queue_take(&w->task, &w->copy.lock, &w->attempt, &w->found, arena, r);

    if (rc || !w->found) {
        return rc;
    }
    w->task.log = queue_file(arena, r, w->task.rev, "out");
    w->task.pid = (long)getpid();
    if ((rc = file_create(&log, AT_FDCWD, w->task.log)) || (rc = proc_redirect(log))) {
        return rc;
    }
    return queue_note(r, &w->task);
}

/* Whether an earlier process of the task died when it had nearly finished. */
static bool is_done(struct worker_task *w, struct arena *arena, struct repo *r) {
    const char *ref = exp_ref_name(arena, w->task.baseline, w->task.name);
    char id[41];

    if (w->attempt == 1 || gitref_read(id, r->git, ref)) {
        err_clear();
        return false;
    }
    w->task.ref = ref;
    return true;
}

int worker_execute(struct worker_task *w, struct arena *arena, struct repo *r,
                   struct progress *progress) {
    struct queue_order order CLEANUP(queue_order_release) = {0};
    struct exp_result result = {0};
    int rc;

    if (!r->git || !w->task.name) {
        return err_set(ERR_FAILED, "the task %.7s has no name, or no Git around it", w->task.rev);
    }
    if ((rc = queue_order_of(&order, arena, r, &w->task))) {
        return rc;
    }
    order.repro.place = REPRO_HERE; /* what had a place to be found for is the task */
    if (!order.repro.force && is_done(w, arena, r)) {
        return 0;
    }
    if (w->attempt > 1) {
        log_info("Attempt %d of %d: the process before this one was killed.", w->attempt,
                 QUEUE_TRIES);
    }
    struct exp_copy_run run = {
        .files = w->task.rev,
        .baseline = w->task.baseline,
        .name = w->task.name,
        .order = &order,
    };
    rc = exp_run_copy(&result, arena, &w->copy, r, &run, progress);
    w->task.ref = rc ? NULL : result.ref;
    return rc;
}

int worker_end(struct worker_task *w, struct repo *r, int rc) {
    workcopy_remove(&w->copy); /* before anybody is told that it is over */
    if (rc && w->task.job_name && cancel_pause(SIGNAL_WAIT_MS)) {
        err_clear();
    }
    if (rc && signal_cancelled() && signal_number() != SIGINT) {
        return w->task.job_name ? ERR_INTERRUPTED : queue_put_back(r, &w->task);
    }
    w->task.ended = true;
    w->task.status = rc ? 255 : 0;
    return queue_finish(r, &w->task);
}
