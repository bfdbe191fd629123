#include "cmd/pipeline_hooks.h"

#include "data/commit.h"
#include "model/view.h"
#include "data/data.h"
#include "pipeline/params.h"
#include "pipeline/runcache.h"

static int status_of_params(void *ctx, struct status_entries *out, struct arena *arena,
                            const struct stage *s, const struct dep *dep) {
    struct pipeline_hooks *h = ctx;

    return params_status(h->params, out, arena, s, dep);
}

static int record_params(void *ctx, struct arena *arena, struct dep *dep) {
    struct pipeline_hooks *h = ctx;

    return params_commit(arena, h->params, dep);
}

static int keep_run(void *ctx, struct arena *arena, const struct stage *s) {
    struct pipeline_hooks *h = ctx;

    return runcache_fits(s) ? runcache_save(arena, h->data, s) : 0;
}

void pipeline_hooks_init(struct commit_hooks *out, struct pipeline_hooks *h, struct data *d) {
    *h = (struct pipeline_hooks){.data = d, .params = params_new(&(struct view){.repo = d->repo})};
    *out = (struct commit_hooks){
        .params_status = status_of_params,
        .params_commit = record_params,
        .recorded = keep_run,
        .ctx = h,
    };
}

void pipeline_hooks_release(struct pipeline_hooks *h) {
    params_freep(&h->params);
}
