/*
 * Whether objects are whole, and copying them from cache to cache: both read objects through
 * hash_batch, item by item, past those that are missing or damaged.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "hash/batch.h"
#include "job/progress.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/ingest.h"

/* Objects of one cache, to be read. */
struct objects {
    struct cache *cache;
    struct odb_item *items;
    size_t n;
    struct file_id *ids; /* as found; mode 0 for those that are absent */
    bool *trusted;
    size_t *order; /* in which they are read; NULL: as they come */
};

static void item_fails(struct odb_item *item, int rc, const char *fmt, ...) PRINTF(3, 4);

static void item_fails(struct odb_item *item, int rc, const char *fmt, ...) {
    struct str why = STR_INIT;
    va_list args;

    va_start(args, fmt);
    str_vaddf(&why, fmt, args);
    va_end(args);
    free(item->why);
    item->rc = rc;
    item->why = str_detach(&why);
}

static int objects_look(struct objects *o, struct cache *c, struct odb_item *items, size_t n) {
    *o = (struct objects){.cache = c, .items = items, .n = n};
    o->ids = mem_zalloc(n ? n : 1, sizeof *o->ids);
    o->trusted = mem_zalloc(n ? n : 1, sizeof *o->trusted);
    for (size_t i = 0; i < n; i++) {
        free(items[i].why);
        items[i].why = NULL;
        items[i].rc = 0;
    }
    int rc = cache_look_many(c, items, n, o->ids, o->trusted);
    for (size_t i = 0; !rc && i < n; i++) {
        if (o->ids[i].mode == 0) {
            item_fails(&items[i], ERR_NOT_FOUND, "not in the %s", c->label);
        } else {
            items[i].size = o->ids[i].size;
        }
    }
    return rc;
}

static void objects_release(struct objects *o) {
    free(o->ids);
    free(o->trusted);
    free(o->order);
}

static int larger_first(const void *a, const void *b, void *ctx) {
    const struct objects *o = ctx;
    uint64_t x = o->ids[*(const size_t *)a].size, y = o->ids[*(const size_t *)b].size;

    return (x < y) - (x > y);
}

/* Large ones first, so that no core ends long after the others; and files of a size side by side,
 * as the lanes of hash_batch want them. */
static void order_by_size(struct objects *o) {
    o->order = mem_realloc(NULL, o->n ? o->n : 1, sizeof *o->order);
    for (size_t i = 0; i < o->n; i++) {
        o->order[i] = i;
    }
    if (o->n > 1) {
        qsort_r(o->order, o->n, sizeof *o->order, larger_first, o);
    }
}

/* What reading object i of `o` said: fills its item, and remembers the object if it is whole. */
static void judge(struct objects *o, size_t i, const struct hash_item *read, bool set_aside) {
    struct odb_item *item = &o->items[i];
    struct digest found = read->digest;

    found.is_dir = item->digest.is_dir;
    if (read->error == ENOENT || read->error == ELOOP) {
        item_fails(item, ERR_NOT_FOUND, "not in the %s", o->cache->label);
    } else if (read->error) {
        item_fails(item, ERR_IO, "%s: %s", o->cache->label, strerror(read->error));
    } else if (read->changed) {
        item_fails(item, ERR_FAILED, "it changed while it was read");
    } else if (!digest_equal(&found, &item->digest)) {
        item_fails(item, ERR_CORRUPT, "damaged in the %s", o->cache->label);
        if (set_aside) {
            object_set_aside(o->cache, &item->digest);
        }
    } else {
        item->size = read->id.size;
        if (!read->recent && !o->trusted[i]) {
            object_note(o->cache, &item->digest, &read->id);
        }
    }
}

/* Reading in batches: names and hash items exist for one batch at a time. */
struct reader {
    struct hash_item *at;
    char (*names)[OBJECT_NAME_MAX];
    size_t *index; /* into the objects */
    struct odb_item *expect;
    size_t len;
    uint64_t bytes;
};

static void reader_init(struct reader *r, size_t n) {
    size_t cap = n < INGEST_FILES ? n : INGEST_FILES;

    *r = (struct reader){0};
    cap = cap ? cap : 1;
    r->at = mem_realloc(NULL, cap, sizeof *r->at);
    r->names = mem_realloc(NULL, cap, sizeof *r->names);
    r->index = mem_realloc(NULL, cap, sizeof *r->index);
    r->expect = mem_realloc(NULL, cap, sizeof *r->expect);
}

static void reader_release(struct reader *r) {
    free(r->at);
    free(r->names);
    free(r->index);
    free(r->expect);
}

/* Takes the next objects that have to be read, from `next` on; false when there is none left. */
static bool reader_fill(struct reader *r, const struct objects *o, size_t *next, bool trusted_too) {
    r->len = 0;
    r->bytes = 0;
    for (; *next < o->n && r->len < INGEST_FILES && r->bytes < INGEST_BYTES; (*next)++) {
        size_t i = o->order ? o->order[*next] : *next;
        if (o->ids[i].mode == 0 || (o->trusted[i] && !trusted_too)) {
            continue;
        }
        object_name(r->names[r->len], &o->items[i].digest);
        r->at[r->len] = (struct hash_item){.path = r->names[r->len], .id = o->ids[i]};
        r->expect[r->len] = o->items[i];
        r->index[r->len++] = i;
        r->bytes += o->ids[i].size;
    }
    return r->len > 0;
}

static int verify(struct cache *c, struct odb_item *items, size_t n, bool all, bool set_aside,
                  struct progress *p) {
    struct hash_spec spec = {
        .algo = cache_algo(c), .no_follow = true, .keep_going = true, .progress = p};
    struct objects o;
    struct reader r;
    size_t next = 0;

    int rc = objects_look(&o, c, items, n);
    if (!rc && all) {
        order_by_size(&o);
    }
    reader_init(&r, n);
    spec.dirfd = c->root;
    while (!rc && reader_fill(&r, &o, &next, all)) {
        rc = hash_batch(r.at, r.len, &spec);
        for (size_t k = 0; !rc && k < r.len; k++) {
            judge(&o, r.index[k], &r.at[k], set_aside);
        }
    }
    reader_release(&r);
    objects_release(&o);
    return rc;
}

int cache_verify(struct cache *c, struct odb_item *items, size_t n, struct progress *p) {
    return verify(c, items, n, false, true, p);
}

int cache_rehash(struct cache *c, struct odb_item *items, size_t n, bool set_aside,
                 struct progress *p) {
    return verify(c, items, n, true, set_aside, p);
}

int cache_copy(struct cache *to, struct cache *from, struct odb_item *items, size_t n,
               bool set_aside, struct progress *p) {
    struct hash_spec spec = {
        .algo = cache_algo(from), .no_follow = true, .keep_going = true, .progress = p};
    struct objects o;
    struct reader r;
    size_t next = 0;

    int rc = cache_root_make(to);
    if (rc) {
        return rc;
    }
    rc = objects_look(&o, from, items, n);
    reader_init(&r, n);
    spec.dirfd = from->root;
    while (!rc && reader_fill(&r, &o, &next, true)) {
        rc = ingest_files(to, r.at, r.len, &spec, r.expect);
        for (size_t k = 0; !rc && k < r.len; k++) {
            judge(&o, r.index[k], &r.at[k], set_aside);
        }
    }
    reader_release(&r);
    objects_release(&o);
    return rc;
}
