/*
 * Locks on files that die with their process: BSD flock, as DVC takes on .dvc/tmp/lock and
 * .dvc/tmp/rwlock.lock. The file stays when the lock is released.
 */
#ifndef OS_LOCK_H
#define OS_LOCK_H

#include <stdbool.h>

#include "base/attr.h"

struct file_lock {
    int fd; /* -1 when not held */
};
#define FILE_LOCK_INIT                                                                             \
    { .fd = -1 }

/* Called about twice a second while waiting; `holder` is what the holder wrote ("1234"), or "". */
typedef void lock_wait_fn(void *ctx, const char *holder, double waited);

/* Takes the lock, creating the file (and its folder). Waits up to `seconds` (negative: for ever),
 * then ERR_LOCKED naming the holder. On success the content becomes " <pid>\n", as DVC writes it.
 * ERR_INTERRUPTED on cancel. */
int file_lock_take(struct file_lock *lock, const char *path, double seconds, lock_wait_fn *wait,
                   void *ctx) MUST_CHECK;
/* The same on a folder that exists and is not changed. Where folders cannot be locked, nothing is
 * held, and that is no error; on NFS it holds among the processes of one machine alone. */
int dir_lock_take(struct file_lock *lock, const char *path, double seconds) MUST_CHECK;
void file_lock_release(struct file_lock *lock); /* fine when not held; for CLEANUP */

/* Whether somebody holds it, for showing: changes nothing. Who takes the lock in this very moment may
 * find it held. */
bool file_lock_is_held(const char *path);

#endif
