#include "hash/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "hash/hasher.h"
#include "hash/md5_lanes.h"
#include "job/parallel.h"
#include "job/pipe.h"
#include "job/progress.h"
#include "os/file.h"
#include "os/link.h"
#include "os/signal.h"

/* Up to here a file is hashed from one buffer before a byte of it is written. */
#define SMALL (1u << 20)
/* From here on a second thread pays: its start costs less than a hundredth of the work. */
#define TWO_THREADS (8u << 20)
#define BLOCKS      4
#define ATTEMPTS    3
/* Below this a file may be hashed beside others, in the lanes of one register. */
#define TINY (64u << 10)
/* Zeros of a sparse file become holes in pieces of this size. */
#define HOLE (64u << 10)

/* What one worker uses again for every file. */
struct worker {
    struct hasher *hasher;
    char *buffer; /* SMALL bytes; with lanes also the places of MD5_LANES tiny files */
};

struct batch {
    struct hash_item *items;
    size_t n;
    const struct hash_spec *spec;
    struct worker *workers;
    atomic_bool no_clone; /* the file systems cannot: asked once */
};

/* One reading of one file. */
struct reading {
    struct batch *batch;
    struct worker *worker;
    struct hash_item *item;
    int from, copy; /* copy: -1 when nothing is written */
    int stream;     /* what a large file is read from: itself or its clone */
    bool cloned;    /* the copy has the bytes already */
    bool sparse;    /* it has holes, and so has its copy */
    int read_errno; /* what stopped the reading; kept apart from errors of writing */
};

static int read_failed(const struct reading *r, int error) {
    if (r->batch->spec->keep_going) {
        r->item->error = error;
        return 0;
    }
    errno = error;
    return err_errno("cannot read '%s'", r->item->path);
}

static int stat_file(const struct reading *r, struct file_id *id) {
    struct stat st;

    if (fstat(r->from, &st)) {
        return errno;
    }
    if (!S_ISREG(st.st_mode)) {
        return S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
    }
    file_id_from_stat(id, &st);
    return 0;
}

/* Times of files have the resolution of the kernel's tick: a change within the tick of our reading
 * cannot be told from the one before. */
static bool is_recent(const struct file_id *id) {
    struct timespec now;

    return clock_gettime(CLOCK_REALTIME_COARSE, &now) ||
           id->mtime_ns >= now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int open_copy(struct reading *r, size_t index) {
    const struct hash_sink *sink = r->batch->spec->sink;

    return err_wrap(sink->open(sink->ctx, index, &r->copy), "storing '%s'", r->item->path);
}

static int write_copy(const struct reading *r, const void *data, size_t len) {
    int rc = file_write_all(r->copy, data, len);
    return err_wrap(rc, "storing '%s' in %s", r->item->path, r->batch->spec->sink->where);
}

static int close_copy(struct reading *r, bool keep) {
    const struct hash_sink *sink = r->batch->spec->sink;
    int fd = r->copy;
    int failed = keep && sink->sync && fsync(fd) ? errno : 0;

    r->copy = -1;
    if (close(fd) && !failed) {
        failed = errno;
    }
    if (failed && keep) {
        errno = failed;
        return err_errno("storing '%s' in %s", r->item->path, sink->where);
    }
    return 0;
}

/* Fills the buffer up to `cap` or the end of the file, which is taken to be at `size` without
 * asking again. */
static int read_block(struct reading *r, int fd, void *buffer, size_t cap, uint64_t size,
                      size_t *len) {
    *len = 0;
    while (*len < cap && (*len == 0 || *len != size)) {
        ssize_t got = fd_read(fd, (char *)buffer + *len, cap - *len);
        if (got < 0) {
            r->read_errno = errno;
            return -1;
        }
        if (got == 0) {
            break;
        }
        *len += (size_t)got;
    }
    return 0;
}

/* What holds only zeros is left a hole in the copy. */
static int write_sparse(const struct reading *r, const char *data, size_t len) {
    int rc = 0;

    for (size_t at = 0, part; !rc && at < len; at += part) {
        part = len - at < HOLE ? len - at : HOLE;
        bool zeros = data[at] == 0 && memcmp(data + at, data + at + 1, part - 1) == 0;
        if (!zeros) {
            rc = write_copy(r, data + at, part);
        } else if (lseek(r->copy, (off_t)part, SEEK_CUR) < 0) {
            rc = err_errno("storing '%s' in %s", r->item->path, r->batch->spec->sink->where);
        }
    }
    return rc;
}

/* A hole at the end of the copy is only its size. */
static int end_sparse(const struct reading *r) {
    if (!r->sparse || r->copy < 0 || r->cloned) {
        return 0;
    }
    return ftruncate(r->copy, lseek(r->copy, 0, SEEK_CUR))
               ? err_errno("storing '%s' in %s", r->item->path, r->batch->spec->sink->where)
               : 0;
}

/* Runs on the thread that reads: two light jobs beside the heavy one, hashing. */
static int pipe_fill(void *ctx, void *block, size_t cap, size_t *len) {
    struct reading *r = ctx;
    int rc = cancel_check();

    if (rc) {
        return rc;
    }
    if (read_block(r, r->stream, block, cap, UINT64_MAX, len)) {
        *len = 0; /* ends the stream; the caller sees read_errno */
        return 0;
    }
    if (r->copy < 0 || r->cloned || *len == 0) {
        return 0;
    }
    return r->sparse ? write_sparse(r, block, *len) : write_copy(r, block, *len);
}

static int pipe_use(void *ctx, const void *block, size_t len) {
    struct reading *r = ctx;

    hasher_add(r->worker->hasher, block, len);
    progress_add(r->batch->spec->progress, 0, len);
    return 0;
}

static int stream_alone(struct reading *r) {
    size_t len;

    do {
        int rc = pipe_fill(r, r->worker->buffer, SMALL, &len);
        if (rc) {
            return rc;
        }
        rc = pipe_use(r, r->worker->buffer, len);
        if (rc) {
            return rc;
        }
    } while (len > 0);
    return 0;
}

/* Opens the copy, as a clone where the file system has that. The clone is what has to be hashed,
 * but the file itself is more likely in memory: it may stand for the clone as long as a change in
 * between would show in its identity. */
static int open_stream(struct reading *r, size_t index, const struct file_id *before) {
    struct batch *b = r->batch;

    struct stat st;

    r->stream = r->from;
    r->cloned = false;
    r->sparse = !fstat(r->from, &st) && st.st_blocks < st.st_size / 512;
    if (!b->spec->sink) {
        return 0;
    }
    int rc = open_copy(r, index);
    if (rc || atomic_load(&b->no_clone)) {
        return rc;
    }
    r->cloned = fd_clone(r->from, r->copy);
    if (!r->cloned) {
        atomic_store(&b->no_clone, true);
    } else if (is_recent(before)) {
        r->stream = r->copy;
    }
    return 0;
}

/* Takes a file that does not fit the buffer from its start to its end. */
static int read_large(struct reading *r, size_t index, const struct file_id *before) {
    if (lseek(r->from, 0, SEEK_SET) < 0) {
        return read_failed(r, errno);
    }
    int rc = open_stream(r, index, before);
    if (rc) {
        return rc;
    }
    posix_fadvise(r->stream, 0, 0, POSIX_FADV_SEQUENTIAL);
    hasher_reset(r->worker->hasher);
    rc = before->size >= TWO_THREADS ? pipe_run(SMALL, BLOCKS, pipe_fill, pipe_use, r)
                                     : stream_alone(r);
    rc = rc ? rc : end_sparse(r);
    if (rc) {
        return rc;
    }
    if (r->read_errno) {
        return read_failed(r, r->read_errno);
    }
    hasher_end(r->worker->hasher, &r->item->digest);
    return 0;
}

static int finish_large(struct reading *r, size_t index) {
    const struct hash_sink *sink = r->batch->spec->sink;

    if (!sink || r->item->changed || r->item->error) {
        return 0;
    }
    int known = sink->known(sink->ctx, index, &r->item->digest, NULL, 0);
    if (known < 0) {
        return known;
    }
    int rc = close_copy(r, known == 0);
    r->item->written = rc == 0 && known == 0;
    return rc;
}

/* Stores a file that is in memory, with its digest, unless it need not be. */
static int store_small(struct reading *r, size_t index, const char *data, size_t len) {
    const struct hash_sink *sink = r->batch->spec->sink;

    progress_add(r->batch->spec->progress, 0, len);
    if (!sink) {
        return 0;
    }
    int known = sink->known(sink->ctx, index, &r->item->digest, data, len);
    if (known) {
        return known < 0 ? known : 0;
    }
    int rc = open_copy(r, index);
    if (!rc) {
        rc = write_copy(r, data, len);
    }
    if (!rc) {
        rc = close_copy(r, true);
    }
    r->item->written = rc == 0;
    return rc;
}

static int finish_small(struct reading *r, size_t index, size_t len) {
    struct worker *w = r->worker;

    hasher_reset(w->hasher);
    hasher_add(w->hasher, w->buffer, len);
    hasher_end(w->hasher, &r->item->digest);
    return store_small(r, index, w->buffer, len);
}

/* One attempt. The identity from the walk saves the fstat before the reading; when it does not hold
 * any more, the next attempt takes its own. */
static int read_opened(struct reading *r, size_t index, bool trust_given_id) {
    struct hash_item *item = r->item;
    struct file_id before = item->id, after;
    size_t len = 0;
    int error = 0;

    if (!trust_given_id) {
        error = stat_file(r, &before);
    }
    bool large = before.size > SMALL;
    if (!error && !large) {
        error =
            read_block(r, r->from, r->worker->buffer, SMALL, before.size, &len) ? r->read_errno : 0;
        large = len == SMALL;
    }
    if (error) {
        return read_failed(r, error);
    }
    if (large) {
        int rc = read_large(r, index, &before);
        if (rc || item->error) {
            return rc;
        }
    }
    error = stat_file(r, &after);
    if (error) {
        return read_failed(r, error);
    }

    item->changed = !file_id_same(&before, &after) || (!large && after.size != len);
    item->id = after;
    item->recent = is_recent(&after);
    if (item->changed) {
        return 0;
    }
    return large ? finish_large(r, index) : finish_small(r, index, len);
}

static int open_source(const struct batch *b, size_t index) {
    const struct hash_spec *spec = b->spec;
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (spec->no_follow ? O_NOFOLLOW : 0);

    return openat(spec->dirfd, b->items[index].path, flags);
}

static int hash_attempt(struct batch *b, struct worker *w, size_t index, bool trust_given_id) {
    struct reading r = {.batch = b, .worker = w, .item = &b->items[index], .from = -1, .copy = -1};

    r.from = open_source(b, index);
    if (r.from < 0) {
        return read_failed(&r, errno);
    }
    int rc = read_opened(&r, index, trust_given_id);
    if (r.copy >= 0) {
        int ignored = close_copy(&r, false);
        (void)ignored; /* not kept */
    }
    close(r.from);
    return rc;
}

static struct worker *worker_ready(struct batch *b, int worker) {
    struct worker *w = &b->workers[worker];

    if (!w->hasher) {
        w->hasher = hasher_new(b->spec->algo);
        w->buffer = mem_alloc(SMALL);
    }
    return w;
}

static int hash_one(void *ctx, size_t index, int worker) {
    struct batch *b = ctx;
    struct worker *w = worker_ready(b, worker);
    struct hash_item *item = &b->items[index];
    bool given = item->id.inode != 0;
    int rc = 0;

    item->written = item->changed = false;
    item->error = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
        rc = hash_attempt(b, w, index, given && i == 0);
        if (rc || !item->changed) {
            break;
        }
    }
    progress_add(b->spec->progress, 1, 0);
    return rc;
}

/* Brings a tiny file into memory. False for whatever is not plain: hash_one sees to it, and says what is wrong. */
static bool read_tiny(struct batch *b, struct worker *w, size_t index, char *place, size_t *len) {
    struct hash_item *item = &b->items[index];
    struct reading r = {.batch = b, .worker = w, .item = item, .from = -1, .copy = -1};
    struct file_id after;

    if (item->id.inode == 0 || item->id.size >= TINY) {
        return false;
    }
    r.from = open_source(b, index);
    if (r.from < 0) {
        return false;
    }
    bool plain = !read_block(&r, r.from, place, TINY, item->id.size, len) &&
                 !stat_file(&r, &after) && file_id_same(&item->id, &after) && after.size == *len;
    close(r.from);
    if (plain) {
        item->id = after;
        item->recent = is_recent(&after);
        item->written = item->changed = false;
        item->error = 0;
    }
    return plain;
}

/* MD5_LANES items side by side: tiny files are read, then hashed together, then stored. */
static int hash_group(void *ctx, size_t group, int worker) {
    struct batch *b = ctx;
    struct worker *w = worker_ready(b, worker);
    size_t first = group * MD5_LANES, index[MD5_LANES], len[MD5_LANES], n = 0;
    size_t end = first + MD5_LANES < b->n ? first + MD5_LANES : b->n;
    struct digest digest[MD5_LANES];
    const char *data[MD5_LANES];
    bool tiny[MD5_LANES] = {false};
    int rc = 0;

    for (size_t i = first; i < end; i++) {
        char *place = w->buffer + n * TINY;
        tiny[i - first] = read_tiny(b, w, i, place, &len[n]);
        if (tiny[i - first]) {
            data[n] = place;
            index[n++] = i;
        }
    }
    if (n > 0) {
        md5_lanes(digest, data, len, n);
    }
    for (size_t k = 0; !rc && k < n; k++) {
        struct reading r = {
            .batch = b, .worker = w, .item = &b->items[index[k]], .from = -1, .copy = -1};
        r.item->digest = digest[k];
        rc = store_small(&r, index[k], data[k], len[k]);
        if (r.copy >= 0) {
            int ignored = close_copy(&r, false);
            (void)ignored; /* not kept */
        }
        progress_add(b->spec->progress, 1, 0);
    }
    for (size_t i = first; !rc && i < end; i++) {
        if (!tiny[i - first]) {
            rc = hash_one(b, i, worker);
        }
    }
    return rc;
}

int hash_batch(struct hash_item *items, size_t n, const struct hash_spec *spec) {
    int count = parallel_workers(n);
    struct batch b = {.items = items, .n = n, .spec = spec};
    bool lanes = spec->algo == HASH_MD5 && n > 1 && md5_lanes_usable();

    b.workers = mem_zalloc((size_t)count, sizeof *b.workers);
    int rc = lanes ? parallel_for((n + MD5_LANES - 1) / MD5_LANES, hash_group, &b)
                   : parallel_for(n, hash_one, &b);
    for (int i = 0; i < count; i++) {
        hasher_free(b.workers[i].hasher);
        free(b.workers[i].buffer);
    }
    free(b.workers);
    return rc;
}
