/*
 * The views that a command looks at: the workspace, and the revisions of Git that -a, -T, -A, --rev
 * and the like name.
 */
#ifndef DATA_SCOPE_H
#define DATA_SCOPE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct data;
struct index;

struct scope {
    bool all_branches, all_tags, all_experiments;
    bool all_commits; /* then branches, tags and `date` say nothing more */
    struct strv revs; /* as typed */
    int num;          /* of `revs` and each branch so many commits back; 0: one; negative: all */
    bool no_workspace;
    const char *date; /* "yyyy-mm-dd": commits from that day on; or NULL */
};

/* What becomes of a view that cannot be read to its end. */
enum scope_trouble {
    SCOPE_SKIP,    /* it is left out with a warning, unless it is the only one */
    SCOPE_REFUSE,  /* an error: nothing that is referenced may be missed */
    SCOPE_SALVAGE, /* what can be read of it counts, with a warning */
};

/* One view; `rev` is how the user calls the revision, NULL for the workspace. The index lives until
 * this returns. */
typedef int scope_fn(void *ctx, const struct index *idx, const char *rev);

/* The workspace first, unless no_workspace. ERR_FAILED without Git if revisions are asked for, ERR_NOT_FOUND for an
 * unknown one of `revs`. */
int scope_each(struct data *d, struct arena *arena, const struct scope *s,
               enum scope_trouble trouble, scope_fn *fn, void *ctx) MUST_CHECK;
/* The same for who asks only what all views together name: the index of a revision may lack stage
 * files that are in an earlier one as they are. */
int scope_each_new(struct data *d, struct arena *arena, const struct scope *s,
                   enum scope_trouble trouble, scope_fn *fn, void *ctx) MUST_CHECK;

#endif
