/*
 * A work tree of its own for a run beside the user's: it has a Git folder of its own, which borrows
 * the user's objects (objects/info/alternates), so that whatever a command does with Git in there
 * stays in there.
 */
#ifndef GIT_GITCOPY_H
#define GIT_GITCOPY_H

#include "base/attr.h"

struct gitrepo;

/* Makes `dir` (absolute, there already) such a work tree: the files and the index are those of the
 * commit `files`, and HEAD is the commit `head`, without a branch. The configuration is the user's;
 * hooks are not taken along. */
int gitcopy_make(struct gitrepo *from, const char *dir, const char *files,
                 const char *head) MUST_CHECK;

#endif
