/*
 * The params files that a run in the user's workspace sets, as they were before: kept in
 * .dvc/tmp/cairn/exp-before/<experiment>/ until the run has ended, so that an interrupted one is
 * taken back, and the user of a killed one is told where they are.
 */
#ifndef EXP_UNDO_H
#define EXP_UNDO_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct repo;

struct undo_file {
    const char *path; /* repo-relative */
    const char *text; /* what we wrote */
    size_t len;
};

struct undo {
    struct repo *repo;
    struct arena *arena;
    const char *dir; /* relative to the root; NULL: nothing is kept */
    VEC(struct undo_file) files;
};

/* Warns of what killed runs left, with the commands that bring it back. */
void undo_tell(struct repo *r);

void undo_init(struct undo *u, struct repo *r, struct arena *arena, const char *experiment);
/* Keeps the file as it is and writes `text` in its place. */
int undo_write(struct undo *u, const char *path, const char *text, size_t len) MUST_CHECK;
/* Brings back what has not been changed by others since, and forgets. */
void undo_restore(struct undo *u);
/* The run has ended: what it set stays. */
void undo_forget(struct undo *u);
void undo_release(struct undo *u); /* for CLEANUP; keeps what is on disk */

#endif
