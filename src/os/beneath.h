/*
 * The one door for changes in the workspace: every path is taken below the folder `root_fd`, no
 * component may be a symlink, ".." or a name that Git or we own (path_is_hostile), whatever a
 * planted link or a hostile `.dir` says. openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS) where the
 * kernel has it, else a walk with O_NOFOLLOW. Paths are relative and normal; the final component
 * may be a symlink only where said.
 */
#ifndef OS_BENEATH_H
#define OS_BENEATH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"

struct write_round;

/* Opens a file or folder. `flags` as open(2); O_NOFOLLOW | O_CLOEXEC are added. */
int beneath_open(int *fd, int root_fd, const char *path, int flags, mode_t mode) MUST_CHECK;

/* Opens the folder that holds `path`, making missing ones if `make`; the last component is
 * path_base(path). For *at() calls on it. */
int beneath_parent(int *fd, int root_fd, const char *path, bool make) MUST_CHECK;

int beneath_mkdir(int root_fd, const char *path) MUST_CHECK; /* with parents, existing is fine */
int beneath_remove(int root_fd,
                   const char *path) MUST_CHECK; /* file or link itself; missing is fine */
int beneath_remove_tree(int root_fd, const char *path) MUST_CHECK; /* never follows a link */
/* Renames a file, link or folder; nothing may stand at `to` (ERR_EXISTS), whose parents are made. */
int beneath_rename(int root_fd, const char *from, const char *to) MUST_CHECK;
int beneath_write(int root_fd, const char *path, const void *data,
                  size_t len) MUST_CHECK; /* file_write_atomic */
/* The same as a part of a round (os/write_round). */
int beneath_write_round(struct write_round *w, int root_fd, const char *path, const void *data,
                        size_t len) MUST_CHECK;

/* Says why the path may not be written (ERR_FAILED), or 0: the checks by text alone. */
int beneath_check(const char *path) MUST_CHECK;

#endif
