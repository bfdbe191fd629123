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
#include "measure/compare.h"

struct arena;
struct data;

/* What a dependency or output is recorded as. */
struct exp_content {
    const char *path;     /* relative to the repository's root */
    const char *hash;     /* as DVC writes it, NULL if none is recorded */
    int64_t size, nfiles; /* -1 unknown */
    bool cache;           /* outputs: kept in the cache */
    bool source;          /* outputs: of no command */
};
struct exp_contents VEC_OF(struct exp_content);

struct exp_data {
    const char *rev; /* a full id, or "workspace" */
    int64_t time;    /* of the commit, seconds; -1 for the workspace */
    struct measure_files params, metrics;
    struct exp_contents deps, outs; /* without params; without metrics and plots */
};

struct exp_state {
    const char *rev, *name;              /* name: of branch, tag or experiment; or NULL */
    const struct exp_data *data;         /* NULL if it could not be read */
    const char *error_type, *error_text; /* set if something is wrong */
};
struct exp_states VEC_OF(struct exp_state);

/* Who ran, or is to run, an experiment that was queued. */
struct exp_executor {
    const char *state; /* "running", "queued", "failed", "success" */
    const char *name;  /* "dvc-task", or NULL */
    bool local;        /* what follows is known */
    const char *root, *log, *task;
    int64_t pid, status; /* 0: no pid; -1: no status */
    bool ended;
};

struct exp_range {
    const char *name;
    struct exp_states revs; /* the newest first; more than one of old checkpoints alone */
    const struct exp_executor *executor;
};
struct exp_ranges VEC_OF(struct exp_range);

struct exp_baseline {
    struct exp_state state;
    struct exp_ranges ranges; /* running, done, queued, failed; each the newest first */
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

/* "2026-11-21T16:43:29", local time as DVC has it; NULL for a negative one. */
const char *exp_time_iso(struct arena *arena, int64_t seconds);

#endif
