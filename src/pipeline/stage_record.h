/*
 * What a stage needs and what it made, as they are in the workspace now, into its model: what dvc.lock
 * will say.
 */
#ifndef PIPELINE_STAGE_RECORD_H
#define PIPELINE_STAGE_RECORD_H

#include <stdbool.h>

#include "base/attr.h"

struct stage_job;

/* Whether something is at the path, of the repository. */
bool stage_path_there(const struct stage_job *j, const char *path);

/* With `allow_missing` what is not there keeps what was recorded. */
int stage_record_deps(const struct stage_job *j, bool allow_missing) MUST_CHECK;
/* Whether a dependency is not there, and is still to come: another stage makes it. */
bool stage_awaits_deps(const struct stage_job *j);
/* Puts them into the cache, too; j->relink tells whether output_relink has to follow. */
int stage_record_outs(struct stage_job *j) MUST_CHECK;

#endif
