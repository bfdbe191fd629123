#include "store/cache.h"

#include "base/vec.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache_dir.h"
#include "store/staging.h"

int cache_name_staged(struct cache *c, const struct staged *list, size_t n) {
    bool touched[FAN_OUT] = {false};
    bool sync = !c->unsynced && n > 0;
    int rc = sync ? fs_sync(staging_fd(c->staging)) : 0;

    for (size_t i = 0; !rc && i < n; i++) {
        touched[list[i].digest.byte[0]] = true;
        rc = object_publish(c, &list[i].digest, list[i].number);
    }
    if (!rc && sync) {
        rc = cache_sync_folders(c, touched);
    }
    for (size_t i = 0; !rc && i < n; i++) {
        struct file_id id;
        if (object_peek(c, &list[i].digest, &id)) {
            object_note(c, &list[i].digest, &id);
        }
    }
    return rc;
}

void cache_hold(struct cache *c) {
    c->hold = true;
}

/* Listings last; else in the order of their coming. */
static void sort_held(struct staged *out, const struct cache *c) {
    size_t n = 0;

    for (int listing = 0; listing <= 1; listing++) {
        for (size_t i = 0; i < c->held.len; i++) {
            if (c->held.at[i].digest.is_dir == listing) {
                out[n++] = c->held.at[i];
            }
        }
    }
}

int cache_publish(struct cache *c) {
    struct staged *list CLEANUP(mem_freep) = mem_zalloc(c->held.len + 1, sizeof *list);

    sort_held(list, c);
    int rc = cache_name_staged(c, list, c->held.len);
    if (!rc) {
        vec_clear(&c->held);
    }
    return rc;
}
