/*
 * repro: run what is stale, in order, and record it.
 */
#ifndef PIPELINE_REPRO_H
#define PIPELINE_REPRO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/data.h"

struct repro_request {
    struct strv targets; /* none: the dvc.yaml of the working directory */
    bool force, interactive, single, pipeline, all_pipelines, recursive, downstream,
        force_downstream;
    bool pull, allow_missing, dry, keep_going, ignore_errors, glob, no_commit, no_run_cache;
    bool at_least_once; /* though nothing changed; but the run cache may spare the run */
    size_t jobs;        /* stages at a time; 0: one. With one, it has the terminal */
    /* Asks the user, for `interactive` and core.interactive; NULL declines. */
    confirm_fn *confirm;
    void *confirm_ctx;
};

struct repro_result {
    size_t ran, skipped;
    size_t restored; /* from the run cache, or by a pull */
    size_t verified; /* data that was recorded anew */
};

/* Takes the repository lock and gives it back while commands run. Says what happens through
 * log_info in DVC's words ("Running stage 'x':"). dvc.lock holds every stage that finished, also
 * when another one fails; its bytes are those of a run of one stage after the other. */
int pipeline_repro(struct repro_result *result, struct data *d,
                   const struct repro_request *o) MUST_CHECK;

#endif
