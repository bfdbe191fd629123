/*
 * What is asked of Slurm: the options exec.slurm.* of the repository, and what a stage says by itself
 * below `meta: {slurm: {…}}`, which DVC passes over.
 */
#ifndef PIPELINE_SLURM_OPTIONS_H
#define PIPELINE_SLURM_OPTIONS_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct node;
struct repo;
struct slurm_ask;

/* Sets what the options say; the rest of the ask stays. Release ask->args. */
void slurm_options_repo(struct slurm_ask *ask, struct arena *arena, const struct repo *r);

/* The same with the `meta` of a stage (or NULL), over what is set: partition, account, qos, time, mem,
 * gpus, cpus, args, and `array: false` for a stage that gets a job of its own. ERR_INVALID with
 * "file:line:column" for other keys, and for values that cannot be meant; `file` as it is shown. */
int slurm_options_meta(struct slurm_ask *ask, bool *array, struct arena *arena,
                       const struct node *meta, const char *file) MUST_CHECK;

#endif
