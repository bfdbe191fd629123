/*
 * A run of an experiment in a copy of the workspace: for tasks of the queue, and for --temp.
 */
#ifndef EXP_RUN_COPY_H
#define EXP_RUN_COPY_H

#include "base/attr.h"
#include "exp/run.h"

struct arena;
struct progress;
struct queue_order;
struct repo;
struct workcopy;

struct exp_copy_run {
    const char *files;    /* the stash commit: files with parameters set */
    const char *baseline; /* full id */
    const char *name;
    const struct queue_order *order;
};

/* Makes the copy (the caller holds its lock, see workcopy_lock, and releases it) and runs in
 * it; commit and reference are in the user's repository `r`. */
int exp_run_copy(struct exp_result *result, struct arena *arena, struct workcopy *copy,
                 struct repo *r, const struct exp_copy_run *run,
                 struct progress *progress) MUST_CHECK;

#endif
