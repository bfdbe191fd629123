/*
 * The places in the workspace that a stage's commands work with: claimed against other processes, and
 * made ready.
 */
#ifndef PIPELINE_STAGE_PLACE_H
#define PIPELINE_STAGE_PLACE_H

#include <stdbool.h>

#include "base/attr.h"

struct stage_job;

/* Claims what the stage reads and writes (model/repo_lock, rwlock); ERR_LOCKED while another process
 * works with it. */
int stage_claim(struct stage_job *j) MUST_CHECK;
int stage_unclaim(struct stage_job *j) MUST_CHECK;

/* A command finds its outs gone, as if it had never run, but for those that it continues: these are
 * no links into the cache. */
int stage_clear_outs(const struct stage_job *j) MUST_CHECK;

#endif
