#include "store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "hash/batch.h"
#include "job/progress.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/ingest.h"
#include "store/odb_items.h"

struct migrate {
    struct cache *from, *to;
    struct progress *progress;
    struct odb_items items;
    uint64_t moved;
};

static void migrate_release(struct migrate *m) {
    odb_items_release(&m->items);
}

static int add_item(void *ctx, const struct digest *d, uint64_t size) {
    struct migrate *m = ctx;

    vec_push(&m->items, ((struct odb_item){.digest = *d, .size = size}));
    return 0;
}

static int count_item(void *ctx, const struct digest *d, uint64_t size) {
    uint64_t *n = ctx;

    (void)d;
    (void)size;
    *n += 1;
    return 0;
}

int migrate_count(uint64_t *objects, struct cache *from) {
    *objects = 0;
    return cache_list(from, count_item, objects);
}

/* 1: the file system has no (more) hard links for it. */
static int link_object(struct migrate *m, const char *old, const struct digest *d) {
    char name[OBJECT_NAME_MAX];
    struct file_id id;

    if (object_peek(m->to, d, &id)) {
        return 0;
    }
    int rc = cache_fan_make(m->to, d->byte[0]);
    if (rc) {
        return rc;
    }
    object_name(name, d);
    if (linkat(m->from->root, old, m->to->root, name, 0)) {
        if (errno == EEXIST) {
            return 0;
        }
        return errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP || errno == EXDEV
                   ? 1
                   : err_errno("cannot make object '%s/%s'", m->to->root_path, name);
    }
    if (fchmodat(m->to->root, name, OBJECT_MODE, 0)) {
        log_debug("the mode of '%s' stays", name); /* another user's */
    }
    m->moved++;
    return 0;
}

static int copy_object(struct migrate *m, struct hash_item *item, const struct digest *d) {
    const struct hash_spec spec = {
        .dirfd = m->from->root, .algo = cache_algo(m->to), .no_follow = true};
    const struct odb_item expect = {.digest = *d};
    int rc = cache_root_make(m->to);

    rc = rc ? rc : ingest_files(m->to, item, 1, &spec, &expect);
    m->moved += rc == 0;
    return rc;
}

/* Some of the items: those that are whole are hashed again, and named by that. */
static int migrate_some(struct migrate *m, const struct odb_item *items, size_t n) {
    const struct hash_spec spec = {.dirfd = m->from->root,
                                   .algo = cache_algo(m->to),
                                   .no_follow = true,
                                   .keep_going = true,
                                   .progress = m->progress};
    struct hash_item *hash CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *hash);
    char(*names)[OBJECT_NAME_MAX] CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *names);
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        if (items[i].rc == 0) {
            hash[count].path = object_name(names[count], &items[i].digest);
            count++;
        }
    }
    int rc = hash_batch(hash, count, &spec);
    for (size_t i = 0; !rc && i < count; i++) {
        struct digest d = hash[i].digest;
        if (hash[i].error || hash[i].changed) {
            continue;
        }
        d.is_dir = strchr(names[i], '.') != NULL;
        rc = link_object(m, names[i], &d);
        if (rc == 1) {
            rc = copy_object(m, &hash[i], &d);
        }
    }
    return rc;
}

int migrate_objects(uint64_t *moved, struct cache *from, struct cache *to, struct progress *p) {
    struct migrate m CLEANUP(migrate_release) = {.from = from, .to = to, .progress = p};
    int rc = cache_list(from, add_item, &m);

    *moved = 0;
    if (rc || m.items.len == 0) {
        return rc;
    }
    progress_phase(p, "Checking", m.items.len, 0);
    if ((rc = cache_verify(from, m.items.at, m.items.len, p)) || (rc = cache_root_make(to))) {
        return rc;
    }
    cache_settle(to);
    progress_phase(p, "Migrating", m.items.len, 0);
    for (size_t at = 0; !rc && at < m.items.len; at += INGEST_FILES) {
        size_t n = m.items.len - at < INGEST_FILES ? m.items.len - at : INGEST_FILES;
        rc = migrate_some(&m, m.items.at + at, n);
    }
    if (!rc && m.moved > 0 && !to->unsynced) {
        rc = fs_sync(to->root);
    }
    *moved = m.moved;
    return rc;
}
