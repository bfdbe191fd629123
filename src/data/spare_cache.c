#include "data/spare_cache.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/repo.h"
#include "os/file.h"
#include "os/temp.h"
#include "store/cache.h"

int spare_cache_open(struct spare_cache *out, struct arena *arena, const struct data *d) {
    char name[TEMP_NAME_MAX];

    temp_name(name);
    *out = (struct spare_cache){.data = *d};
    out->dir = arena_printf(arena, "%s/cairn/%s", d->repo->tmp_dir, name);
    const struct cache_config cfg = {
        .dir = out->dir, .label = "temporary copy", .algo = d->hash, .unsynced = true};
    int rc = cache_open(&out->cache, &cfg);
    data_caches_set(&out->data, out->cache);
    return rc;
}

int spare_cache_close(struct spare_cache *s, int rc) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();

    cache_close(s->cache);
    s->cache = NULL;
    if (dir_remove_tree(AT_FDCWD, s->dir)) {
        err_clear();
    }
    return rc;
}
