/*
 * Merge of dvc.lock, for Git's merge driver: stage by stage, for what a stage saw and made in one run
 * belongs together.
 */
#ifndef MODEL_LOCK_MERGE_H
#define MODEL_LOCK_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct repo;
struct str;

struct lock_merge {
    bool is_lock;          /* else nothing was done: the files are something else */
    struct strv conflicts; /* stages (or datasets) that both sides changed, each in its own way */
};
void lock_merge_release(struct lock_merge *m); /* for CLEANUP */

/* Appends what both sides made of `base`; entries in conflict stand between Git's markers. A side
 * that dropped an entry which the other did not touch drops it. ERR_INVALID for a text that is none. */
int lock_merge_texts(struct str *out, struct lock_merge *m, struct arena *arena,
                     const struct str *base, const struct str *ours,
                     const struct str *theirs) MUST_CHECK;

/* The same for files in the repository, as typed; `our` is replaced, also where there are conflicts.
 * Names of conflicts live in the arena. */
int lock_merge_files(struct lock_merge *m, struct arena *arena, struct repo *r,
                     const char *ancestor, const char *our, const char *their) MUST_CHECK;

#endif
