/*
 * A folder of temporary names for one run: `.<22 characters>.tmp` below an object root, or beside
 * the state tables for files on their way to the workspace. Files are complete before they leave it
 * by rename. Its owner holds a flock on the file `lock` inside; whoever writes next removes folders
 * whose owner has died.
 *
 * A new folder is ours once its lock is held and not removed: a sweeper takes the same lock first
 * and removes the lock file last. Across hosts a flock may be invisible, so on network file systems
 * only folders older than a day are swept.
 */
#ifndef STORE_STAGING_H
#define STORE_STAGING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct staging;

#define STAGING_NAME_MAX 24

/* Makes a staging folder in `parent` (lent; must outlive it), whose path is for messages. */
int staging_open(struct staging **out, int parent, const char *shown) MUST_CHECK;
void staging_close(struct staging *s); /* with all that is left in it; NULL is fine */
void staging_closep(struct staging **s);

/* Removes the folders of dead owners. Trouble is not reported: it is litter, not damage. */
void staging_sweep(int parent);

/* When the oldest living owner of a folder here began, in ns since the epoch by the file system's
 * clock; INT64_MAX if there is none. */
int64_t staging_oldest(int parent);

int staging_fd(const struct staging *s);
const char *staging_folder(const struct staging *s); /* its name in the parent */

/* Takes n numbers, the first of which is returned; each names one file. Thread-safe. */
uint64_t staging_reserve(struct staging *s, uint64_t n);
const char *staging_name(char out[STAGING_NAME_MAX], uint64_t number);

/* Opens the file of that number, empty, read and write, with exactly this mode (0: 0666 & ~umask). */
int staging_create(int *fd, struct staging *s, uint64_t number, mode_t mode) MUST_CHECK;
void staging_drop(struct staging *s, uint64_t number); /* missing is fine */
void staging_clear(struct staging *s);                 /* drops all files: gives the space back */

#endif
