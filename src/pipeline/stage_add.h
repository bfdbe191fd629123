/*
 * stage add: a definition from the command line into dvc.yaml.
 */
#ifndef PIPELINE_STAGE_ADD_H
#define PIPELINE_STAGE_ADD_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct data;

struct stage_add_request {
    const char *name;
    struct strv command; /* words; one word is taken as it is, more are quoted for the shell */
    struct strv deps, params, outs, outs_no_cache, outs_persist, outs_persist_no_cache;
    struct strv metrics, metrics_no_cache, plots, plots_no_cache;
    const char *wdir, *desc;
    bool force, always_changed, run;
};

/* Takes the repository lock. Checks name, paths, overlaps, cycles and Git tracking before it writes
 * dvc.yaml and the .gitignore lines; then runs the stage if asked to. Says "Added stage 'x' in
 * 'dvc.yaml'" through log_info. */
int pipeline_stage_add(struct data *d, const struct stage_add_request *o) MUST_CHECK;

#endif
