#include "pipeline/repro_decide.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "data/data.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/plan.h"
#include "pipeline/pull_inputs.h"
#include "pipeline/repro.h"

static int judge_stage(struct plan *plan, const struct repro_decision *d, struct arena *scratch,
                       const struct stage *s, const struct stages *upstream, bool allow_missing) {
    struct plan_options opt = {.allow_missing = allow_missing, .upstream = upstream};

    return plan_stage(plan, scratch, d->data, d->memo, s, &opt);
}

/* A stage whose data alone is missing needs no run if a remote has it. */
static int pull_instead(bool *settled, const struct repro_decision *d, struct arena *scratch,
                        const struct stage *s, const struct stages *upstream, bool is_input) {
    struct plan lenient;
    int rc;

    if (s->name && !s->locked) {
        return 0; /* it never ran */
    }
    rc = judge_stage(&lenient, d, scratch, s, upstream, true);
    if (rc || lenient.reason != PLAN_CLEAN) {
        return rc;
    }
    if (is_input || d->request->dry) {
        if (!is_input) {
            log_info("Pulling data for stage: '%s'", stage_address(s, scratch, d->data->repo->cwd));
        }
        *settled = true;
        return 0;
    }
    if (!(rc = pull_outs(settled, d->data, scratch, s)) && *settled) {
        d->result->restored++;
    }
    return rc;
}

int repro_decide(struct plan *plan, const struct repro_decision *d, struct arena *scratch,
                 const struct stage *s, const struct stages *upstream, bool is_input) {
    const char *address = stage_address(s, scratch, d->data->repo->cwd);
    bool settled = false;
    int rc;

    if (s->frozen && !stage_is_import(s)) {
        log_warn("stage: '%s' is frozen. Its dependencies are not going to be reproduced.",
                 address);
    }
    if (s->cmds && !s->cmds[0] && (s->ndeps || s->nouts)) {
        return err_set(ERR_INVALID, "%s: stage '%s' has no command that could make its outputs",
                       repo_shown(d->data->repo, s->file), address);
    }
    if (s->cmds && !s->cmds[0]) {
        plan->reason = PLAN_CLEAN; /* there is nothing about it that could change */
        return 0;
    }
    if (plan->reason == PLAN_FORCED) {
        return 0;
    }
    if ((rc = judge_stage(plan, d, scratch, s, upstream, d->request->allow_missing))) {
        return rc;
    }
    if (plan->reason == PLAN_CLEAN && d->inputs_open && !s->frozen) {
        log_info("Stage '%s' runs if its inputs have changed by then", address);
        return 0;
    }
    if (plan->reason == PLAN_CLEAN) {
        log_info("%s'%s' didn't change, skipping", s->cmds ? "Stage " : "", address);
        d->result->skipped++;
        return 0;
    }
    log_debug("%s: %s", address, plan_words(scratch, plan));
    if (!d->request->pull) {
        return 0;
    }
    if (!(rc = pull_instead(&settled, d, scratch, s, upstream, is_input)) && settled) {
        plan->reason = PLAN_CLEAN;
    }
    return rc;
}
