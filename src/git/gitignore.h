/*
 * Our lines in .gitignore files.
 */
#ifndef GIT_GITIGNORE_H
#define GIT_GITIGNORE_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct gitrepo;
struct strv;

/* Adds "/<name, escaped>" to the .gitignore beside `path` (absolute) unless Git ignores it already.
 * *file becomes the .gitignore's absolute path (in the caller's arena) if it was changed, else
 * NULL. */
int gitignore_add(struct gitrepo *g, struct arena *arena, const char *path,
                  const char **file) MUST_CHECK;

/* The same for many paths, in this order; each file is written once. *files gets those that were
 * changed. */
int gitignore_add_many(struct gitrepo *g, struct arena *arena, const struct strv *paths,
                       struct strv *files) MUST_CHECK;

/* Drops the line (escaped or not); an emptied file is deleted, and then *file is NULL. */
int gitignore_remove(struct gitrepo *g, struct arena *arena, const char *path,
                     const char **file) MUST_CHECK;

#endif
