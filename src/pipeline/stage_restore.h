/*
 * A stage that ran like this before need not run: its outs are in the cache.
 */
#ifndef PIPELINE_STAGE_RESTORE_H
#define PIPELINE_STAGE_RESTORE_H

#include <stdbool.h>

#include "base/attr.h"

struct stage_job;

/* Finds the outs in the cache instead of running the commands. The deps are recorded by now;
 * `inputs_same`: they are those that dvc.lock has, so that its outs will do. */
int stage_restore(bool *done, const struct stage_job *j, bool inputs_same) MUST_CHECK;

#endif
