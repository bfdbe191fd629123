/*
 * Folders of ours (object roots, state tables) opened one component at a time, so that a planted
 * symlink is never followed.
 */
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"

struct arena;
struct strv;

/* Opens the folder `name` in `at`. A symlink or anything else that is no folder is ERR_FAILED; an
 * absent one is made with `mode` if that is not 0, else ERR_NOT_FOUND. A mode beyond 0777 is set
 * whatever the umask says. `shown` is its path for messages. */
int folder_open(int *fd, int at, const char *name, mode_t mode, const char *shown) MUST_CHECK;

/* Opens the absolute path `dir` and then the components of `rest` below it. Only `dir` itself may
 * be, and lead through, symlinks. */
int folder_open_below(int *fd, const char *dir, const char *rest, mode_t mode) MUST_CHECK;

/* dir_names, as far as they can be read. */
void folder_names(struct strv *names, struct arena *arena, int fd);

#endif
