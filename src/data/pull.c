#include "data/sync.h"

#include "base/err.h"
#include "data/data.h"
#include "data/fetch.h"

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
    size_t broken;
    int rc = fetch_wanted(result, &broken, arena, d, o);

    if (rc) {
        return rc;
    }
    rc = data_checkout(&result->checkout, arena, d, &checkout);
    if (!rc && broken > 0 && !o->allow_missing) {
        rc = err_set(ERR_FAILED, "%zu file%s could not be fetched", broken, broken > 1 ? "s" : "");
    }
    return rc;
}
