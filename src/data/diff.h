/*
 * diff: tracked data of two revisions, or of a revision and the workspace.
 */
#ifndef DATA_DIFF_H
#define DATA_DIFF_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/compare.h"

struct arena;
struct data;

struct diff_request {
    const char *old_rev; /* as Git takes it, or "workspace" */
    const char *new_rev; /* NULL: the workspace, and what the cache lacks is looked for */
    struct strv targets; /* stages, outs or paths in them */
};

struct diff_result {
    struct comparison found;
    bool lost_target; /* with the error: a target is known to neither side */
};

/* Nothing differs in a repository without commits, as by DVC. Takes no lock and writes nothing but the statcache. ERR_FAILED without Git, ERR_NOT_FOUND for a
 * target that neither side knows. Values live in `arena`; release `out` also after an error. */
int data_diff(struct diff_result *out, struct arena *arena, struct data *d,
              const struct diff_request *o) MUST_CHECK;
void diff_result_release(struct diff_result *r); /* for CLEANUP */

#endif
