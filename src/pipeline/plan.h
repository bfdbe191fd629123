/*
 * Whether a stage is stale, and why. Looks, changes nothing.
 */
#ifndef PIPELINE_PLAN_H
#define PIPELINE_PLAN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/output.h"

struct arena;
struct memo;
struct stage;
struct stages;

enum plan_reason {
    PLAN_CLEAN,    /* nothing to do */
    PLAN_FORCED,   /* -f */
    PLAN_COMMAND,  /* the command is another than in dvc.lock */
    PLAN_CHECKSUM, /* the definition of an import was edited */
    PLAN_ALWAYS,   /* always_changed, or neither deps nor outs */
    PLAN_DEP,      /* a dependency or parameter: `path`, `key`, `change` */
    PLAN_OUT,      /* command and deps are the recorded ones, an out is not: `path`, `change` */
};

struct plan {
    enum plan_reason reason;
    const char *path; /* of the model, or NULL */
    const char *key;  /* of a parameter, or NULL */
    enum change change;
    /* Of PLAN_DEP and PLAN_OUT, in the stage; else NULL. */
    const struct dep *dep;
    const struct out *out;
};
struct plans VEC_OF(struct plan);

struct plan_options {
    /* Missing data is no reason as long as nothing else differs, and no stage of `upstream` (may be
     * NULL) has recorded another content for it. */
    bool allow_missing;
    const struct stages *upstream;
};

/* Judges by the first reason in the order of the enum, so most stale stages are found without
 * hashing all they have. A frozen stage is judged by its outs alone. What is seen unchanged is put
 * into the memo. */
int plan_stage(struct plan *out, struct arena *arena, struct data *d, struct memo *memo,
               const struct stage *s, const struct plan_options *opt) MUST_CHECK;

/* The same, with all reasons: none for a stage that is clean. What the first reason would have saved
 * is hashed. */
int plan_reasons(struct plans *out, struct arena *arena, struct data *d, struct memo *memo,
                 const struct stage *s, const struct plan_options *opt) MUST_CHECK;

/* For the trace: "dependency 'x' is modified". */
const char *plan_words(struct arena *arena, const struct plan *p);

#endif
