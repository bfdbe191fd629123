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

/* A folder is read when this many objects of it are wanted, and given up past this many names for
 * each. */
#define WANTED_MIN      8
#define NAMES_FOR_EACH  16
#define NAMES_ALLOWANCE 256

struct presence {
    struct cache *cache;
    const struct digest *want;
    bool *have;
    bool trusted_only;
    size_t *order;            /* indexes of `want` by first byte, then digest */
    size_t from[FAN_OUT + 1]; /* where those of each fan-out folder start in `order` */
};

static void look_one(const struct presence *p, size_t i) {
    const struct digest *d = &p->want[i];
    struct file_id id;

    p->have[i] =
        object_peek(p->cache, d, &id) && (!p->trusted_only || object_trusted(p->cache, d, &id));
}

static int compare_wanted(const void *a, const void *b, void *ctx) {
    const struct digest *want = ctx;

    return digest_compare(&want[*(const size_t *)a], &want[*(const size_t *)b]);
}

/* Marks all that ask for the object of this name; order[low…high) is sorted. */
static void mark(const struct presence *p, size_t low, size_t high, const struct digest *found) {
    size_t end = high;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (digest_compare(&p->want[p->order[mid]], found) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < end && digest_equal(&p->want[p->order[low]], found); low++) {
        p->have[p->order[low]] = true;
    }
}

/* False if the folder is too full to be worth it, or cannot be read. */
static bool read_fan(const struct presence *p, unsigned fan) {
    size_t from = p->from[fan], to = p->from[fan + 1], names = 0;
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

/* By the identities of the objects, asked for in their folder: that saves the kernel half the way. */
static void trust_fan(const struct presence *p, unsigned fan) {
    char folder[3], name[OBJECT_NAME_MAX];
    struct stat st;
    struct file_id id;

    int fd CLEANUP(fd_closep) = openat(p->cache->root, fan_name(folder, (uint8_t)fan),
                                       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    for (size_t i = p->from[fan]; fd >= 0 && i < p->from[fan + 1]; i++) {
        const struct digest *d = &p->want[p->order[i]];
        const char *file = object_name(name, d) + strlen("ab/");
        if (!fstatat(fd, file, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode)) {
            file_id_from_stat(&id, &st);
            p->have[p->order[i]] = object_trusted(p->cache, d, &id);
        }
    }
}

static int look_fan(void *ctx, size_t fan, int worker) {
    struct presence *p = ctx;
    size_t from = p->from[fan], to = p->from[fan + 1];

    (void)worker;
    if (p->trusted_only && to - from >= WANTED_MIN) {
        trust_fan(p, (unsigned)fan);
        return 0;
    }
    if (to - from >= WANTED_MIN) {
        qsort_r(p->order + from, to - from, sizeof *p->order, compare_wanted,
                (void *)(size_t)p->want);
        if (read_fan(p, (unsigned)fan)) {
            return 0;
        }
    }
    for (size_t i = from; i < to; i++) {
        look_one(p, p->order[i]);
    }
    return 0;
}

/* A counting sort by first byte; digests that are not set ask for nothing. */
static void sort_by_fan(struct presence *p, size_t n) {
    size_t next[FAN_OUT];

    for (size_t i = 0; i < n; i++) {
        p->from[p->want[i].byte[0] + 1] += p->want[i].len > 0;
    }
    for (size_t fan = 0; fan < FAN_OUT; fan++) {
        p->from[fan + 1] += p->from[fan];
        next[fan] = p->from[fan];
    }
    for (size_t i = 0; i < n; i++) {
        if (p->want[i].len > 0) {
            p->order[next[p->want[i].byte[0]]++] = i;
        }
    }
}

static int look_many(struct presence *p, size_t n) {
    memset(p->have, 0, n * sizeof *p->have);
    if (n == 0 || !cache_root_ready(p->cache)) {
        return 0;
    }
    if (p->trusted_only) {
        cache_settle_trust(p->cache);
    } else {
        cache_settle(p->cache);
    }
    p->order = mem_zalloc(n, sizeof *p->order);
    sort_by_fan(p, n);
    int rc = parallel_for(FAN_OUT, look_fan, p);
    free(p->order);
    return rc;
}

int cache_has_many(struct cache *c, const struct digest *d, size_t n, bool *have) {
    struct presence p = {.cache = c, .want = d, .have = have};

    return look_many(&p, n);
}

int cache_trusts_many(struct cache *c, const struct digest *d, size_t n, bool *trusted) {
    struct presence p = {.cache = c, .want = d, .have = trusted, .trusted_only = true};

    return look_many(&p, n);
}
