#include "data/sync.h"

#include "base/arena.h"
#include "base/err.h"
#include "data/data.h"
#include "data/runs.h"
#include "data/sync_report.h"
#include "data/used.h"
#include "job/progress.h"
#include "remote/registry.h"

static int push_group(struct transfer_result *total, struct arena *arena, struct data *d,
                      const struct used_group *g) {
    struct odb *remote CLEANUP(remote_closep) = NULL;
    struct transfer_result part = {0};

    if (cloud_is_versioned(d, g->remote)) {
        return cloud_push(total, arena, d, g->remote, &g->wants);
    }
    int rc = data_remote_for(&remote, d, g->remote, g->algo);
    if (!rc) {
        rc =
            transfer_push(&part, arena, data_cache_for(d, g->algo), remote, &g->wants, d->progress);
    }
    sync_merge(total, &part);
    return rc;
}

/* Nothing can be pushed without a remote, unless every out names its own. */
static int check_remote(const struct data *d, const struct sync_request *o,
                        const struct used *used) {
    bool all_bound = used->groups.len > 0 && !o->run_cache;

    for (size_t i = 0; i < used->groups.len; i++) {
        all_bound = all_bound && used->groups.at[i].bound;
    }
    return all_bound && !o->remote ? 0 : data_remote_check(d, o->remote);
}

int data_push(struct sync_result *result, struct arena *arena, struct data *d,
              const struct sync_request *o) {
    struct used used CLEANUP(used_release) = {0};
    int rc;

    *result = (struct sync_result){0};
    d->jobs = o->jobs;
    if ((rc = used_collect(&used, arena, d, o, USED_PUSH)) || (rc = check_remote(d, o, &used))) {
        return rc;
    }
    progress_phase(d->progress, "Pushing", 0, 0);
    if (o->run_cache && (rc = runs_push(&result->run_cache_files, d, o->remote))) {
        return rc;
    }
    for (size_t i = 0; i < used.groups.len; i++) {
        if ((rc = push_group(&result->transfer, arena, d, &used.groups.at[i]))) {
            return rc;
        }
    }
    sync_warn_failed(d, &result->transfer);
    if (result->transfer.failed.len > 0) {
        return err_set(ERR_FAILED, "%zu file%s could not be pushed", result->transfer.failed.len,
                       result->transfer.failed.len > 1 ? "s" : "");
    }
    return 0;
}
