/*
 * Git's ignore rules, evaluated by ourselves: libgit2 forgets a "!pattern" that takes back a rule
 * of another file. Read are core.excludesFile, info/exclude and the .gitignore of each folder on
 * the way, nearest last; each file once, and again when it changed. Not for other rooms: they ask
 * gitrepo_ignores().
 */
#ifndef GIT_GITEXCLUDE_H
#define GIT_GITEXCLUDE_H

#include <stdbool.h>

#include "base/attr.h"

struct gitrepo;

/* Whether the path (relative to the work tree, not "") or a folder above it is ignored. */
int gitexclude_match(struct gitrepo *g, const char *path, bool is_dir, bool *yes) MUST_CHECK;
void gitexclude_close(struct gitrepo *g);

#endif
