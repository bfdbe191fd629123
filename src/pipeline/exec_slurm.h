/*
 * Commands as jobs of a Slurm cluster whose nodes see the repository at the same path. A task becomes
 * a folder (pipeline/slurm_task) and a job, several that ask for the same one array; what happens on
 * the node is pipeline/slurm_node. Who is killed and comes again with the same task finds its job and
 * goes on with it.
 *
 * While it waits, a look at one folder ten times a second sees results; squeue is asked less and less
 * often, for what has come to no result.
 */
#ifndef PIPELINE_EXEC_SLURM_H
#define PIPELINE_EXEC_SLURM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct executor;
struct repo;

struct exec_slurm_options {
    bool attach;     /* there has to be a job of an earlier run */
    bool detach;     /* hands over what can begin now; `wait` then fails, and jobs go on */
    int64_t timeout; /* seconds that a job may wait to begin; 0: as exec.slurm.timeout says */
};

/* ERR_NOT_FOUND if there is nothing to attach to; ERR_IO if the folders cannot be made. */
int exec_slurm_new(struct executor **out, struct repo *r,
                   const struct exec_slurm_options *o) MUST_CHECK;

/* After `wait` failed because of `detach`: how many jobs go on. */
size_t exec_slurm_left(const struct executor *e);

#endif
