/*
 * Workers: processes that run the tasks of the queue, each one after the other, and end when nothing
 * waits. A worker only starts a process per task, again and again; that process takes a task, runs it
 * in a copy of the workspace and notes what came of it (exp/queue.h). So whichever of them is killed,
 * the others go on, and what it had taken is taken again.
 *
 * A worker has a number, its slot, by the kernel lock .dvc/tmp/exps/celery/cairn-worker-<slot>.lock,
 * and stops when there is a file cairn-worker-<slot>.stop.
 */
#ifndef EXP_WORKER_H
#define EXP_WORKER_H

#include <stdbool.h>

#include "base/attr.h"
#include "exp/queue.h"
#include "exp/workcopy.h"

struct arena;
struct progress;
struct repo;
struct strv;

enum { WORKER_MAX = 256, WORKER_NOTHING = 3 /* exit status of a task's process: nothing waits */ };

/* Starts workers in the background until `jobs` run; *started of them are new. `gpus` (may be empty)
 * are handed out in turn as CUDA_VISIBLE_DEVICES. */
int worker_start(int *started, struct repo *r, int jobs, const struct strv *gpus) MUST_CHECK;
/* Asks all workers to end after the task they run. */
int worker_stop(struct repo *r) MUST_CHECK;
int worker_count(int *alive, struct repo *r) MUST_CHECK;

/* What a worker is: `queue worker <slot>`. */
int worker_loop(struct repo *r, int slot) MUST_CHECK;

/* What a task's process does: `queue task`. worker_begin takes a task (else found is false) and lets
 * the process print into the task's log; worker_execute runs it; worker_end notes that it succeeded,
 * or failed if `rc` says so, or puts it back if we were told to end (SIGTERM). */
struct worker_task {
    struct queue_task task;
    struct workcopy copy; /* its lock is the task's */
    int attempt;
    bool found;
};
int worker_begin(struct worker_task *w, struct arena *arena, struct repo *r) MUST_CHECK;
int worker_execute(struct worker_task *w, struct arena *arena, struct repo *r,
                   struct progress *progress) MUST_CHECK;
int worker_end(struct worker_task *w, struct repo *r, int rc) MUST_CHECK;

#endif
