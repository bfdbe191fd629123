/*
 * The content of paths at a view, tracked or not: from the workspace or the commit, else, where a
 * stage or .dvc file tracks the path, from the cache, else lent by its remote.
 */
#ifndef DATA_READ_H
#define DATA_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct data;
struct index;
struct str;

/* Appends the bytes of the file `path` (repo-relative), at most `max`, as of idx->view.
 * ERR_NOT_FOUND if neither the view, the cache nor a remote has it. */
int data_read_content(struct str *out, struct arena *arena, struct data *d, const struct index *idx,
                      const char *path, size_t max) MUST_CHECK;

/* Adds all files at or below `path`, sorted: of the view, and those that are tracked there and
 * known to the cache or a remote. For a path that is no folder, and for one that is not there at all, the path
 * itself. Strings live in the arena. */
int data_read_expand(struct strv *out, struct arena *arena, struct data *d, const struct index *idx,
                     const char *path) MUST_CHECK;

#endif
