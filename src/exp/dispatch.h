/*
 * The worker that runs no tasks itself but hands them over to Slurm, as jobs of one task each
 * (exp/queue_job.h); those that wait together go as one array. It sees that tasks whose jobs are gone
 * are noted, or handed over again. Nothing is lost when it is killed: jobs go on and note their ends,
 * and the next one finds them by the ids in the tasks' folders.
 */
#ifndef EXP_DISPATCH_H
#define EXP_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct repo;

/* Hands over what waits, until `jobs` tasks are there (0: no limit); *submitted of them are new. For
 * one at a time: the caller holds the slot of the worker (exp/worker.h). An error of sbatch leaves the
 * tasks waiting. */
int dispatch_submit(size_t *submitted, struct repo *r, size_t jobs) MUST_CHECK;

/* Does that until nothing waits and no job is left. From when `stopped` says so no more are handed
 * over, and those that have not begun wait again. */
typedef bool dispatch_stopped_fn(void *ctx);
int dispatch_follow(struct repo *r, size_t jobs, dispatch_stopped_fn *stopped,
                    void *ctx) MUST_CHECK;

#endif
