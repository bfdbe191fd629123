/*
 * Two texts compared line by line.
 */
#ifndef GIT_GITPATCH_H
#define GIT_GITPATCH_H

#include "base/attr.h"

struct str;

/* Appends the differences as `git diff` prints them, with three lines around; nothing if there are
 * none. The names stand in the head. */
int gitpatch_texts(struct str *out, const struct str *old_text, const char *old_name,
                   const struct str *new_text, const char *new_name) MUST_CHECK;

#endif
