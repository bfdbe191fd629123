/*
 * Data from anywhere becomes an out of the project: add -o, import-url.
 */
#ifndef DATA_URL_COPY_H
#define DATA_URL_COPY_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct data;
struct out;
struct url_source;

/* Where it goes, repo-relative: `out` as typed, or into it if that is a folder; NULL: its own name
 * here. ERR_EXISTS when something else is there already and not `force`. */
int url_copy_target(const char **path, struct arena *arena, struct data *d,
                    const struct url_source *s, const char *out, bool force) MUST_CHECK;

/* Source to cache, cache to workspace, content into o->recorded, .gitignore line. What is in the
 * workspace is replaced if the cache has it, or with `force`. */
int url_copy(struct arena *arena, struct data *d, struct out *o, struct url_source *s,
             bool force) MUST_CHECK;

#endif
