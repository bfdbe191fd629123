/*
 * Which experiments a command means: those of commits (--rev, -n, -a, -T), or all.
 */
#ifndef EXP_EXP_SCOPE_H
#define EXP_EXP_SCOPE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"

struct arena;
struct experiments;
struct gitrepo;
struct gitrev;
struct gitrevs;
struct repo;

struct exp_scope {
    struct strv revs; /* commits or experiments as typed; none, and no other choice: HEAD */
    int num; /* of each, so many commits back along first parents; negative: all; 0: none */
    bool all_branches, all_tags;
    bool all_commits; /* then nothing else counts */
};

/* The repository's Git, ERR_FAILED if it has none. */
int exp_git(struct gitrepo **out, const struct repo *r) MUST_CHECK;

/* gitrev_find, with the experiment that was nearly typed as a hint; HEAD is where the user left it,
 * also while DVC runs an experiment in the workspace. */
int exp_rev_find(struct gitrev *out, struct gitrepo *g, struct arena *arena,
                 const char *name) MUST_CHECK;

/* The commits, each once. */
int exp_scope_revs(struct gitrevs *out, struct gitrepo *g, struct arena *arena,
                   const struct exp_scope *s) MUST_CHECK;

/* The experiments that started from them; with all_commits all there are. */
int exp_scope_list(struct experiments *out, struct gitrepo *g, struct arena *arena,
                   const struct exp_scope *s) MUST_CHECK;

/* Names for commits, id -> name: the branch that is checked out, else the first tag, else the first
 * branch. */
int exp_rev_names(struct map *out, struct gitrepo *g, struct arena *arena) MUST_CHECK;

#endif
