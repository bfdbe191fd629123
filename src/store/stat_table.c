#include "store/stat_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "os/stat.h"
#include "store/statcache.h"

struct stat_entry *stat_entry_at(const struct stat_table *t, const struct run *r, size_t i) {
    return (struct stat_entry *)(void *)(r->at + i * t->stride);
}

size_t stat_entry_stride(uint8_t digest_len) {
    return sizeof(struct stat_entry) + (digest_len > 16 ? 32 : 16);
}

int stat_probe_order(const struct stat_table *t, const struct probe *p, const struct run *r,
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

struct probe stat_entry_probe(const struct run *r, const struct stat_entry *e) {
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
        int order = stat_probe_order(t, p, r, stat_entry_at(t, r, at));
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
        if (stat_probe_order(t, p, r, stat_entry_at(t, r, mid)) > 0) {
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
    struct stat_entry *e = i < r->count ? stat_entry_at(t, r, i) : NULL;

    return e && stat_probe_order(t, p, r, e) == 0 ? e : NULL;
}

static bool entry_matches(const struct stat_entry *e, const struct file_id *id) {
    bool linked = (e->flags & ENTRY_LINKED) != 0 || id->nlink > 1;

    return e->size == id->size && e->mtime_ns == id->mtime_ns && e->inode == id->inode &&
           (linked || e->ctime_ns == id->ctime_ns);
}

/* Entries are sorted by index, for their size is known only at run time. */
struct sort_context {
    const struct stat_table *table;
    const struct run *run;
};

static int index_order(const void *a, const void *b, void *ctx) {
    const struct sort_context *s = ctx;
    size_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
    struct probe p = stat_entry_probe(s->run, stat_entry_at(s->table, s->run, i));
    int order = stat_probe_order(s->table, &p, s->run, stat_entry_at(s->table, s->run, k));

    return order != 0 ? order : (i > k) - (i < k);
}

/* A copy of what was recorded since the last time, in order; equal keys in the order they came. */
static char *sorted_tail(const struct stat_table *t, size_t tail) {
    uint32_t *order CLEANUP(mem_freep) = mem_realloc(NULL, tail, sizeof *order);
    struct sort_context ctx = {.table = t, .run = &t->fresh};
    char *copy = mem_realloc(NULL, tail, t->stride);

    for (size_t i = 0; i < tail; i++) {
        order[i] = (uint32_t)(t->sorted + i);
    }
    qsort_r(order, tail, sizeof *order, index_order, &ctx);
    for (size_t i = 0; i < tail; i++) {
        memcpy(copy + i * t->stride, stat_entry_at(t, &t->fresh, order[i]), t->stride);
    }
    return copy;
}

/* Of several entries with one key, next to each other, the last one stays. */
static void drop_doubles(struct stat_table *t) {
    struct run *r = &t->fresh;
    size_t n = 0;

    for (size_t i = 0; i < r->count; i++) {
        const struct stat_entry *e = stat_entry_at(t, r, i);
        struct probe p = stat_entry_probe(r, e);
        if (n > 0 && stat_probe_order(t, &p, r, stat_entry_at(t, r, n - 1)) == 0) {
            n--;
        }
        if (n++ != i) {
            memcpy(stat_entry_at(t, r, n - 1), e, t->stride);
        }
    }
    r->count = n;
}

/* Sorts what was recorded since the last time and merges it with what is in order, from the end, so
 * that only the new part is ever there twice. */
void stat_table_settle(struct stat_table *t) {
    struct run *r = &t->fresh;
    size_t tail = r->count - t->sorted, i = t->sorted, k = tail;

    if (tail == 0) {
        return;
    }
    char *new CLEANUP(mem_freep) = sorted_tail(t, tail);
    for (size_t at = r->count; k > 0; at--) {
        const struct stat_entry *last =
            (const struct stat_entry *)(const void *)(new + (k - 1) * t->stride);
        struct probe p = stat_entry_probe(r, last);
        if (i > 0 && stat_probe_order(t, &p, r, stat_entry_at(t, r, i - 1)) < 0) {
            memcpy(stat_entry_at(t, r, at - 1), stat_entry_at(t, r, i - 1), t->stride);
            i--;
        } else {
            memcpy(stat_entry_at(t, r, at - 1), last, t->stride);
            k--;
        }
    }
    drop_doubles(t);
    t->sorted = r->count;
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
        struct stat_entry *e = stat_entry_at(t, r, at);
        if (stat_probe_order(t, &p, r, e) != 0) {
            continue;
        }
        r->next = at + 1;
        bool again = (e->flags & ENTRY_SEEN) != 0;
        e->flags |= ENTRY_SEEN;
        if (e->algo != algo || !entry_matches(e, id)) {
            break;
        }
        t->hits += r == &t->old && !again;
        t->found = (struct digest){.algo = e->algo, .is_dir = e->is_dir, .len = e->len};
        memcpy(t->found.byte, e->byte, e->len);
        return &t->found;
    }
    t->strange = true;
    return NULL;
}

const struct digest *stat_table_listing(const struct stat_table *t) {
    bool holds =
        digest_is_set(&t->listing) && !t->strange && t->fresh.count == 0 && t->hits == t->old.count;

    return holds ? &t->listing : NULL;
}

void stat_table_put_listing(struct stat_table *t, const struct digest *d) {
    t->dirty |= !digest_equal(&t->listing, d);
    t->listing = *d;
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

bool stat_table_recorded(struct stat_table *t, const struct digest *d) {
    struct run *r = &t->fresh;
    struct probe p = {
        .key = "", .byte = d->byte, .algo = d->algo, .is_dir = d->is_dir, .len = d->len};

    stat_table_settle(t);
    if (r->count == 0) {
        return false;
    }
    r->next = run_lower(t, r, &p, r->next);
    if (r->next == r->count || stat_probe_order(t, &p, r, stat_entry_at(t, r, r->next)) != 0) {
        return false;
    }
    r->next++;
    return true;
}

void stat_table_init(struct stat_table *t, struct statcache *owner, char *name, bool objects) {
    *t = (struct stat_table){.owner = owner, .name = name, .objects = objects};
    str_init(&t->file);
    str_init(&t->heap);
}

void stat_table_drop(struct stat_table *t) {
    str_release(&t->file);
    str_release(&t->heap);
    free(t->fresh.at);
    memset(&t->old, 0, sizeof t->old);
    memset(&t->fresh, 0, sizeof t->fresh);
    t->listing = (struct digest){0};
    t->stride = 0;
    t->sorted = 0;
}

void stat_table_put(struct stat_table *t, const char *key, const struct file_id *id,
                    const struct digest *d) {
    struct run *r = &t->fresh;
    size_t stride = stat_entry_stride(d->len);

    t->listing = (struct digest){0};
    if (t->stride != stride) { /* other digests than before: what was known serves nobody */
        stat_table_drop(t);
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

    struct stat_entry *e = stat_entry_at(t, r, r->count++);
    memset(e, 0, stride);
    e->size = id->size;
    e->mtime_ns = id->mtime_ns;
    e->ctime_ns = id->ctime_ns;
    e->inode = id->inode;
    e->key = (uint32_t)at;
    e->algo = d->algo;
    e->is_dir = d->is_dir;
    e->len = d->len;
    e->flags = id->nlink > 1 ? ENTRY_LINKED : 0;
    memcpy(e->byte, d->byte, d->len);
    t->dirty = true;
    /* What arrives in order needs no sorting. */
    struct probe p = stat_entry_probe(r, e);
    if (t->sorted == r->count - 1 &&
        (t->sorted == 0 || stat_probe_order(t, &p, r, stat_entry_at(t, r, t->sorted - 1)) > 0)) {
        t->sorted = r->count;
    }
}

void stat_table_keep_seen(struct stat_table *t) {
    struct run *r = &t->old; /* what was put is seen */
    size_t n = 0;

    for (size_t i = 0; i < r->count; i++) {
        const struct stat_entry *e = stat_entry_at(t, r, i);
        if ((e->flags & ENTRY_SEEN) == 0) {
            continue;
        }
        if (n != i) {
            memcpy(stat_entry_at(t, r, n), e, t->stride);
        }
        n++;
    }
    if (n != r->count) {
        t->listing = (struct digest){0};
        t->dirty = true;
    }
    r->count = n;
    r->next = 0;
}
