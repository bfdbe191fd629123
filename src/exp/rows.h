/*
 * What is known of experiments, as `exp show` lists it: the workspace, commits, and below each commit
 * the experiments that were started from it. The shapes are those of DVC's JSON.
 */
#ifndef EXP_ROWS_H
#define EXP_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "exp/exp_scope.h"
#include "exp/state.h"

struct arena;
struct data;

/* Who ran, or is to run, an experiment that was queued. */
struct exp_executor {
    const char *state; /* "running", "queued", "failed", "success" */
    const char *name;  /* "dvc-task", or NULL */
    bool local;        /* what follows is known */
    const char *root, *log, *task;
    int64_t pid, status; /* 0: no pid; -1: no status */
    bool ended;
};

enum exp_range_kind { EXP_RUNNING, EXP_DONE, EXP_QUEUED, EXP_FAILED };

struct exp_range {
    enum exp_range_kind kind;
    const char *name;
    struct exp_states revs; /* the newest first; more than one of old checkpoints alone */
    const struct exp_executor *executor;
};
struct exp_ranges VEC_OF(struct exp_range);

struct exp_baseline {
    struct exp_state state;
    struct exp_ranges ranges; /* by kind; of each the newest first */
};
struct exp_baselines VEC_OF(struct exp_baseline);

struct exp_rows_request {
    struct exp_scope scope;
    bool hide_workspace, hide_queued, hide_failed;
    bool no_names;   /* commits are shown by their ids */
    bool param_deps; /* of experiments, only params that stages depend on */
};

/* Empty in a repository without commits. Release in any case. */
int exp_rows_collect(struct exp_baselines *out, struct arena *arena, struct data *d,
                     const struct exp_rows_request *q) MUST_CHECK;
void exp_rows_release(struct exp_baselines *rows); /* for CLEANUP */

#endif
