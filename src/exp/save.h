/*
 * The workspace as it is, kept as an experiment.
 */
#ifndef EXP_SAVE_H
#define EXP_SAVE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct data;
struct exp_result;
struct commit_hooks;

struct exp_save_request {
    const char *name, *message;       /* NULL: made up; DVC's */
    struct strv targets;              /* data and stages that are recorded first; none: all */
    bool recursive;                   /* a folder among them means what is in it */
    struct strv include;              /* files and folders that Git does not track, as typed */
    bool force;                       /* replaces an experiment of that name */
    const struct commit_hooks *hooks; /* see data/commit.h */
};

/* Records what the workspace has, as commit does, and makes the experiment. `untracked` gets the
 * files that stay out of it, relative to the work tree of Git. */
int exp_save(struct exp_result *result, struct strv *untracked, struct arena *arena, struct data *d,
             const struct exp_save_request *o) MUST_CHECK;

#endif
