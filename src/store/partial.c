#include "store/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/folder.h"
#include "store/statcache.h"

#define FOLDER     "partial"
#define MARK_EVERY ((uint64_t)4 << 20)
#define KEPT_NS    (INT64_C(14) * 86400 * 1000000000)

/* Leftovers that nobody has come back for. */
static void sweep(int dir) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    int64_t now = clock_real_ns();

    folder_names(&names, arena, dir);
    for (size_t i = 0; i < names.len; i++) {
        struct stat st;
        if (!fstatat(dir, names.at[i], &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) &&
            now - stat_mtime_ns(&st) > KEPT_NS) {
            (void)unlinkat(dir, names.at[i], 0);
        }
    }
}

static bool same_device(int a, int b) {
    struct stat x, y;

    return !fstat(a, &x) && !fstat(b, &y) && x.st_dev == y.st_dev;
}

static void record(struct partial *p) {
    uint64_t have = p->have;

    if (pwrite(p->fd, &have, sizeof have, (off_t)p->size) == (ssize_t)sizeof have) {
        p->marked = have;
    }
}

static void read_mark(struct partial *p) {
    uint64_t have = 0;
    struct stat st;

    p->have = 0;
    if (!fstat(p->fd, &st) && (uint64_t)st.st_size == p->size + sizeof have &&
        pread(p->fd, &have, sizeof have, (off_t)p->size) == (ssize_t)sizeof have &&
        have <= p->size) {
        p->have = have;
    }
    p->marked = p->have;
}

bool partial_open(struct partial *p, const struct statcache *state, int cache_root,
                  const struct digest *d, uint64_t size) {
    *p = (struct partial){.dir = statcache_subfolder(state, FOLDER), .fd = -1, .size = size};
    if (p->dir < 0) {
        return false;
    }
    sweep(p->dir);
    (void)digest_text(p->name, d);
    p->fd = openat(p->dir, p->name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    struct stat st;
    if (p->fd < 0 || !same_device(p->fd, cache_root) || flock(p->fd, LOCK_EX | LOCK_NB) ||
        fstat(p->fd, &st) || !S_ISREG(st.st_mode) || st.st_nlink != 1) {
        partial_close(p);
        return false;
    }
    read_mark(p);
    if (p->have > 0) {
        log_debug("%s: %llu bytes are there from a run before", p->name,
                  (unsigned long long)p->have);
    }
    return true;
}

/* Joins what has come to what is there. */
static void join(struct partial *p) {
    for (size_t i = 0; i < p->spans.len;) {
        if (p->spans.at[i].from <= p->have) {
            p->have = p->spans.at[i].to > p->have ? p->spans.at[i].to : p->have;
            p->spans.at[i] = p->spans.at[--p->spans.len];
            i = 0;
        } else {
            i++;
        }
    }
}

void partial_note(struct partial *p, uint64_t from, uint64_t len) {
    for (size_t i = 0; i < p->spans.len && from > p->have; i++) {
        if (p->spans.at[i].to == from) {
            p->spans.at[i].to += len;
            return;
        }
    }
    if (from > p->have) {
        vec_push(&p->spans, ((struct partial_span){from, from + len}));
        return;
    }
    p->have = from + len > p->have ? from + len : p->have;
    join(p);
    if (p->have - p->marked >= MARK_EVERY) {
        record(p);
    }
}

int partial_move(struct partial *p, int dirfd, const char *name, mode_t mode) {
    if (ftruncate(p->fd, (off_t)p->size) || fchmod(p->fd, mode) ||
        renameat(p->dir, p->name, dirfd, name)) {
        (void)err_errno("cannot store '%s'", p->name);
        return ERR_IO;
    }
    p->have = p->marked = 0; /* nothing is to be recorded in it any more */
    return 0;
}

void partial_remove(struct partial *p) {
    (void)unlinkat(p->dir, p->name, 0);
}

void partial_close(struct partial *p) {
    if (p->fd >= 0 && p->have > p->marked) {
        record(p);
    }
    fd_closep(&p->fd);
    fd_closep(&p->dir);
    p->fd = p->dir = -1;
    vec_release(&p->spans);
}
