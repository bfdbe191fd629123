#include "store/ingest.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "hash/batch.h"
#include "os/stat.h"
#include "store/cache_dir.h"
#include "store/drafts.h"
#include "store/odb.h"
#include "store/staging.h"

struct ingest {
    struct cache *to;
    struct hash_item *items;
    const struct odb_item *expect;
    uint64_t base;            /* staging number of item 0 */
    _Atomic uint32_t *claims; /* by digest: index + 1 of the item that stores it */
    size_t mask;
    uint8_t *state;        /* enum outcome per item */
    struct file_id *found; /* OUTCOME_SAME: identity of the object that is there */
};

enum outcome { OUTCOME_NOTHING, OUTCOME_WRITTEN, OUTCOME_SAME };

/* The name that item i gets. */
static struct digest object_digest(const struct ingest *in, size_t i) {
    struct digest d = in->items[i].digest;

    d.is_dir = in->expect ? in->expect[i].digest.is_dir : 0;
    return d;
}

/* True for the first item of this content. A lock-free set that only grows: the winner of a slot
 * has set its digest before. Equal digests meet in the same run of slots. */
static bool claim(struct ingest *in, size_t i, const struct digest *d) {
    size_t at;

    memcpy(&at, d->byte, sizeof at);
    for (;; at++) {
        _Atomic uint32_t *slot = &in->claims[at & in->mask];
        uint32_t owner = atomic_load(slot);
        if (owner == 0 && atomic_compare_exchange_strong(slot, &owner, (uint32_t)i + 1)) {
            return true;
        }
        struct digest other = object_digest(in, owner - 1);
        if (digest_equal(&other, d)) {
            return false;
        }
    }
}

/* Whether the copy is superfluous: asked for a small file before it is written, for a large one
 * afterwards. */
static int is_known(void *ctx, size_t i, const struct digest *hashed, const void *data,
                    size_t len) {
    struct ingest *in = ctx;
    struct digest d = object_digest(in, i);
    struct file_id id;
    bool known = true;

    (void)hashed;
    if (!in->expect || digest_equal(&d, &in->expect[i].digest)) {
        known = !claim(in, i, &d);
        if (!known && data && in->to->drafts) {
            drafts_add(in->to->drafts, &d, data, len);
        }
        if (!known && object_peek(in->to, &d, &id)) {
            known = object_trusted(in->to, &d, &id);
            if (!known && data && object_holds(in->to, &d, data, len)) {
                in->state[i] = OUTCOME_SAME;
                in->found[i] = id;
                known = true;
            }
        }
    }
    if (!known) {
        in->state[i] = OUTCOME_WRITTEN;
    } else if (!data) {
        staging_drop(in->to->staging, in->base + i);
    }
    return known;
}

static int open_copy(void *ctx, size_t i, int *fd) {
    struct ingest *in = ctx;

    return staging_create(fd, in->to->staging, in->base + i, OBJECT_MODE);
}

/* From temporary names to objects, once all bytes are durable; or what was written waits for
 * cache_publish. */
static int publish(struct ingest *in, size_t n) {
    struct cache *c = in->to;
    VEC(struct staged) written = {0};
    int rc = 0;

    for (size_t i = 0; i < n; i++) {
        if (in->state[i] == OUTCOME_WRITTEN) {
            vec_push(&written, ((struct staged){object_digest(in, i), in->base + i}));
        }
    }
    if (c->hold) {
        for (size_t i = 0; i < written.len; i++) {
            vec_push(&c->held, written.at[i]);
        }
    } else {
        rc = cache_name_staged(c, written.at, written.len);
        for (size_t i = 0; !rc && i < n; i++) {
            if (in->state[i] == OUTCOME_SAME) {
                struct digest d = object_digest(in, i);
                object_note(c, &d, &in->found[i]);
            }
        }
    }
    vec_release(&written);
    return rc;
}

int ingest_files(struct cache *to, struct hash_item *items, size_t n, const struct hash_spec *spec,
                 const struct odb_item *expect) {
    struct ingest in = {.to = to, .items = items, .expect = expect};
    struct hash_sink sink = {.known = is_known, .open = open_copy, .ctx = &in};
    struct hash_spec with_sink = *spec;
    size_t slots = 64;

    while (slots < 2 * n) {
        slots *= 2;
    }
    in.claims = mem_zalloc(slots, sizeof *in.claims);
    in.mask = slots - 1;
    in.state = mem_zalloc(n ? n : 1, 1);
    in.found = mem_zalloc(n ? n : 1, sizeof *in.found);
    in.base = staging_reserve(to->staging, n);
    sink.where = to->root_path;
    sink.sync = to->network && !to->unsynced;
    with_sink.sink = &sink;
    cache_settle_trust(to);

    int rc = hash_batch(items, n, &with_sink);
    if (!rc) {
        rc = publish(&in, n);
    }
    for (size_t i = 0; rc && i < n; i++) {
        staging_drop(to->staging, in.base + i);
    }
    free((void *)in.claims);
    free(in.state);
    free(in.found);
    return rc;
}
