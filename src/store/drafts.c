#include "store/drafts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "hash/digest.h"
#include "os/file.h"
#include "os/link.h"
#include "store/cache_dir.h"
#include "store/place.h"
#include "store/staging.h"
#include "store/statcache.h"

struct drafts {
    struct cache *cache;
    struct staging *staging;
    int parent;
    atomic_bool full; /* one could not be written: the disk wants its room for objects */
};

/* Whether bytes of the cache can be shared with files here, tried on two empty ones. */
static bool can_clone(const struct drafts *d) {
    struct stat here, cache;
    int from CLEANUP(fd_closep) = -1, to CLEANUP(fd_closep) = -1;
    uint64_t first = staging_reserve(d->staging, 2);

    if (fstat(staging_fd(d->staging), &here) || fstat(d->cache->root, &cache) ||
        here.st_dev != cache.st_dev) {
        return false;
    }
    bool cloned = !staging_create(&from, d->staging, first, 0) &&
                  !staging_create(&to, d->staging, first + 1, 0) && fd_clone(from, to);
    err_clear();
    staging_clear(d->staging);
    return cloned;
}

static bool wants_copies(const struct drafts *d, const struct place_links *links) {
    for (int i = 0; i < links->n; i++) {
        if (links->type[i] != LINK_REFLINK || can_clone(d)) {
            return links->type[i] == LINK_COPY;
        }
    }
    return false;
}

struct drafts *drafts_open(struct cache *c, struct statcache *state,
                           const struct place_links *links) {
    struct drafts *d = mem_zalloc(1, sizeof *d);

    *d = (struct drafts){.cache = c, .parent = -1};
    if (cache_root_make(c) || !statcache_folder(&d->parent, state) ||
        staging_open(&d->staging, d->parent, statcache_dir(state)) || !wants_copies(d, links)) {
        err_clear();
        drafts_close(d);
        return NULL;
    }
    c->drafts = d;
    return d;
}

void drafts_close(struct drafts *d) {
    if (d) {
        if (d->cache->drafts == d) {
            d->cache->drafts = NULL;
        }
        staging_close(d->staging);
        fd_closep(&d->parent);
        free(d);
    }
}

void drafts_add(struct drafts *d, const struct digest *digest, const void *data, size_t len) {
    char name[DIGEST_TEXT_MAX];

    if (digest->is_dir || atomic_load(&d->full)) {
        return;
    }
    digest_text(name, digest);
    int dir = staging_fd(d->staging);
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) {
        atomic_store(&d->full, errno != EEXIST);
        return;
    }
    bool failed = file_write_all(fd, data, len) != 0;
    if (close(fd) || failed) {
        err_clear();
        unlinkat(dir, name, 0);
        atomic_store(&d->full, true);
    }
}

bool drafts_take(struct drafts *d, const struct digest *digest, int dir, const char *name,
                 unsigned flags) {
    char draft[DIGEST_TEXT_MAX];

    return !renameat2(staging_fd(d->staging), digest_text(draft, digest), dir, name, flags);
}
