/*
 * The file packed-refs, where Git keeps references that are not files of their own: one of them taken
 * out. Git's lock file is held for two system calls only, as a second name of the new text; by that a
 * lock that a killed process of ours left is told from Git's, and taken away by the next one.
 * For gitref_writer alone.
 */
#ifndef GIT_GITPACKED_H
#define GIT_GITPACKED_H

#include "base/attr.h"

struct gitref_writer;

/* Takes away what a killed process left; to be called with the lock of references held. */
void gitpacked_heal(const struct gitref_writer *w);

/* Takes the writer's reference out, if it is packed. ERR_LOCKED if another Git goes on holding the
 * lock. */
int gitpacked_remove(const struct gitref_writer *w) MUST_CHECK;

#endif
