#include "data/migrate.h"

#include "data/data.h"
#include "store/migrate.h"

int data_migrate(uint64_t *objects, struct data *d, bool dry) {
    if (dry) {
        return migrate_count(objects, data_cache_for(d, HASH_MD5_DOS2UNIX));
    }
    int rc = data_lock(d);
    return rc ? rc
              : migrate_objects(objects, data_cache_for(d, HASH_MD5_DOS2UNIX),
                                data_cache_for(d, HASH_MD5), d->progress);
}
