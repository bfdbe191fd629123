#include "cmd/pipeline_hooks.h"

#include "data/commit.h"
#include "data/data.h"
#include "pipeline/params.h"
#include "pipeline/runcache.h"

static int status_of_params(void *ctx, struct status_entries *out, struct arena *arena,
                            const struct stage *s, const struct dep *dep) {
    struct pipeline_hooks *h = ctx;

    return params_status(&h->view, out, arena, s, dep);
}

static int record_params(void *ctx, struct arena *arena, struct dep *dep) {
    struct pipeline_hooks *h = ctx;

    return params_commit(arena, &h->view, dep);
}

static int keep_run(void *ctx, struct arena *arena, const struct stage *s) {
    struct pipeline_hooks *h = ctx;

    return runcache_fits(s) ? runcache_save(arena, h->data, s) : 0;
}

void pipeline_hooks_init(struct commit_hooks *out, struct pipeline_hooks *h, struct data *d) {
    *h = (struct pipeline_hooks){.data = d, .view = {.repo = d->repo}};
    *out = (struct commit_hooks){
        .params_status = status_of_params,
        .params_commit = record_params,
        .recorded = keep_run,
        .ctx = h,
    };
}
