/*
 * How the work tree stands to Git.
 */
#ifndef GIT_GITSTATUS_H
#define GIT_GITSTATUS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitrepo;

/* Whether a tracked file differs between HEAD, index and work tree. */
int gitstatus_changed(struct gitrepo *g, bool *yes) MUST_CHECK;

/* All files that Git neither tracks nor ignores, relative to the work tree, sorted. Other
 * repositories in it are not looked into. Strings live in the arena. */
int gitstatus_untracked(struct strv *out, struct gitrepo *g, struct arena *arena) MUST_CHECK;

#endif
