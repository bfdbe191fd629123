#include "data/listing.h"

#include <stdlib.h>

#include "base/err.h"
#include "data/data.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"
#include "store/tree.h"

static int fetch(struct data *d, struct cache *cache, const struct digest *digest,
                 const char *remote) {
    struct odb_item item = {.digest = *digest, .size = UINT64_MAX};
    struct odb *o CLEANUP(remote_closep) = NULL;
    int rc = data_remote_for(&o, d, remote, (enum hash_algo)digest->algo);

    if (!rc) {
        rc = o->ops->get(o, cache, &item, 1, d->progress);
    }
    free(item.why);
    return rc ? rc : data_publish(d); /* it is read next, also within a run that holds back */
}

int listing_load(struct tree *tree, struct arena *arena, struct data *d,
                 const struct digest *digest, const char *remote) {
    struct cache *cache = data_cache_for(d, (enum hash_algo)digest->algo);
    int rc = tree_load(tree, arena, cache, digest);

    if ((rc != ERR_NOT_FOUND && rc != ERR_CORRUPT) || !(remote || data_remote_default(d))) {
        return rc;
    }
    err_clear();
    rc = fetch(d, cache, digest, remote);
    return rc ? rc : tree_load(tree, arena, cache, digest);
}
