/*
 * What a run or a save leaves: a commit on the baseline that holds what the workspace has, and the
 * reference to it.
 */
#ifndef EXP_COMMIT_H
#define EXP_COMMIT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"

struct arena;
struct data;
struct gitrepo;
struct index;
struct node;
struct repro_request;
struct stage;

/* Records the data that the user has changed, of what a run is asked for: into the cache and the .dvc
 * files (see repo->drafts for where these may go instead). */
int exp_record_data(struct data *d, const struct repro_request *repro) MUST_CHECK;

/* What goes into it, gathered on the way. Zero it, give it an arena. */
struct exp_harvest {
    struct arena *arena;
    struct node *entries; /* stage name -> entry of dvc.lock: of what the id is made */
    struct strv paths;    /* absolute: files that Git does not know yet */
    struct map seen;      /* of those */
};
void exp_harvest_init(struct exp_harvest *h, struct arena *arena);
void exp_harvest_release(struct exp_harvest *h); /* for CLEANUP */

/* Notes a repo-relative path. */
void exp_harvest_path(struct exp_harvest *h, const struct data *d, const char *path);
/* Notes the files of a stage that are Git's: dvc.yaml, dvc.lock, deps and outs outside the cache. */
void exp_harvest_stage(struct exp_harvest *h, const struct data *d, const struct index *index,
                       const struct stage *s);
/* Notes what dvc.lock says of the stage. */
void exp_harvest_entry(struct exp_harvest *h, const struct stage *s);
/* Notes what dvc.yaml files name at their top: metrics, params and the sources of plots; and with
 * core.autostage what was touched. */
int exp_harvest_top(struct exp_harvest *h, struct data *d) MUST_CHECK;

struct exp_keep {
    const char *baseline; /* full id */
    const char *name;
    const char *message; /* NULL: DVC's, with the experiment's hash */
    bool force;          /* replaces an experiment of that name */
    struct strv forced;  /* absolute paths that come in though Git ignores them */
};

/* Makes the commit and the reference, whose name is *ref (in the arena of the harvest). An
 * experiment of that name with the same files is kept as it is; with others it is ERR_EXISTS. */
int exp_keep(char id[41], const char **ref, struct exp_harvest *h, struct data *d,
             struct gitrepo *into, const struct exp_keep *o) MUST_CHECK;

/* ERR_EXISTS: "Experiment conflicts with existing experiment 'x'…", in words that VS Code takes. */
int exp_conflict(const char *name);

#endif
