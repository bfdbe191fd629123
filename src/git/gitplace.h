/*
 * The files of another commit put into the work tree, and what was there kept before; HEAD and the
 * index stay.
 */
#ifndef GIT_GITPLACE_H
#define GIT_GITPLACE_H

#include <stdbool.h>

#include "base/attr.h"

struct gitrepo;

/* What the work tree and the index have beside HEAD, files that Git does not know included and
 * ignored ones not, as `git stash --include-untracked` would keep it: a commit that `git stash apply`
 * takes, under no reference yet; the message becomes "On <branch>: <message>". *any is false, and no
 * commit is made, where there is nothing. */
int gitplace_keep(char id[41], bool *any, struct gitrepo *g, const char *message) MUST_CHECK;

/* Makes the files that the commit has what it has, whatever they are. Those that the commit `before`
 * has and this one has not are removed; NULL: none are. */
int gitplace_put(struct gitrepo *g, const char *commit, const char *before) MUST_CHECK;

/* Brings back what gitplace_keep kept: the work tree, on which gitplace_put has put `now`, is as it
 * was. */
int gitplace_bring_back(struct gitrepo *g, const char *kept, const char *now) MUST_CHECK;

#endif
