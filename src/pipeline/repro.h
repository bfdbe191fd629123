/*
 * repro: run what is stale, in order, and record it.
 */
#ifndef PIPELINE_REPRO_H
#define PIPELINE_REPRO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct data;

struct repro_request {
    struct strv targets;
    bool force, interactive, single, pipeline, all_pipelines, recursive, downstream, force_downstream;
    bool pull, allow_missing, dry, keep_going, ignore_errors, glob, no_commit, no_run_cache;
};

struct repro_result {
    size_t ran, skipped, restored; /* restored: from the run cache */
    struct strv failed;            /* with --keep-going */
};

/* Takes the repository lock and gives it back while a command runs. Says what happens through log_info in DVC's words
 * ("Running stage 'x':"). dvc.lock holds every stage that finished, also when a later one fails. */
int pipeline_repro(struct repro_result *result, struct data *d, const struct repro_request *o) MUST_CHECK;

#endif
