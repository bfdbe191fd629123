/*
 * A copy of the workspace for a run beside it: the files of a commit with a Git folder of their own
 * (git/gitcopy.h), the user's DVC configuration, and his cache. Tracked data comes out of that cache
 * (exp_execute places it), by the links he has configured. Stages in it see no other run, and none sees them.
 *
 * It lies in .dvc/tmp/exps/cairn-<commit>; who makes use of it holds the lock of that commit's run
 * (exp/queue.h), by which those that a kill left are known.
 */
#ifndef EXP_WORKCOPY_H
#define EXP_WORKCOPY_H

#include <stdbool.h>

#include "base/attr.h"
#include "os/lock.h"

struct arena;
struct repo;
struct strv;

struct workcopy {
    struct repo *owner;    /* the user's repository */
    const char *rev;       /* the commit that has its files; NULL: there is no copy */
    const char *top;       /* of its Git work tree, absolute */
    struct file_lock lock; /* of the run, unless the caller of workcopy_make has it */
    const char *notes;     /* the run's folder in .dvc/tmp/exps/run */
    bool alone;            /* no task of the queue: the notes go with the copy */
    struct repo *repo;     /* open in the folder `wdir` of the copy */
};
#define WORKCOPY_INIT                                                                              \
    { .lock = FILE_LOCK_INIT }

struct workcopy_request {
    const char *files;        /* commit that has the files */
    const char *head;         /* commit that becomes HEAD */
    const char *wdir;         /* working directory below the repository's root */
    const struct strv *paths; /* what else is copied: relative to the working directory */
};

/* Takes the lock; ERR_LOCKED if that very commit runs already. */
int workcopy_lock(struct workcopy *copy, struct repo *r, const char *files) MUST_CHECK;
int workcopy_make(struct workcopy *copy, struct arena *arena, struct repo *r,
                  const struct workcopy_request *o) MUST_CHECK;
/* Removes the copy; the lock is still held. */
void workcopy_remove(struct workcopy *copy);
/* The same, and gives the lock back. For CLEANUP. */
void workcopy_release(struct workcopy *copy);

/* Removes what killed runs left. */
void workcopy_sweep(struct repo *r);

#endif
