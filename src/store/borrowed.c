#include "store/borrowed.h"

#include "base/str.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/staging.h"

int borrowed_open(struct borrowed *b) {
    struct str dir CLEANUP(str_release) = STR_INIT;
    int rc = cache_root_make(b->home);

    if (!rc) {
        rc = staging_open(&b->staging, b->home->root, b->home->root_path);
    }
    if (rc) {
        return rc;
    }
    str_addf(&dir, "%s/%s", b->home->root_path, staging_folder(b->staging));
    /* Flat: names in here must not look like objects of the real cache. */
    struct cache_config cfg = {
        .dir = dir.buf, .label = b->home->label, .algo = HASH_MD5_DOS2UNIX, .unsynced = true};
    rc = cache_open(&b->cache, &cfg);
    if (!rc) {
        b->cache->algo = b->home->algo;
    }
    return rc;
}

void borrowed_release(struct borrowed *b) {
    cache_close(b->cache);
    staging_close(b->staging);
}
