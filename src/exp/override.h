/*
 * Parameters set on the command line (`exp run -S`), in the grammar of Hydra's overrides:
 *
 *     a.b=1   +new=2   ++any=3   ~gone   more.json:z.y=2   list=[1,x]   map={k: v}   text='it''s'
 *
 * and sweeps, which stand for several runs: a=1,2   choice(1,2)   range(0,3)   sort(…)
 */
#ifndef EXP_OVERRIDE_H
#define EXP_OVERRIDE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;

enum override_kind {
    OVERRIDE_CHANGE, /* key=value: the key is there */
    OVERRIDE_ADD,    /* +key=value: it is not */
    OVERRIDE_SET,    /* ++key=value */
    OVERRIDE_DROP    /* ~key, ~key=value */
};

struct override {
    enum override_kind kind;
    const char *text;         /* as typed */
    const char *key;          /* "a.b.0", or a group of Hydra's: "db", "db/engine" */
    const char *package;      /* behind its @, or NULL */
    const struct node *value; /* NULL for a sweep, and for ~key alone */
    bool sweep;
    struct strv choices; /* of a sweep: the values, as text of this grammar */
};

/* Values live in the arena; release with override_release, on errors too. ERR_INVALID names the text
 * and the place in it. */
int override_parse(struct override *out, struct arena *arena, const char *text) MUST_CHECK;
void override_release(struct override *o); /* for CLEANUP; zeroed is fine */

/* The overrides of one file, as typed without the file's name. */
struct override_set {
    const char *file; /* as typed, or "params.yaml" */
    struct strv texts;
    bool composed; /* by Hydra's rules: see exp/hydra.h */
};
struct override_sets VEC_OF(struct override_set);

/* Groups what was typed by file, in the order of first mention. Release with override_sets_release;
 * strings live in the arena. */
void override_group(struct override_sets *out, struct arena *arena, const struct strv *typed);
void override_sets_release(struct override_sets *sets); /* for CLEANUP */

/* The runs that sweeps stand for, each with single values: their product, the last sweep running
 * fastest, as DVC orders them. Without sweeps, one run as typed. ERR_INVALID for what cannot be
 * parsed or counted. Release with override_runs_release. */
struct override_runs VEC_OF(struct override_sets);
int override_expand(struct override_runs *out, bool *sweep, struct arena *arena,
                    const struct override_sets *sets) MUST_CHECK;
void override_runs_release(struct override_runs *runs); /* for CLEANUP */

/* "{'params.yaml': ['lr=0.8']}", as DVC names the parameters of a queued run. */
const char *override_sets_text(struct arena *arena, const struct override_sets *sets);

/* Applies them to a params file's map in place: one after the other, then interpolations (${a.b},
 * ${oc.env:NAME}) are resolved, as DVC does. ERR_FAILED tells which key is not there, or is. */
int override_apply(struct node *root, struct arena *arena, const struct strv *texts) MUST_CHECK;

#endif
