/*
 * Metrics and params of two experiments, commits, or of one and the workspace.
 */
#ifndef EXP_COMPARE_H
#define EXP_COMPARE_H

#include <stdbool.h>

#include "base/attr.h"
#include "measure/compare.h"

struct arena;
struct repo;

struct exp_comparison {
    bool any; /* false: the repository has no commits, and nothing was compared */
    struct measure_comparison metrics, params;
};

/* `a` NULL: HEAD; `b` NULL: the workspace. `all`: unchanged values, too. Paths are relative to the
 * repository's root. Release in any case. */
int exp_compare(struct exp_comparison *out, struct arena *arena, struct repo *r, const char *a,
                const char *b, bool all, bool param_deps) MUST_CHECK;
void exp_comparison_release(struct exp_comparison *c); /* for CLEANUP */

#endif
