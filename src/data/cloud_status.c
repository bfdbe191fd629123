#include "data/status.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/sync.h"
#include "data/used.h"
#include "job/progress.h"
#include "model/repo.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"

const char *cloud_change_word(enum cloud_change c) {
    switch (c) {
    case CLOUD_DELETED:
        return "deleted";
    case CLOUD_NEW:
        return "new";
    case CLOUD_MISSING:
        return "missing";
    }
    return NULL;
}

static int compare_entries(const void *a, const void *b) {
    const struct cloud_entry *x = a, *y = b;

    return x->change != y->change ? (int)x->change - (int)y->change : strcmp(x->path, y->path);
}

/* Which files a folder has is in its listing: what the cache lacks of those is fetched, as by DVC. One
 * that cannot be had is told of as missing. */
static void fetch_listings(struct arena *arena, struct data *d, struct odb *remote,
                           const struct used_group *g) {
    struct cache *cache = data_cache_for(d, g->algo);
    struct odb_item *items = arena_alloc(arena, (g->wants.len + 1) * sizeof *items);
    size_t n = 0;

    for (size_t i = 0; i < g->wants.len; i++) {
        const struct digest *digest = &g->wants.at[i].digest;
        if (digest->is_dir && !cache_has(cache, digest)) {
            items[n++] = (struct odb_item){.digest = *digest, .size = UINT64_MAX};
        }
    }
    if (n > 0 && remote->ops->get(remote, cache, items, n, d->progress)) {
        err_clear();
    }
    for (size_t i = 0; i < n; i++) {
        free(items[i].why);
    }
}

static int group_status(struct cloud_entries *out, struct arena *arena, struct data *d,
                        const struct used_group *g) {
    struct odb *remote CLEANUP(remote_closep) = NULL;
    struct transfer_presences found = {0};

    if (cloud_is_versioned(d, g->remote)) {
        return err_set(ERR_UNSUPPORTED,
                       "remotes that keep versions have no status: what was pushed "
                       "is in the .dvc files and dvc.lock");
    }
    int rc = data_remote_for(&remote, d, g->remote, g->algo);

    if (!rc) {
        fetch_listings(arena, d, remote, g);
        rc = transfer_compare(&found, arena, data_cache_for(d, g->algo), remote, &g->wants,
                              d->progress);
    }
    for (size_t i = 0; !rc && i < found.len; i++) {
        const struct transfer_presence *p = &found.at[i];
        if (p->here && p->there) {
            continue;
        }
        enum cloud_change change = p->here ? CLOUD_NEW : p->there ? CLOUD_DELETED : CLOUD_MISSING;
        vec_push(out,
                 ((struct cloud_entry){.path = repo_shown(d->repo, p->path), .change = change}));
    }
    vec_release(&found);
    return rc;
}

int data_cloud_status(struct cloud_entries *out, bool *empty, struct arena *arena, struct data *d,
                      const struct sync_request *o) {
    struct used used CLEANUP(used_release) = {0};
    int rc;

    d->jobs = o->jobs;
    if ((rc = used_collect(&used, arena, d, o, USED_CLOUD_STATUS))) {
        return rc;
    }
    *empty = used.empty;
    progress_phase(d->progress, "Comparing with the remote", 0, 0);
    for (size_t i = 0; i < used.groups.len; i++) {
        if (!used.groups.at[i].bound && (rc = group_status(out, arena, d, &used.groups.at[i]))) {
            return rc;
        }
    }
    if (out->len > 1) {
        qsort(out->at, out->len, sizeof *out->at, compare_entries);
    }
    return 0;
}
