/*
 * Git's hooks and merge drivers: those of ours, installed and taken out again. What somebody else
 * wrote is never changed.
 */
#ifndef GIT_GITHOOKS_H
#define GIT_GITHOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct gitrepo;

/* The folder that Git takes hooks from: core.hooksPath, else "hooks" in the common folder of all
 * work trees. */
int githooks_dir(const char **out, struct gitrepo *g, struct arena *arena) MUST_CHECK;

/* Writes an executable script; a hook of this name that is there is ERR_EXISTS. */
int githook_write(struct gitrepo *g, const char *name, const char *script) MUST_CHECK;
/* ERR_EXISTS if there is one. */
int githook_check_free(struct gitrepo *g, const char *name) MUST_CHECK;
/* Deletes the hook if it is one of these scripts, but for white space at its end; *removed tells. */
int githook_remove(bool *removed, struct gitrepo *g, const char *name, const char *const *scripts,
                   size_t n) MUST_CHECK;

/* In the repository's configuration. */
int gitmerge_driver_set(struct gitrepo *g, const char *name, const char *title,
                        const char *command) MUST_CHECK;
/* Unless its command holds `text`, it is left alone. */
int gitmerge_driver_remove(bool *removed, struct gitrepo *g, const char *name,
                           const char *text) MUST_CHECK;

/* The command that `git diff` reads files of diff driver `name` through. Removed only if it holds
 * `text`. */
int gitdiff_textconv_set(struct gitrepo *g, const char *name, const char *command) MUST_CHECK;
int gitdiff_textconv_remove(bool *removed, struct gitrepo *g, const char *name,
                            const char *text) MUST_CHECK;

/* Whether a rebase is going on, in the middle of which the workspace is not asked to follow. */
bool gitrepo_is_rebasing(const struct gitrepo *g);

#endif
