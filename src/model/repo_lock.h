/*
 * Exclusion with other commands, ours and DVC's: the flock on .dvc/tmp/lock for anything that changes pointers or
 * workspace, and .dvc/tmp/rwlock (JSON, guarded by a flock on rwlock.lock) for the paths that a running stage
 * reads and writes while the repository lock is free. Commands that only read take no lock at all.
 */
#ifndef MODEL_REPO_LOCK_H
#define MODEL_REPO_LOCK_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "os/lock.h"
#include "model/hardlink_lock.h"

struct repo;

struct repo_lock {
    struct file_lock file;
    struct hardlink_lock link; /* instead, with core.hardlink_lock */
    struct repo *repo;
};

/* Waits up to `seconds` (negative: for ever); tells who holds it through log_warn once, and shows that it waits. With
 * core.hardlink_lock DVC's hardlink lock (a link named .dvc/tmp/lock with the claim in it) is honoured. */
int repo_lock_take(struct repo_lock *lock, struct repo *r, double seconds) MUST_CHECK;
void repo_lock_release(struct repo_lock *lock); /* for CLEANUP */
/* For the time that a stage's command runs. */
void repo_lock_pause(struct repo_lock *lock);
int repo_lock_resume(struct repo_lock *lock) MUST_CHECK;

/* Entries in rwlock for absolute paths; ERR_LOCKED names the holder's command and pid. Entries of dead processes are
 * dropped. `cmd` as DVC writes it ("dvc repro"). */
int rwlock_take(struct repo *r, const char *cmd, const struct strv *read,
                const struct strv *write) MUST_CHECK;
int rwlock_release(struct repo *r, const struct strv *read, const struct strv *write) MUST_CHECK;

#endif
