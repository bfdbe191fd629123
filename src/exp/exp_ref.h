/*
 * Experiments as references: refs/exps/<2 hex>/<38 hex>/<name> leads to the last commit of the
 * experiment <name>, which was started from the commit (its baseline) that the hex digits are. What
 * else lies below refs/exps are notes of runs and queues, and no experiments.
 */
#ifndef EXP_EXP_REF_H
#define EXP_EXP_REF_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitrepo;

/* What DVC keeps below refs/exps beside experiments. */
#define EXP_REFS          "refs/exps/"
#define EXP_STASH         "refs/exps/stash"         /* runs waiting for the workspace */
#define EXP_QUEUE_STASH   "refs/exps/celery/stash"  /* queued runs: see git/gitreflog.h */
#define EXP_QUEUE_FAILED  "refs/exps/celery/failed" /* those that failed */
#define EXP_EXEC_HEAD     "refs/exps/exec/EXEC_HEAD"
#define EXP_EXEC_BASELINE "refs/exps/exec/EXEC_BASELINE"
#define EXP_EXEC_BRANCH   "refs/exps/exec/EXEC_BRANCH"
#define EXP_EXEC_MERGE    "refs/exps/exec/EXEC_MERGE"
#define EXP_EXEC_APPLY    "refs/exps/exec/EXEC_APPLY"
#define EXP_APPLY_HEAD    "refs/exps/apply/ORIG_HEAD"
#define EXP_APPLY_STASH   "refs/exps/apply/stash"

struct experiment {
    const char *name, *ref;
    char id[41], baseline[41]; /* commits in hex */
};
struct experiments VEC_OF(struct experiment);

/* The parts of such a reference's name; false if it is none. `id` stays empty. */
bool exp_ref_parse(struct experiment *out, struct arena *arena, const char *ref);
/* Adds the experiment of a reference that is at this commit; one that is of no experiment is passed over. */
void exp_ref_add(struct experiments *out, struct arena *arena, const char *ref, const char *id);
const char *exp_ref_name(struct arena *arena, const char *baseline, const char *name);

/* Appends the experiments, ordered by baseline and name; only those of the commits `baselines` (full
 * ids), unless that is NULL. */
int exp_list(struct experiments *out, struct gitrepo *g, struct arena *arena,
             const struct strv *baselines) MUST_CHECK;

/* The one of the list that is called `name`, which may be a full reference. Of several with one name
 * the one of the commit `head` (or NULL) is meant. ERR_NOT_FOUND, with the nearest name as hint, or
 * ERR_FAILED if it is ambiguous. */
int exp_pick(struct experiment *out, const struct experiments *all, const char *head,
             const char *name) MUST_CHECK;

/* The experiment called `name`, or, if none is, the one whose commit that revision is. Errors as
 * above. */
int exp_find(struct experiment *out, struct gitrepo *g, struct arena *arena,
             const char *name) MUST_CHECK;

/* ERR_INVALID unless it may be the name of an experiment: one part of a Git reference. */
int exp_name_check(const char *name) MUST_CHECK;

/* A name of two words that no experiment on that baseline has. */
int exp_name_random(const char **out, struct gitrepo *g, struct arena *arena,
                    const char *baseline) MUST_CHECK;

#endif
