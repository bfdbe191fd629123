/*
 * exp push and exp pull: references first, then the data of their commits. What already arrived stays
 * when something fails later.
 */
#ifndef EXP_SHARE_SYNC_H
#define EXP_SHARE_SYNC_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/sync.h"
#include "exp/exp_scope.h"

struct arena;
struct data;

struct exp_share_request {
    const char *place;      /* name or URL of a Git repository */
    struct strv names;      /* or, if there are none: */
    struct exp_scope scope; /* those of these commits */
    bool force;             /* replace what is there */
    bool no_data;
    const char *remote; /* of the data, NULL: the default */
    int jobs;
    bool run_cache;
};

struct exp_share_result {
    struct strv moved, same; /* names */
    struct strv diverged;    /* left alone: another experiment has the name there, or here */
    struct sync_result sync;
};

/* Without any remote for data there is a warning, and experiments alone move.
 * ERR_FAILED at the end if something was left alone or refused, with the result filled;
 * ERR_NOT_FOUND for an unknown name, before anything is done. */
int exp_push(struct exp_share_result *result, struct arena *arena, struct data *d,
             const struct exp_share_request *q) MUST_CHECK;
int exp_pull(struct exp_share_result *result, struct arena *arena, struct data *d,
             const struct exp_share_request *q) MUST_CHECK;
void exp_share_release(struct exp_share_result *result); /* for CLEANUP */

#endif
