/*
 * repro: run what is stale, in order, and record it.
 */
#ifndef PIPELINE_REPRO_H
#define PIPELINE_REPRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/data.h"

struct index;
struct stage;

/* Told of each stage that was looked at and is now as it should be, in the order in which that was
 * clear; `ran`: it was not before. All lent. */
typedef int repro_seen_fn(void *ctx, const struct index *index, const struct stage *s, bool ran);

struct repro_request {
    struct strv targets; /* none: the dvc.yaml of the working directory */
    bool force, interactive, single, pipeline, all_pipelines, recursive, downstream,
        force_downstream;
    bool pull, allow_missing, dry, keep_going, ignore_errors, glob, no_commit, no_run_cache;
    bool at_least_once; /* though nothing changed; but the run cache may spare the run */
    size_t jobs;        /* stages at a time; 0: one. With one, it has the terminal */
    /* Where commands run: as exec.type says, or on Slurm (then `jobs` 0 is: as many as can begin). */
    enum repro_place { REPRO_CONFIGURED, REPRO_HERE, REPRO_SLURM } place;
    bool attach, detach; /* see pipeline/exec_slurm.h */
    int64_t timeout;     /* the same */
    /* Asks the user, for `interactive` and core.interactive; NULL declines. */
    confirm_fn *confirm;
    void *confirm_ctx;
    /* Extra "NAME=value" for the commands, stronger than what is there; NULL-terminated, or NULL. */
    const char *const *env;
    repro_seen_fn *seen; /* may be NULL */
    void *seen_ctx;
};

struct repro_result {
    size_t left; /* jobs that go on by themselves: with `detach` */
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
