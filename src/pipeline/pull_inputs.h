/*
 * Data that a run needs and that is not here: fetched from the remote, and no more than is needed.
 */
#ifndef PIPELINE_PULL_INPUTS_H
#define PIPELINE_PULL_INPUTS_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct content;
struct data;
struct dep;
struct index;
struct stage;

/* Gets the data of a stage that is fresh but for what is missing. What cannot be had is no error:
 * *pulled is false, and the stage has to run. */
int pull_outs(bool *pulled, struct data *d, struct arena *scratch,
              const struct stage *s) MUST_CHECK;

/* Gets a dependency that is an out of another stage, or lies in one, and is not in the workspace. */
int pull_missing_dep(struct data *d, const struct index *index, struct arena *scratch,
                     const struct dep *dep) MUST_CHECK;

/* Brings the objects of a content into the cache, as far as the default remote has them; `path` is
 * for messages. *there tells whether all are. */
int pull_content(bool *there, struct data *d, struct arena *scratch, const char *path,
                 const struct content *c) MUST_CHECK;

#endif
