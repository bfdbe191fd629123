/*
 * Patterns on a command line (--glob), for shells that do not expand them.
 */
#ifndef DATA_EXPAND_H
#define DATA_EXPAND_H

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct repo;

/* The files and folders of the workspace that each pattern names, relative to the working
 * directory, sorted; "**" stands for any number of folders; names that begin with a dot only
 * match a pattern that has the dot too. Words without magic stay as they are. Nothing found:
 * ERR_FAILED. */
int expand_targets(struct strv *out, struct arena *arena, const struct repo *r,
                   const struct strv *typed) MUST_CHECK;

#endif
