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

static int remove_one(void *ctx, size_t i, int worker) {
    const struct removal *r = ctx;
    const struct garbage_object *o = &r->garbage->at.at[i];
    char name[OBJECT_NAME_MAX];
    int rc = 0;

    (void)worker;
    if ((o->digest.is_dir != 0) != r->listings) {
        return 0;
    }
    if (r->trash >= 0) {
        rc = trash_put(r->trash, r->cache, &o->digest);
    } else if (unlinkat(r->cache->root, object_name(name, &o->digest), 0) && errno != ENOENT) {
        rc = err_errno("cannot remove object '%s/%s'", r->cache->root_path, name);
    }
    progress_add(r->progress, 1, 0);
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
    rc = parallel_for(g->at.len, remove_one, &r);
    r.listings = false;
    return rc ? rc : parallel_for(g->at.len, remove_one, &r);
}
