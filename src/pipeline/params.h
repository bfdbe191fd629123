/*
 * Values of params files, and how they differ from what dvc.lock recorded.
 */
#ifndef PIPELINE_PARAMS_H
#define PIPELINE_PARAMS_H

#include "base/attr.h"
#include "data/status.h"

struct arena;
struct dep;
struct node;
struct stage;
struct view;

/* The current values of a params dep, as dvc.lock records them: a map key -> value (all top level
 * keys for a whole file). `missing` (may be NULL) gets the keys that the file lacks. ERR_NOT_FOUND
 * if there is no such file. */
int params_values(struct node **out, struct strv *missing, struct arena *arena,
                  const struct view *view, const struct dep *dep) MUST_CHECK;

/* As status_params_fn. ctx: const struct view *. */
int params_status(void *ctx, struct status_entries *out, struct arena *arena, const struct stage *s,
                  const struct dep *dep) MUST_CHECK;

/* Records the current values in dep->recorded_params. A missing file or key is ERR_NOT_FOUND. */
int params_commit(struct arena *arena, const struct view *view, struct dep *dep) MUST_CHECK;

#endif
