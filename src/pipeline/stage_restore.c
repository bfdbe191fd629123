#include "pipeline/stage_restore.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/output.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/link.h"
#include "pipeline/memo.h"
#include "pipeline/pull_inputs.h"
#include "pipeline/runcache.h"
#include "pipeline/stage_job.h"

/* Whether the cache has them all; with --pull they are fetched for that. */
static int have_contents(bool *have, const struct content *outs, const struct stage_job *j) {
    *have = true;
    for (size_t i = 0; i < j->stage->nouts && *have; i++) {
        int rc = j->opt.pull && !j->opt.dry
                     ? pull_content(have, j->data, j->scratch, j->stage->outs[i].path, &outs[i])
                     : content_cached(have, j->scratch, j->data, &outs[i]);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* The recorded outs, if they are all in the cache: for when only the workspace lost them. */
static int find_recorded(bool *found, struct content *outs, const struct stage_job *j) {
    for (size_t i = 0; i < j->stage->nouts; i++) {
        outs[i] = j->stage->outs[i].recorded;
    }
    return have_contents(found, outs, j);
}

static int restore_out(const struct stage_job *j, struct out *o, const struct content *c) {
    struct data plain = *j->data;
    struct checkout_options opt = {.force = true};
    struct place_result placed = {0};
    struct out wanted = *o;
    int rc;

    wanted.recorded = *c;
    wanted.cache = true; /* for this purpose the cache has metrics that are not cached, too */
    if (!o->cache) {
        plain.links = (struct place_links){.type = {LINK_COPY}, .n = 1};
    }
    rc = output_checkout(&placed, j->scratch, &plain, &wanted, &opt);
    strv_release(&placed.missing);
    return rc;
}

static int restore_outs(const struct stage_job *j, const struct content *outs) {
    int rc;

    for (size_t i = 0; i < j->stage->nouts; i++) {
        struct out *o = &j->stage->outs[i];

        if ((rc = restore_out(j, o, &outs[i]))) {
            return rc;
        }
        o->recorded = outs[i];
        memo_put(j->memo, o->path, &outs[i]);
    }
    return 0;
}

int stage_restore(bool *done, const struct stage_job *j, bool inputs_same) {
    struct stage *s = j->stage;
    struct content *outs = arena_alloc(j->scratch, (s->nouts + 1) * sizeof *outs);
    int rc = 0;

    *done = false;
    if (!runcache_fits(s)) {
        return 0;
    }
    if (inputs_same) {
        rc = find_recorded(done, outs, j);
    }
    if (!rc && !*done && !j->opt.no_run_cache) {
        rc = runcache_find(done, outs, j->scratch, j->data, s);
        rc = rc || !*done ? rc : have_contents(done, outs, j);
    }
    if (rc || !*done) {
        return rc;
    }
    log_info("Stage '%s' is cached - skipping run, checking out outputs",
             stage_address(s, j->scratch, j->data->repo->cwd));
    if (j->opt.dry) {
        return 0;
    }
    rc = restore_outs(j, outs);
    if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
        log_debug("the cache is damaged (%s): running the stage", err_text());
        err_clear();
        *done = false;
        rc = 0;
    }
    return rc;
}
