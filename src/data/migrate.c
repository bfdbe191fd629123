#include "data/migrate.h"

#include "data/data.h"
#include "store/migrate.h"

int data_migrate(uint64_t *objects, struct data *d, bool dry) {
    if (dry) {
        return migrate_count(objects, d->legacy);
    }
    int rc = data_lock(d);
    return rc ? rc : migrate_objects(objects, d->legacy, d->cache, d->progress);
}
