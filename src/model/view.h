/*
 * The files of a repository at a time: the workspace, or a commit. What reads definitions does not know which.
 */
#ifndef MODEL_VIEW_H
#define MODEL_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct repo;
struct str;

struct view {
    struct repo *repo;
    const char *commit; /* full id; NULL: the workspace */
};

/* Paths are repo-relative. Reading is limited to `max` bytes; ERR_NOT_FOUND for a missing file. */
int view_read(struct str *out, const struct view *v, const char *path, size_t max) MUST_CHECK;
bool view_exists(const struct view *v, const char *path, bool *is_dir);

#endif
