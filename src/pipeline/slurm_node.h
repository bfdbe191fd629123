/*
 * A task of pipeline/slurm_task on the node that Slurm has given it.
 */
#ifndef PIPELINE_SLURM_NODE_H
#define PIPELINE_SLURM_NODE_H

#include "base/attr.h"

struct data;

/* Checks that all is here as the submitter saw it, runs the commands, and leaves the result in the
 * task's folder. The repository lock is not taken: the submitter has claimed the paths. ERR_FAILED
 * unless the commands all went well; ERR_INTERRUPTED without a result. */
int slurm_node_run(struct data *d, const char *key) MUST_CHECK;

#endif
