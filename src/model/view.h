/*
 * The files of a repository at a time: the workspace, or a commit. What reads definitions does not know which.
 */
#ifndef MODEL_VIEW_H
#define MODEL_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct ignore;
struct repo;
struct str;

struct view {
    struct repo *repo;
    const char *commit; /* full id; NULL: the workspace */
};

/* Paths are repo-relative. Reading is limited to `max` bytes; ERR_NOT_FOUND for a missing file. */
int view_read(struct str *out, const struct view *v, const char *path, size_t max) MUST_CHECK;
bool view_exists(const struct view *v, const char *path, bool *is_dir);

/* What a folder holds. Symlinks are no folders, whatever they lead to. */
struct view_entry {
    const char *name;
    bool is_dir, isexec;
    uint64_t
        size; /* bytes; of a folder as the file system or Git has it; of what a link leads to */
};
struct view_entries VEC_OF(struct view_entry);

/* Adds what is directly in the folder `path` and not ignored (by the rules of the same view), sorted
 * by name as bytes. ERR_NOT_FOUND if it is no folder. Names live in the arena. Without `sizes`
 * they are 0, and whether a file of the workspace is executable is not looked at. */
int view_list(struct view_entries *out, struct arena *arena, const struct view *v,
              struct ignore *rules, const char *path, bool sizes) MUST_CHECK;

#endif
