/*
 * Experiments renamed, removed, and made branches. What is looked up and refused is so before
 * anything is changed.
 */
#ifndef EXP_MANAGE_H
#define EXP_MANAGE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "exp/exp_scope.h"

struct arena;
struct repo;

/* ERR_EXISTS unless `force`, which replaces; ERR_NOT_FOUND. `remote` (name or URL, or NULL): there,
 * and not here. */
int exp_rename(struct repo *r, struct arena *arena, const char *remote, const char *name,
               const char *new_name, bool force) MUST_CHECK;

struct exp_removal {
    struct strv names;      /* or, if there are none: */
    struct exp_scope scope; /* those of commits, if any are given */
    const char *remote;     /* there, and not here; or NULL */
    bool keep;              /* remove all the others */
    bool queued;            /* all that wait in the queue, and nothing else */
};

/* Appends the names of those removed. A name may also be that of a task of the queue that waits or
 * failed. */
int exp_remove(struct strv *removed, struct repo *r, struct arena *arena,
               const struct exp_removal *what) MUST_CHECK;

/* Makes a branch of the experiment (name or revision); `branch` NULL: "<name>-branch". *branch and
 * *name say what was made of what. ERR_EXISTS. */
int exp_branch(const char **branch, const char **name, struct repo *r, struct arena *arena,
               const char *experiment) MUST_CHECK;

#endif
