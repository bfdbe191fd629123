/*
 * One stale stage made fresh: from the run cache if it ran like this before, else by its commands;
 * then recorded in cache and dvc.lock. The order is such that dvc.lock (or the .dvc file) is
 * written last and never names what is not durable.
 */
#ifndef PIPELINE_STAGE_RUN_H
#define PIPELINE_STAGE_RUN_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct data;
struct memo;
struct plan;
struct stage;

struct stage_run_options {
    bool force, dry, allow_missing, no_commit, no_run_cache;
};

enum stage_run_result { STAGE_RAN, STAGE_RESTORED, STAGE_VERIFIED };

/* The repository lock is held on entry and on return, and free while the commands run. `keep` is
 * the arena of the stage (what is recorded lives there); `plan` says why it is stale. */
int stage_run(enum stage_run_result *result, struct arena *keep, struct data *d, struct memo *memo,
              struct stage *s, const struct plan *plan,
              const struct stage_run_options *opt) MUST_CHECK;

#endif
