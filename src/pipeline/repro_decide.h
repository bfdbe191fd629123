/*
 * What is to be done with a stage whose turn it is in a repro.
 */
#ifndef PIPELINE_REPRO_DECIDE_H
#define PIPELINE_REPRO_DECIDE_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct data;
struct memo;
struct plan;
struct repro_request;
struct repro_result;
struct stage;
struct stages;

struct repro_decision {
    struct data *data;
    struct memo *memo;
    const struct repro_request *request;
    struct repro_result *result; /* what was skipped, or pulled, is counted */
    bool inputs_open; /* of a dry run: what the stage depends on would run and may change */
};

/* plan->reason becomes PLAN_CLEAN if nothing is left to do: also when --pull brought what was
 * missing. `upstream` are the stages it depends on; `is_input`: it is data that others depend on,
 * which is fetched when one of them has to run. */
int repro_decide(struct plan *plan, const struct repro_decision *d, struct arena *scratch,
                 const struct stage *s, const struct stages *upstream, bool is_input) MUST_CHECK;

#endif
