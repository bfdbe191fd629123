/*
 * add -o: data from anywhere on this machine becomes an out of the project.
 */
#ifndef DATA_ADD_COPY_H
#define DATA_ADD_COPY_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct data;
struct out;

/* Where `typed` is (absolute) and where it goes (repo-relative: `out`, or into it if that is a
 * folder; NULL: its name here). ERR_EXISTS when something else is there already and not `force`. */
int add_copy_plan(const char **source, const char **path, struct arena *arena, struct data *d,
                  const char *typed, const char *out, bool force) MUST_CHECK;

/* Source to cache, cache to workspace, content into o->recorded, .gitignore line. */
int add_copy(struct arena *arena, struct data *d, struct out *o, const char *source) MUST_CHECK;

#endif
