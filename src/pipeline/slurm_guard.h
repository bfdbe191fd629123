/*
 * Whether a stage may run on this machine, or is at work on Slurm for a run that was left or killed.
 */
#ifndef PIPELINE_SLURM_GUARD_H
#define PIPELINE_SLURM_GUARD_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct repo;
struct slurm_job;
struct stage;

/* ERR_LOCKED, with what to do, while a job of the stage waits or runs; costs a look for a folder where
 * there is none. */
int slurm_guard_check(const struct repo *r, const struct stage *s) MUST_CHECK;

/* The job of the stage that waits or runs, with strings in the arena: for showing. False if there is none, or
 * nobody can tell. */
bool slurm_guard_find(struct slurm_job *job, struct arena *arena, const struct repo *r,
                      const struct stage *s);

#endif
