/*
 * A table's file, in the machine's own byte order:
 *
 *   struct file_header
 *   entries        count * stride bytes, sorted by key (path tables) or by digest (object tables)
 *   heap           heap_len bytes: the table's name, then the keys, each with its NUL
 *   trailer        XXH3 (64 bits) of all before it
 *
 * Entries carry 16 or 32 bytes of digest; a table holds digests of one length. A table in memory is
 * the file as it was read and, beside it, the entries recorded since, in the same shape; both are
 * merged when saved.
 */
#include "store/statcache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "store/folder.h"

#define MAGIC          "cairnst1"
#define ORDER_MARK     0x01020304u
#define TABLE_MAX      ((size_t)2 << 30)
#define WRITE_BLOCK    (64u << 10)
#define OBJECTS_PREFIX "objects:"

struct file_header {
    char magic[8];
    uint32_t order; /* ORDER_MARK: files of a machine with other byte order are foreign */
    uint32_t stride;
    uint64_t count;
    uint64_t heap_len;
};

enum entry_flags {
    ENTRY_LINKED = 1, /* link count above 1: the ctime says nothing */
    ENTRY_SEEN = 2,   /* in memory: found or put since loading */
    ENTRY_STALE = 4,  /* in memory: replaced by a later put */
};

struct stat_entry {
    uint64_t size;
    int64_t mtime_ns, ctime_ns;
    uint64_t inode;
    uint32_t key; /* offset into the heap */
    uint8_t algo, is_dir, flags, len;
    uint8_t byte[];
};

/* Sorted entries and their keys. */
struct run {
    char *at;
    size_t count;
    size_t cap;  /* entries allocated, for the run that grows */
    size_t next; /* where the next lookup looks first */
    const char *heap;
};

struct stat_table {
    struct statcache *owner;
    char *name;
    bool objects;
    bool dirty;
    bool unsorted; /* `fresh` is not in order */
    size_t stride; /* 0: empty, no digest length chosen yet */
    struct str file;
    struct run old, fresh;
    struct str heap;     /* of fresh */
    struct digest found; /* what the last lookup gave out */
};

struct statcache {
    char *dir;
    struct map tables;
};

static struct stat_entry *entry_at(const struct stat_table *t, const struct run *r, size_t i) {
    return (struct stat_entry *)(void *)(r->at + i * t->stride);
}

static size_t stride_for(uint8_t digest_len) {
    return sizeof(struct stat_entry) + (digest_len > 16 ? 32 : 16);
}

/* What entries are sorted by: the key, or for objects the digest. */
struct probe {
    const char *key;
    const uint8_t *byte;
    uint8_t algo, is_dir, len;
};

static int probe_order(const struct stat_table *t, const struct probe *p, const struct run *r,
                       const struct stat_entry *e) {
    if (!t->objects) {
        return strcmp(p->key, r->heap + e->key);
    }
    int order = memcmp(p->byte, e->byte, p->len < e->len ? p->len : e->len);
    if (order == 0) {
        order = (int)p->algo - (int)e->algo;
    }
    return order != 0 ? order : (int)p->is_dir - (int)e->is_dir;
}

static struct probe probe_of(const struct run *r, const struct stat_entry *e) {
    return (struct probe){.key = r->heap + e->key,
                          .byte = e->byte,
                          .algo = e->algo,
                          .is_dir = e->is_dir,
                          .len = e->len};
}

/* Index of the first entry not before the probe; `at` is a guess. */
static size_t run_lower(const struct stat_table *t, const struct run *r, const struct probe *p,
                        size_t at) {
    size_t low = 0, high = r->count;

    if (at < high) {
        int order = probe_order(t, p, r, entry_at(t, r, at));
        if (order == 0) {
            return at;
        }
        if (order > 0) {
            low = at + 1;
        } else {
            high = at;
        }
    }
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (probe_order(t, p, r, entry_at(t, r, mid)) > 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

static struct stat_entry *run_find(const struct stat_table *t, const struct run *r,
                                   const struct probe *p, size_t at) {
    size_t i = run_lower(t, r, p, at);
    struct stat_entry *e = i < r->count ? entry_at(t, r, i) : NULL;

    return e && probe_order(t, p, r, e) == 0 ? e : NULL;
}

static bool entry_matches(const struct stat_entry *e, const struct file_id *id) {
    bool linked = (e->flags & ENTRY_LINKED) != 0 || id->nlink > 1;

    return e->size == id->size && e->mtime_ns == id->mtime_ns && e->inode == id->inode &&
           (linked || e->ctime_ns == id->ctime_ns);
}

/* Entries are moved by index, for their size is known only at run time. */
struct sort_context {
    const struct stat_table *table;
    const struct run *run;
};

static int index_order(const void *a, const void *b, void *ctx) {
    const struct sort_context *s = ctx;
    size_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
    struct probe p = probe_of(s->run, entry_at(s->table, s->run, i));
    int order = probe_order(s->table, &p, s->run, entry_at(s->table, s->run, k));

    return order != 0 ? order : (i > k) - (i < k);
}

/* Sorts what was recorded; of several entries with one key the last stays. */
void stat_table_settle(struct stat_table *t) {
    struct run *r = &t->fresh;
    struct sort_context ctx = {.table = t, .run = r};

    if (!t->unsorted) {
        return;
    }
    uint32_t *order CLEANUP(mem_freep) = mem_realloc(NULL, r->count, sizeof *order);
    for (size_t i = 0; i < r->count; i++) {
        order[i] = (uint32_t)i;
    }
    qsort_r(order, r->count, sizeof *order, index_order, &ctx);

    char *sorted = mem_realloc(NULL, r->count, t->stride);
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct stat_entry *e = entry_at(t, r, order[i]);
        if (i + 1 < r->count) {
            struct probe p = probe_of(r, e);
            if (probe_order(t, &p, r, entry_at(t, r, order[i + 1])) == 0) {
                continue;
            }
        }
        memcpy(sorted + n++ * t->stride, e, t->stride);
    }
    free(r->at);
    r->at = sorted;
    r->cap = r->count;
    r->count = n;
    t->unsorted = false;
}

const struct digest *stat_table_find(struct stat_table *t, const char *key, enum hash_algo algo,
                                     const struct file_id *id) {
    struct probe p = {.key = key};

    stat_table_settle(t);
    for (int i = 0; i < 2; i++) {
        struct run *r = i == 0 ? &t->fresh : &t->old;
        if (r->count == 0) {
            continue;
        }
        size_t at = run_lower(t, r, &p, r->next);
        r->next = at;
        if (at == r->count) {
            continue;
        }
        struct stat_entry *e = entry_at(t, r, at);
        if (probe_order(t, &p, r, e) != 0) {
            continue;
        }
        r->next = at + 1;
        e->flags |= ENTRY_SEEN;
        if (e->algo != algo || !entry_matches(e, id)) {
            return NULL;
        }
        t->found = (struct digest){.algo = e->algo, .is_dir = e->is_dir, .len = e->len};
        memcpy(t->found.byte, e->byte, e->len);
        return &t->found;
    }
    return NULL;
}

bool stat_table_has(const struct stat_table *t, const struct digest *d, const struct file_id *id) {
    struct probe p = {
        .key = "", .byte = d->byte, .algo = d->algo, .is_dir = d->is_dir, .len = d->len};
    const struct stat_entry *e = NULL;

    if (t->fresh.count > 0) {
        e = run_find(t, &t->fresh, &p, SIZE_MAX);
    }
    if (!e && t->old.count > 0) {
        e = run_find(t, &t->old, &p, SIZE_MAX);
    }
    return e && entry_matches(e, id);
}

static void table_drop(struct stat_table *t) {
    str_release(&t->file);
    str_release(&t->heap);
    free(t->fresh.at);
    memset(&t->old, 0, sizeof t->old);
    memset(&t->fresh, 0, sizeof t->fresh);
    t->stride = 0;
    t->unsorted = false;
}

void stat_table_put(struct stat_table *t, const char *key, const struct file_id *id,
                    const struct digest *d) {
    struct run *r = &t->fresh;
    size_t stride = stride_for(d->len);

    if (t->stride != stride) { /* other digests than before: what was known serves nobody */
        table_drop(t);
        t->stride = stride;
    }
    if (t->heap.len + strlen(key) + 1 > UINT32_MAX || r->count == UINT32_MAX) {
        return;
    }
    if (r->count == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 64;
        r->at = mem_realloc(r->at, r->cap, stride);
    }
    if (t->heap.len == 0) {
        str_addc(&t->heap, '\0');
    }
    size_t at = t->heap.len;
    if (*key == '\0') {
        at = 0;
    } else {
        str_add(&t->heap, key, strlen(key) + 1);
    }
    r->heap = t->heap.buf;

    struct stat_entry *e = entry_at(t, r, r->count++);
    memset(e, 0, stride);
    e->size = id->size;
    e->mtime_ns = id->mtime_ns;
    e->ctime_ns = id->ctime_ns;
    e->inode = id->inode;
    e->key = (uint32_t)at;
    e->algo = d->algo;
    e->is_dir = d->is_dir;
    e->len = d->len;
    e->flags = (uint8_t)((id->nlink > 1 ? ENTRY_LINKED : 0) | ENTRY_SEEN);
    memcpy(e->byte, d->byte, d->len);
    t->dirty = true;
    if (r->count > 1) {
        struct probe p = probe_of(r, e);
        t->unsorted |= probe_order(t, &p, r, entry_at(t, r, r->count - 2)) <= 0;
    }
}

void stat_table_keep_seen(struct stat_table *t) {
    for (int i = 0; i < 2; i++) {
        struct run *r = i == 0 ? &t->old : &t->fresh;
        size_t n = 0;
        for (size_t k = 0; k < r->count; k++) {
            struct stat_entry *e = entry_at(t, r, k);
            if ((e->flags & ENTRY_SEEN) == 0) {
                continue;
            }
            if (n != k) {
                memcpy(entry_at(t, r, n), e, t->stride);
            }
            n++;
        }
        t->dirty |= n != r->count;
        r->count = n;
        r->next = 0;
    }
}

/* Whether the file is one that we wrote, by all that can be told; everything in it is then in
 * bounds. */
static bool table_accept(struct stat_table *t) {
    const struct str *f = &t->file;
    struct file_header h;
    uint64_t sum;

    if (f->len < sizeof h + sizeof sum) {
        return false;
    }
    memcpy(&h, f->buf, sizeof h);
    memcpy(&sum, f->buf + f->len - sizeof sum, sizeof sum);
    if (memcmp(h.magic, MAGIC, sizeof h.magic) != 0 || h.order != ORDER_MARK ||
        (h.stride != stride_for(16) && h.stride != stride_for(32))) {
        return false;
    }
    size_t body = f->len - sizeof h - sizeof sum;
    if (h.heap_len == 0 || h.heap_len > body || h.count > UINT32_MAX ||
        h.count * h.stride != body - h.heap_len ||
        sum != XXH3_64bits(f->buf, f->len - sizeof sum)) {
        return false;
    }

    t->stride = h.stride;
    t->old = (struct run){.at = f->buf + sizeof h, .count = h.count};
    t->old.heap = t->old.at + h.count * h.stride;
    if (t->old.heap[h.heap_len - 1] != '\0' || strcmp(t->old.heap, t->name) != 0) {
        return false;
    }
    for (size_t i = 0; i < t->old.count; i++) {
        const struct stat_entry *e = entry_at(t, &t->old, i);
        if (e->key >= h.heap_len || e->len + sizeof *e > t->stride ||
            e->len != hash_algo_len(e->algo) || e->algo > HASH_XXH128) {
            return false;
        }
    }
    return true;
}

static void table_path(char out[24], const struct stat_table *t) {
    (void)snprintf(out, 24, "%016" PRIx64, (uint64_t)XXH3_64bits(t->name, strlen(t->name)));
}

/* The folder of the tables; false when it cannot be used, which is no error. */
static bool open_dir(int *fd, const struct statcache *s, bool make) {
    const char *slash = strrchr(s->dir, '/'), *above = slash;

    while (above && above > s->dir && above[-1] != '/') {
        above--;
    }
    if (!above || above <= s->dir + 1) {
        return false;
    }
    char *base CLEANUP(mem_freep) = mem_strndup(s->dir, (size_t)(above - 1 - s->dir));
    int rc = folder_open_below(fd, base, above, make ? 0777 : 0);
    if (rc && rc != ERR_NOT_FOUND) {
        log_debug("not remembering what was hashed: %s", err_text());
    }
    if (rc) {
        err_clear();
    }
    return rc == 0;
}

static void table_load(struct stat_table *t) {
    int dir CLEANUP(fd_closep) = -1;
    char path[24];

    if (!open_dir(&dir, t->owner, false)) {
        return;
    }
    table_path(path, t);
    if (file_read(&t->file, dir, path, TABLE_MAX)) {
        err_clear();
        return;
    }
    if (!table_accept(t)) {
        log_debug("dropping a damaged or foreign table of '%s'", t->name);
        table_drop(t);
    }
}

static struct stat_table *table_get(struct statcache *s, char *name, bool objects) {
    struct stat_table *t = map_get(&s->tables, name);

    if (t) {
        free(name);
        return t;
    }
    t = mem_zalloc(1, sizeof *t);
    t->owner = s;
    t->name = name;
    t->objects = objects;
    str_init(&t->file);
    str_init(&t->heap);
    map_put(&s->tables, t->name, t);
    table_load(t);
    return t;
}

struct stat_table *statcache_table(struct statcache *s, const char *name) {
    struct str full = STR_INIT;

    str_addf(&full, "path:%s", name);
    return table_get(s, str_detach(&full), false);
}

struct stat_table *statcache_objects(struct statcache *s, const char *dir) {
    struct str full = STR_INIT;

    str_addf(&full, OBJECTS_PREFIX "%s", dir);
    return table_get(s, str_detach(&full), true);
}

/* A file written in blocks, with a running sum. */
struct table_writer {
    int fd;
    bool failed;
    struct str block;
    XXH3_state_t *sum;
};

static void writer_flush(struct table_writer *w) {
    XXH3_64bits_update(w->sum, w->block.buf, w->block.len);
    if (!w->failed && file_write_all(w->fd, w->block.buf, w->block.len)) {
        err_clear();
        w->failed = true;
    }
    str_clear(&w->block);
}

static void writer_add(struct table_writer *w, const void *data, size_t len) {
    if (w->block.len + len > WRITE_BLOCK) {
        writer_flush(w);
    }
    str_add(&w->block, data, len);
}

/* Calls fn for each entry of the merge that is to be kept, in order. `now` is the file system's
 * clock. */
typedef void merge_fn(void *ctx, const struct stat_entry *e, const char *key);

static void merge_each(struct stat_table *t, int64_t now, merge_fn *fn, void *ctx) {
    size_t i = 0, k = 0;

    while (i < t->old.count || k < t->fresh.count) {
        const struct stat_entry *old = i < t->old.count ? entry_at(t, &t->old, i) : NULL;
        const struct stat_entry *fresh = k < t->fresh.count ? entry_at(t, &t->fresh, k) : NULL;
        int order = !old ? 1 : -1;
        if (old && fresh) {
            struct probe p = probe_of(&t->old, old);
            order = probe_order(t, &p, &t->fresh, fresh);
        }
        const struct stat_entry *e = order < 0 ? old : fresh;
        i += order <= 0;
        k += order >= 0;
        if (e->mtime_ns < now) {
            fn(ctx, e, (e == old ? t->old.heap : t->fresh.heap) + e->key);
        }
    }
}

struct table_totals {
    const struct stat_table *table;
    struct table_writer *writer;
    uint64_t count, heap_len;
};

static size_t heap_share(const struct stat_table *t, const char *key) {
    return t->objects ? 0 : strlen(key) + 1;
}

static void merge_count(void *ctx, const struct stat_entry *e, const char *key) {
    struct table_totals *m = ctx;

    (void)e;
    m->count++;
    m->heap_len += heap_share(m->table, key);
}

static void merge_write_entry(void *ctx, const struct stat_entry *e, const char *key) {
    struct table_totals *m = ctx;
    union {
        struct stat_entry entry;
        char room[sizeof(struct stat_entry) + 32];
    } copy;

    memcpy(copy.room, e, m->table->stride);
    copy.entry.flags &= ENTRY_LINKED;
    copy.entry.key = (uint32_t)m->heap_len;
    if (m->table->objects) {
        copy.entry.key = (uint32_t)(m->heap_len - 1); /* the end of the name: "" */
    }
    m->heap_len += heap_share(m->table, key);
    writer_add(m->writer, copy.room, m->table->stride);
}

static void merge_write_key(void *ctx, const struct stat_entry *e, const char *key) {
    struct table_totals *m = ctx;

    (void)e;
    writer_add(m->writer, key, heap_share(m->table, key));
}

/* The time by the clock that stamps files here: the mtime of a byte just written. */
static bool file_clock(int fd, int64_t *now) {
    struct stat st;

    if (pwrite(fd, "", 1, 0) != 1 || fstat(fd, &st)) {
        return false;
    }
    *now = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
    return true;
}

static bool table_write(struct stat_table *t, int fd) {
    struct table_writer w = {.fd = fd, .block = STR_INIT, .sum = XXH3_createState()};
    struct table_totals m = {.table = t, .writer = &w, .heap_len = strlen(t->name) + 1};
    struct file_header h = {.magic = MAGIC, .order = ORDER_MARK, .stride = (uint32_t)t->stride};
    int64_t now;

    if (!w.sum || !file_clock(fd, &now)) {
        XXH3_freeState(w.sum);
        return false;
    }
    XXH3_64bits_reset(w.sum);
    stat_table_settle(t);
    merge_each(t, now, merge_count, &m);
    h.count = m.count;
    h.heap_len = m.heap_len;
    m.heap_len = strlen(t->name) + 1;
    bool fits = h.heap_len <= UINT32_MAX;

    if (fits) {
        writer_add(&w, &h, sizeof h);
        merge_each(t, now, merge_write_entry, &m);
        writer_add(&w, t->name, strlen(t->name) + 1);
        if (!t->objects) {
            merge_each(t, now, merge_write_key, &m);
        }
        writer_flush(&w);
        uint64_t sum = XXH3_64bits_digest(w.sum);
        writer_add(&w, &sum, sizeof sum);
        writer_flush(&w);
    }
    XXH3_freeState(w.sum);
    str_release(&w.block);
    return fits && !w.failed;
}

static void table_save(struct stat_table *t) {
    int dir CLEANUP(fd_closep) = -1;
    char path[24], temp[64];

    if (!t->dirty || t->stride == 0 || !open_dir(&dir, t->owner, true)) {
        return;
    }
    table_path(path, t);
    (void)snprintf(temp, sizeof temp, "%s.%d.tmp", path, (int)getpid());
    int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) {
        return;
    }
    bool ok = table_write(t, fd);
    ok = close(fd) == 0 && ok;
    if (!ok || renameat(dir, temp, dir, path)) {
        unlinkat(dir, temp, 0);
        log_debug("could not save the table of '%s'", t->name);
    }
}

struct statcache *statcache_open(const char *dir) {
    struct statcache *s = mem_zalloc(1, sizeof *s);

    s->dir = mem_strdup(dir);
    return s;
}

void statcache_close(struct statcache *s) {
    if (!s) {
        return;
    }
    for (size_t i = 0; i < s->tables.len; i++) {
        struct stat_table *t = s->tables.at[i].value;
        table_save(t);
        table_drop(t);
    }
    for (size_t i = 0; i < s->tables.len; i++) {
        struct stat_table *t = s->tables.at[i].value;
        free(t->name);
        free(t);
    }
    map_release(&s->tables);
    free(s->dir);
    free(s);
}

const char *statcache_dir(const struct statcache *s) {
    return s->dir;
}
