#include "store/cache.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/vec.h"
#include "job/parallel.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache_dir.h"
#include "store/fans.h"
#include "store/staging.h"

struct naming {
    struct cache *cache;
    const struct staged *list;
    struct fans fans;
    struct file_id *found; /* identity of each under its name; mode 0: it was taken away again */
    bool listings;         /* their turn */
};

static int name_one(const struct naming *n, size_t i, int folder) {
    const struct staged *s = &n->list[i];
    char name[OBJECT_NAME_MAX], buf[STAGING_NAME_MAX];
    const char *file = object_name(name, &s->digest) + strlen("ab/");
    int from = staging_fd(n->cache->staging);
    struct stat st;

    /* The folder may be gone meanwhile; then it is made again. */
    if (folder < 0 || renameat(from, staging_name(buf, s->number), folder, file)) {
        int rc = object_publish(n->cache, &s->digest, s->number);
        if (rc || !object_peek(n->cache, &s->digest, &n->found[i])) {
            n->found[i].mode = 0;
        }
        return rc;
    }
    if (!fstatat(folder, file, &st, AT_SYMLINK_NOFOLLOW)) {
        file_id_from_stat(&n->found[i], &st);
    }
    return 0;
}

static int name_fan(void *ctx, size_t fan, int worker) {
    const struct naming *n = ctx;
    int folder CLEANUP(fd_closep) = -1;
    char name[3];
    int rc = 0;

    (void)worker;
    for (size_t k = n->fans.from[fan]; !rc && k < n->fans.from[fan + 1]; k++) {
        size_t i = n->fans.order[k];
        if ((n->list[i].digest.is_dir != 0) != n->listings) {
            continue;
        }
        if (folder < 0) {
            rc = cache_fan_make(n->cache, (uint8_t)fan);
            folder = openat(n->cache->root, fan_name(name, (uint8_t)fan),
                            O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        }
        rc = rc ? rc : name_one(n, i, folder);
    }
    return rc;
}

static bool any_listing(const struct staged *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (list[i].digest.is_dir) {
            return true;
        }
    }
    return false;
}

/* New names are durable only when their folder is. */
static int sync_names(struct cache *c, const struct fans *f) {
    bool touched[FAN_OUT];

    for (size_t i = 0; i < FAN_OUT; i++) {
        touched[i] = f->from[i] < f->from[i + 1];
    }
    return cache_sync_folders(c, touched);
}

int cache_name_staged(struct cache *c, const struct staged *list, size_t n) {
    struct naming naming = {.cache = c, .list = list};
    bool sync = !c->unsynced;

    if (n == 0) {
        return 0;
    }
    struct file_id *found CLEANUP(mem_freep) = naming.found = mem_zalloc(n, sizeof *found);
    fans_sort(&naming.fans, &list->digest, sizeof *list, n, NULL);
    int rc = sync ? fs_sync(staging_fd(c->staging)) : 0;
    rc = rc ? rc : parallel_for(FAN_OUT, name_fan, &naming);
    if (!rc && any_listing(list, n)) {
        naming.listings = true;
        rc = parallel_for(FAN_OUT, name_fan, &naming);
    }
    if (!rc && sync) {
        rc = sync_names(c, &naming.fans);
    }
    for (size_t i = 0; !rc && i < n; i++) {
        if (found[i].mode != 0) {
            object_note(c, &list[i].digest, &found[i]);
        }
    }
    fans_release(&naming.fans);
    return rc;
}

void cache_hold(struct cache *c) {
    c->hold = true;
}

int cache_publish(struct cache *c) {
    int rc = cache_name_staged(c, c->held.at, c->held.len);

    if (!rc) {
        vec_clear(&c->held);
    }
    return rc;
}
