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

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/folder.h"
#include "store/staging.h"
#include "store/stat_table.h"

#define MAGIC          "cairnst2"
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
    struct digest listing; /* of the folder, when the entries are all that is in it; or unset */
    uint8_t zero[5];
};

struct statcache {
    char *dir;
    struct map tables;
};

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
        (h.stride != stat_entry_stride(16) && h.stride != stat_entry_stride(32))) {
        return false;
    }
    size_t body = f->len - sizeof h - sizeof sum;
    if (h.listing.algo > HASH_XXH128 || h.listing.len != hash_algo_len(h.listing.algo) ||
        h.heap_len == 0 || h.heap_len > body || h.count > UINT32_MAX ||
        h.count * h.stride != body - h.heap_len ||
        sum != XXH3_64bits(f->buf, f->len - sizeof sum)) {
        return false;
    }

    t->stride = h.stride;
    t->listing = h.listing;
    t->old = (struct run){.at = f->buf + sizeof h, .count = h.count};
    t->old.heap = t->old.at + h.count * h.stride;
    if (t->old.heap[h.heap_len - 1] != '\0' || strcmp(t->old.heap, t->name) != 0) {
        return false;
    }
    for (size_t i = 0; i < t->old.count; i++) {
        const struct stat_entry *e = stat_entry_at(t, &t->old, i);
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
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
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
        stat_table_drop(t);
    }
}

static struct stat_table *table_get(struct statcache *s, char *name, bool objects) {
    struct stat_table *t = map_get(&s->tables, name);

    if (t) {
        free(name);
        return t;
    }
    t = mem_zalloc(1, sizeof *t);
    stat_table_init(t, s, name, objects);
    map_put(&s->tables, t->name, t);
    table_load(t);
    return t;
}

struct stat_table *statcache_table(struct statcache *s, const char *name) {
    struct str full = STR_INIT;

    str_addf(&full, "path:%s", name);
    return table_get(s, str_detach(&full), false);
}

struct stat_table *statcache_files(struct statcache *s) {
    return table_get(s, mem_strdup("files"), false);
}

struct stat_table *statcache_objects(struct statcache *s, const char *dir) {
    struct str full = STR_INIT;

    str_addf(&full, OBJECTS_PREFIX "%s", dir);
    return table_get(s, str_detach(&full), true);
}

/* Loads the table of a file that does not tell its name from outside. */
static bool table_load_unnamed(struct stat_table *t, int dir, const char *path) {
    struct file_header h;

    if (file_read(&t->file, dir, path, TABLE_MAX)) {
        err_clear();
        return false;
    }
    if (t->file.len < sizeof h) {
        return false;
    }
    memcpy(&h, t->file.buf, sizeof h);
    if (h.stride > t->file.len || h.count > (t->file.len - sizeof h) / (h.stride ? h.stride : 1)) {
        return false;
    }
    t->name = mem_strdup(t->file.buf + sizeof h + h.count * h.stride); /* the file ends in a NUL */
    return table_accept(t);
}

static void learn_table(struct statcache *s, const struct stat_table *from) {
    bool objects = str_starts(from->name, OBJECTS_PREFIX);
    struct stat_table *t = table_get(s, mem_strdup(from->name), objects);

    for (size_t i = 0; i < from->old.count; i++) {
        const struct stat_entry *e = stat_entry_at(from, &from->old, i);
        struct file_id id = {.size = e->size,
                             .mtime_ns = e->mtime_ns,
                             .ctime_ns = e->ctime_ns,
                             .inode = e->inode,
                             .nlink = e->flags & ENTRY_LINKED ? 2 : 1};
        struct digest d = {.algo = e->algo, .is_dir = e->is_dir, .len = e->len};

        memcpy(d.byte, e->byte, e->len);
        stat_table_put(t, objects ? "" : from->old.heap + e->key, &id, &d);
    }
}

void statcache_learn(struct statcache *s, const char *dir) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    struct statcache theirs = {.dir = (char *)(uintptr_t)dir};
    int fd CLEANUP(fd_closep) = -1;

    if (!open_dir(&fd, &theirs, false)) {
        return;
    }
    folder_names(&names, arena, fd);
    for (size_t i = 0; i < names.len; i++) {
        struct stat_table from;

        stat_table_init(&from, &theirs, NULL, false);
        if (table_load_unnamed(&from, fd, names.at[i])) {
            learn_table(s, &from);
        }
        stat_table_drop(&from);
        free(from.name);
    }
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

static size_t merge_each(struct stat_table *t, int64_t now, merge_fn *fn, void *ctx) {
    size_t i = 0, k = 0, left_out = 0;

    while (i < t->old.count || k < t->fresh.count) {
        const struct stat_entry *old = i < t->old.count ? stat_entry_at(t, &t->old, i) : NULL;
        const struct stat_entry *fresh = k < t->fresh.count ? stat_entry_at(t, &t->fresh, k) : NULL;
        int order = !old ? 1 : -1;
        if (old && fresh) {
            struct probe p = stat_entry_probe(&t->old, old);
            order = stat_probe_order(t, &p, &t->fresh, fresh);
        }
        const struct stat_entry *e = order < 0 ? old : fresh;
        i += order <= 0;
        k += order >= 0;
        if (e->mtime_ns < now) {
            fn(ctx, e, (e == old ? t->old.heap : t->fresh.heap) + e->key);
        } else {
            left_out++;
        }
    }
    return left_out;
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
    *now = stat_mtime_ns(&st);
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
    size_t left_out = merge_each(t, now, merge_count, &m);
    h.count = m.count;
    h.heap_len = m.heap_len;
    if (left_out == 0) {
        h.listing = t->listing;
    }
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

static int table_save(struct stat_table *t, struct staging *staging, int dir) {
    char path[24], buf[STAGING_NAME_MAX];
    uint64_t number = staging_reserve(staging, 1);
    int fd;

    int rc = staging_create(&fd, staging, number, 0);
    if (rc) {
        return rc;
    }
    bool ok = table_write(t, fd);
    ok = close(fd) == 0 && ok;
    table_path(path, t);
    if (!ok || renameat(staging_fd(staging), staging_name(buf, number), dir, path)) {
        return err_set(ERR_IO, "the table of '%s' cannot be written", t->name);
    }
    return 0;
}

static bool needs_save(const struct stat_table *t) {
    return t->dirty && t->stride != 0;
}

static int save_all(struct statcache *s) {
    int dir CLEANUP(fd_closep) = -1; /* outlives what lies in it */
    struct staging *staging CLEANUP(staging_closep) = NULL;
    bool any = false;
    int rc = 0;

    for (size_t i = 0; i < s->tables.len; i++) {
        any |= needs_save(s->tables.at[i].value);
    }
    if (s->tables.len == 0 || !open_dir(&dir, s, any)) {
        return 0;
    }
    staging_sweep(dir);
    if (any) {
        rc = staging_open(&staging, dir, s->dir);
    }
    for (size_t i = 0; !rc && i < s->tables.len; i++) {
        struct stat_table *t = s->tables.at[i].value;
        if (needs_save(t)) {
            rc = table_save(t, staging, dir);
        }
    }
    return rc;
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
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    if (save_all(s)) {
        log_debug("not remembering what was hashed: %s", err_text());
        err_clear();
    }
    for (size_t i = 0; i < s->tables.len; i++) {
        struct stat_table *t = s->tables.at[i].value;
        stat_table_drop(t);
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

bool statcache_folder(int *fd, const struct statcache *s) {
    return open_dir(fd, s, true);
}

int statcache_subfolder(const struct statcache *s, const char *name) {
    int home CLEANUP(fd_closep) = -1;

    if (!s || !statcache_folder(&home, s)) {
        return -1;
    }
    (void)mkdirat(home, name, 0777);
    return openat(home, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}
