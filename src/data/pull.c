#include "data/sync.h"

#include "base/err.h"
#include "data/data.h"
#include "data/fetch.h"
#include "store/drafts.h"

int data_pull(struct sync_result *result, struct arena *arena, struct data *d,
              const struct sync_request *o) {
    struct checkout_request checkout = {
        .targets = o->targets,
        .with_deps = o->with_deps,
        .recursive = o->recursive,
        .glob = o->glob,
        .force = o->force,
        .allow_missing = o->allow_missing,
        .confirm = o->confirm,
        .confirm_ctx = o->confirm_ctx,
    };
    struct drafts *drafts = NULL;
    size_t broken;

    int rc = fetch_wanted(result, &broken, &drafts, arena, d, o);
    checkout.contents = &result->partial;
    if (!rc) {
        rc = data_checkout(&result->checkout, arena, d, &checkout);
    }
    drafts_close(drafts);
    if (!rc && broken > 0 && !o->allow_missing) {
        rc = err_set(ERR_FAILED, "%zu file%s could not be fetched", broken, broken > 1 ? "s" : "");
    }
    return rc;
}
