/*
 * Which of many objects are there. Asking for each by a stat is dear when thousands are wanted;
 * then the fan-out folders are read instead, but for one that turns out to hold far more than is
 * asked of it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "job/parallel.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/fans.h"
#include "store/odb.h"

/* A folder is read when this many objects of it are wanted, and given up past this many names for
 * each. */
#define WANTED_MIN      8
#define NAMES_FOR_EACH  16
#define NAMES_ALLOWANCE 256
/* So few are asked for in less time than it takes to start a thread. */
#define FEW 16

struct presence {
    struct cache *cache;
    const struct digest *want; /* `stride` bytes apart */
    size_t stride;
    const bool *asked; /* NULL: all */
    struct fans fans;
    bool *have;          /* it is there; with `by_identity`: and trusted */
    bool by_identity;    /* by a stat of each */
    struct file_id *ids; /* with `by_identity`; NULL if nobody asks */
};

static const struct digest *wanted(const struct presence *p, size_t i) {
    return (const void *)((const char *)p->want + i * p->stride);
}

static void note_identity(const struct presence *p, size_t i, const struct file_id *id) {
    if (p->ids) {
        p->ids[i] = *id;
    }
    p->have[i] = !p->by_identity || object_trusted(p->cache, wanted(p, i), id);
}

static void look_one(const struct presence *p, size_t i) {
    struct file_id id;

    if (object_peek(p->cache, wanted(p, i), &id)) {
        note_identity(p, i, &id);
    }
}

static int compare_wanted(const void *a, const void *b, void *ctx) {
    return digest_compare(wanted(ctx, *(const size_t *)a), wanted(ctx, *(const size_t *)b));
}

/* Marks all that ask for the object of this name; fans.order[low…high) is sorted. */
static void mark(const struct presence *p, size_t low, size_t high, const struct digest *found) {
    size_t end = high;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (digest_compare(wanted(p, p->fans.order[mid]), found) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < end && digest_equal(wanted(p, p->fans.order[low]), found); low++) {
        p->have[p->fans.order[low]] = true;
    }
}

/* False if the folder is too full to be worth it, or cannot be read. */
static bool read_fan(const struct presence *p, unsigned fan) {
    size_t from = p->fans.from[fan], to = p->fans.from[fan + 1], names = 0;
    char name[3], text[OBJECT_NAME_MAX];
    struct digest found;
    const struct dirent *e;

    int fd = openat(p->cache->root, fan_name(name, (uint8_t)fan),
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT; /* then nothing is there */
    }
    DIR *dir = fdopendir(fd);
    if (!dir) {
        (void)close(fd);
        return false;
    }
    bool fits = true;
    memcpy(text, name, 2);
    while (fits && (e = readdir(dir))) {
        fits = ++names <= NAMES_ALLOWANCE + NAMES_FOR_EACH * (to - from) && e->d_type != DT_UNKNOWN;
        size_t len = strlen(e->d_name);
        if (e->d_type == DT_REG && 2 + len < sizeof text) {
            memcpy(text + 2, e->d_name, len + 1);
            if (digest_from_text(&found, cache_algo(p->cache), text)) {
                mark(p, from, to, &found);
            }
        }
    }
    (void)closedir(dir);
    return fits;
}

/* Each is asked for in their folder: that saves the kernel half the way. */
static void stat_fan(const struct presence *p, unsigned fan) {
    char folder[3], name[OBJECT_NAME_MAX];
    struct stat st;
    struct file_id id;

    int fd CLEANUP(fd_closep) = openat(p->cache->root, fan_name(folder, (uint8_t)fan),
                                       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    for (size_t i = p->fans.from[fan]; fd >= 0 && i < p->fans.from[fan + 1]; i++) {
        size_t k = p->fans.order[i];
        const char *file = object_name(name, wanted(p, k)) + strlen("ab/");
        if (!fstatat(fd, file, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode)) {
            file_id_from_stat(&id, &st);
            note_identity(p, k, &id);
        }
    }
}

static int look_fan(void *ctx, size_t fan, int worker) {
    struct presence *p = ctx;
    size_t from = p->fans.from[fan], to = p->fans.from[fan + 1];

    (void)worker;
    if (p->by_identity && to - from >= WANTED_MIN) {
        stat_fan(p, (unsigned)fan);
        return 0;
    }
    if (to - from >= WANTED_MIN) {
        qsort_r(p->fans.order + from, to - from, sizeof *p->fans.order, compare_wanted, p);
        if (read_fan(p, (unsigned)fan)) {
            return 0;
        }
    }
    for (size_t i = from; i < to; i++) {
        look_one(p, p->fans.order[i]);
    }
    return 0;
}

static int look_many(struct presence *p, size_t n) {
    memset(p->have, 0, n * sizeof *p->have);
    if (p->ids) {
        memset(p->ids, 0, n * sizeof *p->ids);
    }
    if (n == 0 || !cache_root_ready(p->cache)) {
        return 0;
    }
    if (p->by_identity) {
        cache_settle_trust(p->cache);
    } else {
        cache_settle(p->cache);
    }
    if (n <= FEW) {
        for (size_t i = 0; i < n; i++) {
            if (digest_is_set(wanted(p, i)) && (!p->asked || p->asked[i])) {
                look_one(p, i);
            }
        }
        return 0;
    }
    fans_sort(&p->fans, p->want, p->stride, n, p->asked);
    int rc = parallel_for(FAN_OUT, look_fan, p);
    fans_release(&p->fans);
    return rc;
}

int cache_has_many(struct cache *c, const struct digest *d, size_t n, bool *have) {
    return cache_has_members(c, d, sizeof *d, n, NULL, have);
}

int cache_has_members(struct cache *c, const struct digest *first, size_t stride, size_t n,
                      const bool *asked, bool *have) {
    struct presence p = {.cache = c, .want = first, .stride = stride, .asked = asked, .have = have};

    return look_many(&p, n);
}

int cache_trusts_many(struct cache *c, const struct digest *d, size_t n, bool *trusted) {
    struct presence p = {
        .cache = c, .want = d, .stride = sizeof *d, .have = trusted, .by_identity = true};

    return look_many(&p, n);
}

int cache_look_many(struct cache *c, const struct odb_item *items, size_t n, struct file_id *ids,
                    bool *trusted) {
    struct presence p = {.cache = c,
                         .want = n > 0 ? &items->digest : NULL,
                         .stride = sizeof *items,
                         .have = trusted,
                         .by_identity = true,
                         .ids = ids};

    return look_many(&p, n);
}
