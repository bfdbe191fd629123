#include "data/fetch.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "data/data.h"
#include "data/import_partial.h"
#include "data/runs.h"
#include "data/sync.h"
#include "data/sync_report.h"
#include "data/used.h"
#include "job/progress.h"
#include "model/repo.h"
#include "os/file.h"
#include "remote/registry.h"
#include "store/drafts.h"

static int fetch_group(struct transfer_result *total, struct arena *arena, struct data *d,
                       const struct used_group *g) {
    struct odb *remote CLEANUP(remote_closep) = NULL;
    struct transfer_result part = {0};

    if (g->versions.len > 0) {
        return cloud_fetch(total, arena, d, g->remote, &g->versions);
    }
    int rc = data_remote_for(&remote, d, g->remote, g->algo);
    if (!rc) {
        rc = transfer_fetch(&part, arena, remote, data_cache_for(d, g->algo), &g->wants,
                            d->progress);
    }
    sync_merge(total, &part);
    return rc;
}

/* Nothing that is fetched is there yet: all of it will be placed. */
static bool is_fresh(const struct data *d, const struct used *used) {
    for (size_t i = 0; i < used->groups.len; i++) {
        const struct transfer_wants *wants = &used->groups.at[i].wants;
        for (size_t k = 0; k < wants->len; k++) {
            if (file_exists(d->repo->root_fd, wants->at[k].path)) {
                return false;
            }
        }
    }
    return true;
}

/* A file that a listing names but nobody has, or one that failed on its way. An out that was never
 * pushed anywhere is not the fault of this transfer. */
static bool is_broken(const struct transfer_failure *f, const struct used *used) {
    if (f->rc != ERR_NOT_FOUND) {
        return true;
    }
    for (size_t i = 0; i < used->groups.len; i++) {
        const struct transfer_wants *wants = &used->groups.at[i].wants;
        for (size_t k = 0; k < wants->len; k++) {
            if (digest_equal(&wants->at[k].digest, &f->digest)) {
                return false;
            }
        }
    }
    return true;
}

int fetch_wanted(struct sync_result *result, size_t *broken, struct drafts **drafts,
                 struct arena *arena, struct data *d, const struct sync_request *o) {
    struct used used CLEANUP(used_release) = {0};
    bool have_remote = o->remote || data_remote_default(d);
    int rc;

    *result = (struct sync_result){0};
    *broken = 0;
    d->jobs = o->jobs;
    if (!have_remote) {
        log_warn("no remote is named, and there is no default one");
    } else if ((rc = data_remote_check(d, o->remote))) {
        return rc;
    }
    if ((rc = used_collect(&used, arena, d, o, USED_FETCH))) {
        return rc;
    }
    if (drafts && is_fresh(d, &used)) {
        *drafts = drafts_open(data_cache_for(d, HASH_MD5), d->state, &d->links);
    }
    progress_phase(d->progress, "Fetching", 0, 0);
    if (o->run_cache && have_remote && (rc = runs_pull(&result->run_cache_files, d, o->remote))) {
        return rc;
    }
    for (size_t i = 0; i < used.groups.len; i++) {
        const struct used_group *g = &used.groups.at[i];
        if ((have_remote || g->remote) && (rc = fetch_group(&result->transfer, arena, d, g))) {
            return rc;
        }
    }
    if ((rc = import_source_fetch(&result->transfer, arena, d, &used.imports)) ||
        (rc = import_partial_fetch(&result->transfer, &result->partial, arena, d, &used.partial))) {
        return rc;
    }
    sync_warn_failed(d, &result->transfer);
    for (size_t i = 0; i < result->transfer.failed.len; i++) {
        *broken += is_broken(&result->transfer.failed.at[i], &used);
    }
    return 0;
}

int data_fetch(struct sync_result *result, struct arena *arena, struct data *d,
               const struct sync_request *o) {
    size_t broken;
    int rc = fetch_wanted(result, &broken, NULL, arena, d, o);

    if (!rc && broken > 0) {
        rc = err_set(ERR_FAILED, "%zu file%s could not be fetched", broken, broken > 1 ? "s" : "");
    }
    return rc;
}
