/*
 * Workers: processes that run the tasks of the queue, each one after the other, and end when nothing
 * waits. A worker only starts a process per task, again and again; that process takes a task, runs it
 * in a copy of the workspace and notes what came of it (exp/queue.h). So whichever of them is killed,
 * the others go on, and what it had taken is taken again.
 *
 * The worker that hands tasks over to a cluster (exp/dispatch.h) is one of them, of slot 0: there is
 * one at most, and the jobs that it has submitted are what runs.
 *
 * A worker has a number, its slot, by the kernel lock .dvc/tmp/exps/celery/cairn-worker-<slot>.lock,
 * and stops when there is a file cairn-worker-<slot>.stop.
 */
#ifndef EXP_WORKER_H
#define EXP_WORKER_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "exp/queue.h"
#include "exp/workcopy.h"

struct arena;
struct progress;
struct repo;

enum {
    WORKER_MAX = 256,
    WORKER_CLUSTER = 0 /* the slot */,
    WORKER_NOTHING = 3 /* exit status of a task's process: nothing waits */
};

struct worker_request {
    int jobs;         /* tasks at a time; with `cluster` 0 means: as many as the cluster takes */
    struct strv gpus; /* handed out in turn as CUDA_VISIBLE_DEVICES; may be empty */
    bool cluster;     /* through Slurm */
};
/* Starts workers in the background until `jobs` run; *started of them are new. With `cluster` what
 * waits is handed over before this returns, and *started counts these tasks; that is an error if
 * Slurm does not take them. */
int worker_start(int *started, struct repo *r, const struct worker_request *q) MUST_CHECK;
/* Whether tasks go to a cluster: `asked` is "local", "slurm", or NULL: what exec.type says. */
bool worker_is_cluster(const struct repo *r, const char *asked);
/* Asks all workers to end after the task they run. */
int worker_stop(struct repo *r) MUST_CHECK;
int worker_count(int *alive, struct repo *r) MUST_CHECK;

/* What a worker is: `queue worker <slot> [<jobs>]`; jobs: of the worker of slot 0. */
int worker_loop(struct repo *r, int slot, int jobs) MUST_CHECK;

/* What a task's process does: `queue task`, and in the job of a cluster `queue task <message> <job>`.
 * worker_begin takes a task (else found is false; NULL, NULL: the next one) and lets the process print
 * into the task's log; worker_execute runs it; worker_end notes that it succeeded, or failed if `rc`
 * says so. If we were told to end (SIGTERM) it puts the task back; a job leaves that to who knows
 * why it was ended. */
struct worker_task {
    struct queue_task task;
    struct workcopy copy; /* its lock is the task's */
    int attempt;
    bool found;
};
int worker_begin(struct worker_task *w, struct arena *arena, struct repo *r, const char *message,
                 const char *job) MUST_CHECK;
int worker_execute(struct worker_task *w, struct arena *arena, struct repo *r,
                   struct progress *progress) MUST_CHECK;
int worker_end(struct worker_task *w, struct repo *r, int rc) MUST_CHECK;

#endif
