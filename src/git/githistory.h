/*
 * Which commit last changed a file: the history of a commit, simplified as `git log -- path` does
 * it. Answers are kept, so that asking for many files, or on from the commit found, costs one walk.
 */
#ifndef GIT_GITHISTORY_H
#define GIT_GITHISTORY_H

#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct githistory;
struct gitrepo;

struct gitcommit {
    const char *id; /* 40 hex */
    const char *author;
    const char *summary; /* the first line of its message */
    int64_t time;        /* of the author, seconds */
    struct strv parents; /* ids of those that are there: a shallow clone ends */
};

/* `limit`: commits that are looked at by all calls together. The handle keeps what it hands out. */
struct githistory *githistory_new(struct gitrepo *g, size_t limit);
void githistory_free(struct githistory *h); /* NULL is fine */

/* The commit, at `from` or before it, in which one of the paths (relative to the Git root,
 * NULL-terminated) differs from what it is in each of its parents; *out is NULL if `from` has none
 * of the paths, or the limit is reached. */
int githistory_last_change(const struct gitcommit **out, struct githistory *h, const char *from,
                           const char *const *paths) MUST_CHECK;

#endif
