/*
 * Two versions of an artifact: what its prompt says, line by line. Metrics and params of the commits
 * are measure's.
 */
#ifndef REGISTRY_DIFF_H
#define REGISTRY_DIFF_H

#include "base/attr.h"

struct arena;
struct data;
struct registry;
struct registry_pick;
struct str;

/* Finds "v1.0.0", "latest" or "#Production" of the artifact. */
int registry_diff_side(struct registry_pick *out, struct arena *arena, const struct registry *reg,
                       const char *name, const char *version) MUST_CHECK;

/* Appends the differences of the prompt's files, nothing if the artifact is no prompt. */
int registry_diff_prompt(struct str *out, struct arena *arena, struct data *d,
                         const struct registry_pick *a, const struct registry_pick *b) MUST_CHECK;

#endif
