/*
 * What is known of one revision: params, metrics, and what its stages recorded of their dependencies
 * and outputs.
 */
#ifndef EXP_STATE_H
#define EXP_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "measure/compare.h"

struct arena;
struct data;

/* What a dependency or output is recorded as. */
struct exp_content {
    const char *path;     /* relative to the repository's root */
    const char *hash;     /* as DVC writes it, NULL if none is recorded */
    int64_t size, nfiles; /* -1 unknown */
    bool cache;           /* outputs: kept in the cache */
    bool source;          /* outputs: of no command */
};
struct exp_contents VEC_OF(struct exp_content);

struct exp_data {
    const char *rev; /* a full id, or "workspace" */
    int64_t time;    /* of the commit, seconds; -1 for the workspace */
    struct measure_files params, metrics;
    struct exp_contents deps, outs; /* without params; without metrics and plots */
};

struct exp_state {
    const char *rev, *name;              /* name: of branch, tag or experiment; or NULL */
    const struct exp_data *data;         /* NULL if it could not be read */
    const char *error_type, *error_text; /* set if something is wrong */
};
struct exp_states VEC_OF(struct exp_state);

/* `rev` is a full id and `time` that of its commit, or the workspace and -1. What cannot be read is a
 * state with its error. Release in any case. */
int exp_state_load(struct exp_state *out, struct arena *arena, struct data *d, const char *rev,
                   int64_t time, bool param_deps) MUST_CHECK;
void exp_state_release(struct exp_state *s);

/* "2026-11-21T16:43:29", local time as DVC has it; NULL for a negative one. */
const char *exp_time_iso(struct arena *arena, int64_t seconds);
/* "04:52 PM" for a time of today, else "Nov 21, 2026"; NULL for a negative one. */
const char *exp_time_text(struct arena *arena, int64_t seconds);

#endif
