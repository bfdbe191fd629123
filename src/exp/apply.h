/*
 * The files and data of an experiment put into the workspace.
 */
#ifndef EXP_APPLY_H
#define EXP_APPLY_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct data;

/* `name`: an experiment, or any revision. What the workspace had beside HEAD is kept before in
 * refs/exps/apply/stash, from where `git stash apply` brings it back. Data that no cache holds would be
 * lost: unless forced nothing is changed then (ERR_EXISTS). Files that the experiment lacks are
 * removed from a workspace that had no changes, else they stay, as with DVC. Takes the repository
 * lock. */
int exp_apply(struct arena *arena, struct data *d, const char *name, bool force) MUST_CHECK;

/* Warns of what an apply that was killed has left, with the command that brings it back. */
void exp_apply_tell(struct arena *arena, struct data *d);

#endif
