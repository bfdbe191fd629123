#include "store/intake.h"

#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/vec.h"
#include "hash/hasher.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache_dir.h"
#include "store/staging.h"

/* What an interruption makes undone, at most. */
#define BATCH_OBJECTS ((size_t)1 << 14)
#define BATCH_BYTES   ((uint64_t)1 << 30)

struct intake {
    struct cache *cache;
    struct hasher *hasher;
    struct staged now; /* the one that is being written */
    int fd;            /* of it, or -1 */
    VEC(struct staged) waiting;
    uint64_t bytes; /* of those and of this */
};

int intake_open(struct intake **out, struct cache *c) {
    int rc = cache_root_make(c);

    *out = NULL;
    if (rc) {
        return rc;
    }
    struct intake *in = mem_zalloc(1, sizeof *in);
    in->cache = c;
    in->hasher = hasher_new(cache_algo(c));
    in->fd = -1;
    *out = in;
    return 0;
}

static void drop(struct intake *in, const struct staged *a) {
    staging_drop(in->cache->staging, a->number);
}

void intake_close(struct intake *in) {
    if (!in) {
        return;
    }
    if (in->fd >= 0) {
        fd_closep(&in->fd);
        drop(in, &in->now);
    }
    for (size_t i = 0; i < in->waiting.len; i++) {
        drop(in, &in->waiting.at[i]);
    }
    vec_release(&in->waiting);
    hasher_free(in->hasher);
    free(in);
}

int intake_begin(struct intake *in, const struct digest *d) {
    struct staging *s = in->cache->staging;

    in->now = (struct staged){.digest = *d, .number = staging_reserve(s, 1)};
    hasher_reset(in->hasher);
    return err_wrap(staging_create(&in->fd, s, in->now.number, OBJECT_MODE), "storing in %s",
                    in->cache->root_path);
}

int intake_add(struct intake *in, const void *data, size_t len) {
    hasher_add(in->hasher, data, len);
    in->bytes += len;
    return err_wrap(file_write_all(in->fd, data, len), "storing in %s", in->cache->root_path);
}

static int finish_file(struct intake *in) {
    const struct cache *c = in->cache;
    int failed = c->network && !c->unsynced ? fsync(in->fd) : 0;

    failed |= close(in->fd);
    in->fd = -1;
    return failed ? err_errno("storing in %s", c->root_path) : 0;
}

int intake_end(struct intake *in) {
    const struct digest *want = &in->now.digest;
    char hex[DIGEST_TEXT_MAX];
    struct digest found;

    hasher_end(in->hasher, &found);
    found.is_dir = want->is_dir;
    int rc = finish_file(in);
    if (!rc && !digest_equal(&found, want)) {
        rc = err_set(ERR_CORRUPT, "object %s is damaged", digest_text(hex, want));
    }
    if (rc) {
        drop(in, &in->now);
        return rc;
    }
    vec_push(&in->waiting, in->now);
    return in->waiting.len < BATCH_OBJECTS && in->bytes < BATCH_BYTES ? 0 : intake_flush(in);
}

int intake_flush(struct intake *in) {
    int rc = cache_name_staged(in->cache, in->waiting.at, in->waiting.len);

    if (!rc) {
        vec_clear(&in->waiting);
        in->bytes = 0;
    }
    return rc;
}
