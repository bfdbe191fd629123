/*
 * Parameters written into the user's files: only what has to change changes, comments and layout
 * stay.
 */
#ifndef EXP_PARAMS_WRITE_H
#define EXP_PARAMS_WRITE_H

#include "base/attr.h"

struct override_set;
struct repo;
struct str;

/* Appends to `out` the params file `path` (repo-relative) as the overrides make it; a file that is
 * not there counts as empty. Errors name file and parameter; nothing is written. */
int params_write_plan(struct str *out, struct repo *r, const char *path,
                      const struct override_set *set) MUST_CHECK;

#endif
