/*
 * A sweep: runs that try out a space of parameters, each an ordinary experiment <sweep>-<n> that goes
 * through the queue. What has run is found in the experiments and in the queue, with the parameters
 * and metrics that they hold, and not kept anywhere else: after a crash, or when the user has removed
 * tasks, a sweep goes on with what is missing. Run n of a grid or of random is the same whenever it is
 * drawn; one of bayes depends on the runs that had ended by then.
 *
 * One process at a time follows a sweep and queues its next runs: it holds the kernel lock
 * sweeps/<name>.lock, and ends when there is a file <name>.stop.
 */
#ifndef EXP_SWEEP_H
#define EXP_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "exp/sweep_plan.h"

struct arena;
struct progress;
struct repo;

enum sweep_state {
    SWEEP_WAITING,
    SWEEP_RUNNING,
    SWEEP_DONE,
    SWEEP_FAILED,
    SWEEP_STOPPED, /* early: exp/sweep_early.h */
    SWEEP_REMOVED  /* it ran, and the user has removed its experiment */
};
const char *sweep_state_name(enum sweep_state state); /* "Queued", "Running", "Success", … */

struct sweep_run {
    uint64_t number;
    const char *name;
    enum sweep_state state;
    char commit[41];  /* of the experiment, or of the task that waits, runs or failed */
    const double *at; /* its point, or NULL if its params file does not tell */
    bool measured;    /* `value` is its metric: done runs alone */
    double value;
    bool told;                      /* sweep_follow has spoken of it */
    int halts;                      /* at so many sweep_early has judged it */
    const struct asha_curve *curve; /* of a run that ended, once sweep_early has read it */
};

struct sweep {
    struct arena *arena;
    struct repo *repo;
    struct sweep_plan plan;
    VEC(struct sweep_run) runs; /* by number */
};

/* Opens a sweep that is kept, with its runs as they are now. Release in any case. */
int sweep_open(struct sweep *out, struct arena *arena, struct repo *r, const char *name) MUST_CHECK;
void sweep_release(struct sweep *s); /* for CLEANUP; zeroed is fine */
/* Looks at the runs again. */
int sweep_look(struct sweep *s) MUST_CHECK;
/* The best run, NULL if none was measured. */
const struct sweep_run *sweep_best(const struct sweep *s);
/* How many runs have ended, well or not. */
size_t sweep_ended(const struct sweep *s);
/* "Running" while somebody follows it, else "Ended" or "Stopped". */
const char *sweep_stage(const struct sweep *s);
/* "lr=0.1, depth=3"; "" if unknown. */
const char *sweep_run_text(struct arena *arena, const struct sweep *s, const struct sweep_run *run);

/* Keeps a new sweep that starts from HEAD; its name becomes two random words if the plan has none.
 * ERR_EXISTS if there is one, or experiments or tasks that are called like its runs. */
int sweep_begin(struct sweep_plan *plan, struct arena *arena, struct repo *r) MUST_CHECK;

/* Called for each run that has ended, also those that had ended before. */
typedef void sweep_told_fn(void *ctx, const struct sweep *s, const struct sweep_run *run);

/* Queues runs and sees that workers run them, until all have ended, somebody stops the sweep
 * (*stopped), or Ctrl-C (ERR_INTERRUPTED). ERR_FAILED if the metric is never written, or all of the
 * first runs fail. When it ends early, the runs that have not begun leave the queue. */
struct sweep_watch {
    struct progress *progress;
    double lock_seconds; /* to wait for the repository's lock */
    bool cluster;        /* runs go to a cluster: exp/worker.h */
    sweep_told_fn *told;
    void *ctx;
};
int sweep_follow(bool *stopped, struct sweep *s, const struct sweep_watch *w) MUST_CHECK;

/* Whether some process follows it. */
bool sweep_is_followed(const struct repo *r, const char *name);
/* Asks who follows it to end, and takes runs that wait off the queue; with `kill` those that run are
 * ended too. */
int sweep_stop(struct sweep *s, bool kill) MUST_CHECK;

#endif
