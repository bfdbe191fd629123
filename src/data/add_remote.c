#include "data/add_remote.h"

#include "base/arena.h"
#include "base/err.h"
#include "data/data.h"
#include "data/spare_cache.h"
#include "data/url_source.h"
#include "model/stage.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"
#include "store/transfer.h"

static int push_all(struct arena *arena, struct data *d, const struct out *o, struct cache *from,
                    struct odb *remote) {
    struct transfer_want want = {.digest = o->recorded.digest, .path = o->path};
    const struct transfer_wants wants = {.at = &want, .len = 1};
    struct transfer_result result = {0};
    int rc = transfer_push(&result, arena, from, remote, &wants, d->progress);

    if (!rc && result.failed.len > 0) {
        const char *why = result.failed.at[0].why;
        rc = err_set((enum err_code)result.failed.at[0].rc, "'%s': %s", result.failed.at[0].path,
                     why ? why : "it could not be sent");
    }
    vec_release(&result.failed);
    return rc;
}

static int by_temporary(struct arena *arena, struct data *d, struct out *o, struct url_source *s,
                        struct odb *remote) {
    struct spare_cache spare;
    int rc = spare_cache_open(&spare, arena, d);

    rc = rc ? rc : url_source_fetch(&o->recorded, &spare.data, s);
    rc = rc ? rc : push_all(arena, d, o, spare.cache, remote);
    return spare_cache_close(&spare, rc);
}

int add_to_remote(struct arena *arena, struct data *d, struct out *o, struct url_source *s,
                  const char *name) {
    struct odb *remote CLEANUP(remote_closep) = NULL;
    struct data there = *d;
    int rc = data_remote_for(&remote, d, name, d->hash);

    if (rc) {
        return rc;
    }
    struct cache *cache = odb_as_cache(remote);
    data_caches_set(&there, cache);
    return cache ? url_source_fetch(&o->recorded, &there, s) : by_temporary(arena, d, o, s, remote);
}
