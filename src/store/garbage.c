#include "store/garbage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/stat.h"
#include "hash/digest_set.h"
#include "job/parallel.h"
#include "job/progress.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/staging.h"
#include "store/trash.h"

int64_t garbage_horizon(struct cache *c) {
    int64_t now = clock_real_ns();

    if (!cache_root_ready(c)) {
        return now;
    }
    int64_t oldest = staging_oldest(c->root);
    return oldest <= now ? oldest - 1 : now;
}

void garbage_release(struct garbage *g) {
    vec_release(&g->at);
}

static int by_digest(const void *a, const void *b) {
    return digest_compare(&((const struct garbage_object *)a)->digest,
                          &((const struct garbage_object *)b)->digest);
}

void garbage_sort(struct garbage *g) {
    if (g->at.len > 0) {
        qsort(g->at.at, g->at.len, sizeof *g->at.at, by_digest);
    }
}

struct search {
    struct cache *cache;
    const struct digest_set *keep;
    int64_t horizon;
    struct garbage part[FAN_OUT];
};

struct search_fan {
    const struct search *search;
    struct garbage *part;
};

static int look_at(void *ctx, const struct digest *d, int fd, const char *name) {
    struct search_fan *f = ctx;
    struct file_id id;

    if (digest_set_has(f->search->keep, d) || !file_id_peek(&id, fd, name) || !S_ISREG(id.mode)) {
        return 0;
    }
    if (id.ctime_ns > f->search->horizon) {
        f->part->young++;
        return 0;
    }
    vec_push(&f->part->at, ((struct garbage_object){.digest = *d, .size = id.size}));
    f->part->bytes += id.size;
    return 0;
}

static int search_fan(void *ctx, size_t fan, int worker) {
    struct search *s = ctx;
    struct search_fan f = {.search = s, .part = &s->part[fan]};

    (void)worker;
    int rc = fan_each(s->cache->root, s->cache->root_path, cache_algo(s->cache), (uint8_t)fan,
                      look_at, &f);
    garbage_sort(f.part);
    return rc;
}

int garbage_find(struct garbage *out, struct cache *c, const struct digest_set *keep,
                 int64_t horizon) {
    struct search *s CLEANUP(mem_freep) = mem_zalloc(1, sizeof *s);

    *out = (struct garbage){0};
    if (!cache_root_ready(c)) {
        return 0;
    }
    s->cache = c;
    s->keep = keep;
    s->horizon = horizon;
    int rc = parallel_for(FAN_OUT, search_fan, s);
    for (size_t i = 0; i < FAN_OUT; i++) {
        const struct garbage *part = &s->part[i];
        for (size_t k = 0; k < part->at.len; k++) {
            vec_push(&out->at, part->at.at[k]);
        }
        out->bytes += part->bytes;
        out->young += part->young;
        garbage_release(&s->part[i]);
    }
    return rc;
}

struct removal {
    struct cache *cache;
    const struct garbage *garbage;
    int trash; /* the batch's folder, or -1 */
    bool listings;
    struct progress *progress;
};

static int remove_one(const struct removal *r, const struct digest *d) {
    char name[OBJECT_NAME_MAX];

    if (r->trash >= 0) {
        return trash_put(r->trash, r->cache, d);
    }
    if (unlinkat(r->cache->root, object_name(name, d), 0) && errno != ENOENT) {
        return err_errno("cannot remove object '%s/%s'", r->cache->root_path, name);
    }
    return 0;
}

/* The first object of a fan-out folder or a later one. */
static size_t fan_start(const struct garbage *g, size_t fan) {
    size_t low = 0, high = g->at.len;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (g->at.at[mid].digest.byte[0] < fan) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

/* One worker to a folder: changes of one wait for each other. */
static int remove_fan(void *ctx, size_t fan, int worker) {
    const struct removal *r = ctx;
    size_t end = fan_start(r->garbage, fan + 1), n = 0;
    int rc = 0;

    (void)worker;
    for (size_t i = fan_start(r->garbage, fan); !rc && i < end; i++) {
        const struct digest *d = &r->garbage->at.at[i].digest;
        if ((d->is_dir != 0) == r->listings) {
            rc = remove_one(r, d);
            n++;
        }
    }
    progress_add(r->progress, n, 0);
    return rc;
}

int garbage_remove(const struct garbage *g, struct cache *c, const char *batch,
                   struct progress *p) {
    int trash CLEANUP(fd_closep) = -1;
    int rc = 0;

    if (g->at.len == 0 || !cache_root_ready(c)) {
        return 0;
    }
    if (batch && (rc = trash_open(&trash, c, batch))) {
        return rc;
    }
    struct removal r = {.cache = c, .garbage = g, .trash = trash, .listings = true, .progress = p};
    rc = parallel_for(FAN_OUT, remove_fan, &r);
    r.listings = false;
    return rc ? rc : parallel_for(FAN_OUT, remove_fan, &r);
}
