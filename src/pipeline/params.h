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
struct params;
struct view;

/* The params files of a view. Each is read once, and again when it has changed. */
struct params *params_new(const struct view *view);
void params_free(struct params *p);
void params_freep(struct params **p);

/* The current values of a params dep, as dvc.lock records them: a map key -> value (all top level
 * keys for a whole file). The values live as long as `p`. `missing` (may be NULL) gets the keys that the file lacks. ERR_NOT_FOUND
 * if there is no such file. */
int params_values(struct node **out, struct strv *missing, struct arena *arena, struct params *p,
                  const struct dep *dep) MUST_CHECK;

/* As status_params_fn. ctx: struct params *. */
int params_status(void *ctx, struct status_entries *out, struct arena *arena, const struct stage *s,
                  const struct dep *dep) MUST_CHECK;

/* Records the current values in dep->recorded_params. A missing file or key is ERR_NOT_FOUND. */
int params_commit(struct arena *arena, struct params *p, struct dep *dep) MUST_CHECK;

#endif
