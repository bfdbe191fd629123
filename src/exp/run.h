/*
 * Running an experiment: parameters are set, the pipeline is reproduced, and what came of it becomes
 * a commit on the one it started from, under refs/exps. HEAD, the index and the stash stay as they
 * are.
 */
#ifndef EXP_RUN_H
#define EXP_RUN_H

#include <stdbool.h>

#include "base/attr.h"
#include "exp/override.h"
#include "pipeline/repro.h"

struct arena;
struct data;
struct gitrepo;

struct exp_spec {
    const char *name;            /* NULL: one is made up */
    const char *message;         /* of the commit; NULL: DVC's */
    const char *baseline;        /* full id; NULL: HEAD of the workspace */
    const char *root;            /* what stages see as DVC_ROOT; NULL: the workspace */
    struct override_sets params; /* no sweeps; files relative to the working directory */
    struct repro_request repro;  /* `force` also replaces an experiment of that name */
};

struct exp_result {
    const char *name, *ref; /* in the arena given; no `ref` after a dry run */
    char id[41];            /* of the commit */
};

/* What would stop a run of `spec` before it does anything: no commit to start from, a name that is
 * none (ERR_INVALID) or is taken (ERR_EXISTS), a sweep, conflicts in the index. */
int exp_check(struct data *d, struct gitrepo *into, const struct exp_spec *spec) MUST_CHECK;

/* Runs the spec in the workspace that `d` is open on (the user's, or a copy made for it, whose Git
 * sees the objects of `into`), and leaves commit and reference in `into`, the user's repository. A
 * stage that fails leaves the workspace as it is then, as DVC does; no reference is made. */
int exp_execute(struct exp_result *result, struct arena *arena, struct data *d,
                struct gitrepo *into, const struct exp_spec *spec) MUST_CHECK;

/* The same in the user's own workspace, of which only one run at a time may make use (ERR_LOCKED).
 * Parameters are set back when the run is interrupted, or fails before its first stage. */
int exp_run_here(struct exp_result *result, struct arena *arena, struct data *d,
                 const struct exp_spec *spec) MUST_CHECK;

#endif
