/*
 * What Git says of the files around tracked data.
 */
#ifndef DATA_SURROUNDINGS_H
#define DATA_SURROUNDINGS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct repo;

struct surroundings {
    bool unborn;           /* there is no commit yet */
    bool dirty;            /* a tracked file changed, or one of the untracked that were listed */
    struct strv untracked; /* as shown; those at and below the targets, if there are any */
};

/* Nothing at all outside Git. Files are listed as untracked only with `untracked`. Release `out`
 * also after an error. */
int surroundings_look(struct surroundings *out, struct arena *arena, struct repo *r,
                      const struct strv *targets, bool untracked) MUST_CHECK;
void surroundings_release(struct surroundings *s); /* for CLEANUP */

#endif
