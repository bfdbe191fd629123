#include "store/cache_text.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "hash/hasher.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/staging.h"

int cache_text_begin(struct cache_text *t, struct cache *c, const struct digest *d) {
    struct odb_item there = {.digest = *d};

    *t = (struct cache_text){.cache = c, .digest = *d, .fd = -1};
    int rc = cache_verify(c, &there, 1, NULL);
    free(there.why);
    if (rc || there.rc == 0) {
        return rc ? rc : 1;
    }
    rc = cache_root_make(c);
    if (!rc) {
        t->number = staging_reserve(c->staging, 1);
        rc = staging_create(&t->fd, c->staging, t->number, OBJECT_MODE);
    }
    return rc;
}

void cache_text_add(struct cache_text *t, const void *data, size_t len) {
    if (!t->rc) {
        t->rc = file_write_all(t->fd, data, len);
    }
}

/* From the bytes to the name, each durable before the next. */
static int publish(struct cache_text *t) {
    struct cache *c = t->cache;
    char name[3];

    if (!c->unsynced && (!c->hold || c->network) && fsync(t->fd)) {
        return err_errno("cannot write");
    }
    int failed = close(t->fd);
    t->fd = -1;
    if (failed) {
        return err_errno("cannot write");
    }
    if (c->hold) {
        vec_push(&c->held, ((struct staged){t->digest, t->number}));
        return 0;
    }
    int rc = object_publish(c, &t->digest, t->number);
    if (!rc && !c->unsynced) {
        rc = dir_sync(c->root, fan_name(name, t->digest.byte[0]));
    }
    return rc;
}

int cache_text_end(struct cache_text *t) {
    struct file_id id;
    int rc = t->rc ? t->rc : publish(t);

    fd_closep(&t->fd);
    if (rc) {
        staging_drop(t->cache->staging, t->number);
        return err_wrap(rc, "storing in %s", t->cache->root_path);
    }
    if (!t->cache->hold && object_peek(t->cache, &t->digest, &id)) {
        object_note(t->cache, &t->digest, &id);
    }
    return 0;
}

int cache_write(struct digest *d, struct cache *c, enum hash_algo algo, bool is_dir,
                const void *data, size_t len) {
    struct cache_text text;

    hash_bytes(d, algo, data, len);
    d->is_dir = is_dir;
    int rc = cache_text_begin(&text, c, d);
    if (rc) {
        return rc < 0 ? rc : 0;
    }
    cache_text_add(&text, data, len);
    return cache_text_end(&text);
}
