/*
 * DVC's lock for file systems without flock (core.hardlink_lock): a claim file of one's own, and a hard link to it under
 * the name of the lock, which only one can make. It outlives its process; we note who we are in the claim, so that we
 * can tell when one of ours is dead. DVC's claims are taken for alive until the year is over that they are made for.
 */
#ifndef MODEL_HARDLINK_LOCK_H
#define MODEL_HARDLINK_LOCK_H

#include "base/attr.h"
#include "os/lock.h"

struct hardlink_lock {
    char *path; /* NULL when not held */
    char *claim;
};

/* As file_lock_take; the folder must exist. */
int hardlink_lock_take(struct hardlink_lock *lock, const char *path, double seconds,
                       lock_wait_fn *wait, void *ctx) MUST_CHECK;
void hardlink_lock_release(struct hardlink_lock *lock); /* fine when not held */

#endif
