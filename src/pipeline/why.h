/*
 * why: everything that makes stages stale, with the values before and now and the commit that
 * brought them. Looks, changes nothing.
 */
#ifndef PIPELINE_WHY_H
#define PIPELINE_WHY_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "batch/slurm.h"
#include "data/output.h"
#include "pipeline/last_change.h"

struct data;
struct node;

enum why_kind {
    WHY_NEW,        /* dvc.lock does not know the stage */
    WHY_MISSING,    /* such a stage will fail: `path` is not there, and no stage makes it */
    WHY_COMMAND,    /* another than in dvc.lock: `old`, `now` */
    WHY_DEFINITION, /* the definition of an import was edited */
    WHY_ALWAYS,     /* always_changed, or neither deps nor outs */
    WHY_PARAMETER,  /* `key` of `path`, down to the single values of a mapping; NULL if the file is
                       gone */
    WHY_DEPENDENCY, /* `old` and `now` are checksums */
    WHY_OUTPUT,     /* the same */
    WHY_UPSTREAM,   /* `maker` runs first, and makes `path` */
};
const char *why_word(enum why_kind kind); /* "parameter" */

struct why_reason {
    enum why_kind kind;
    const char *path, *key; /* path as shown; NULL where there is none */
    enum change change;
    const struct node *old, *now;    /* NULL: none */
    const char *old_text, *now_text; /* the same for people */
    const char *maker; /* address of the stage or .dvc file that makes `path`, or NULL */
    bool maker_runs;
    struct last_change last;
};

struct why_stage {
    const char *stage; /* its address */
    bool data;         /* added by hand: it is recorded anew, not run */
    bool certain;      /* has reasons of its own; else it depends on what others make of it */
    bool restores;     /* only its outs differ, and the cache has them: nothing is run for that */
    /* It is at work on Slurm; id 0: it is not. */
    struct slurm_job job;
    VEC(struct why_reason) reasons;
};

struct why {
    VEC(struct why_stage) stages; /* in the order in which they would run */
    bool none;                    /* the repository has no stages at all, and no data */
    struct why_parts *parts;      /* what the values live in */
};

/* Of the stages that `repro` would look at for these targets; none: all of the repository. Takes no
 * lock. Release also after an error. */
int pipeline_why(struct why *out, struct data *d, const struct strv *targets) MUST_CHECK;
void why_release(struct why *w); /* for CLEANUP */

#endif
