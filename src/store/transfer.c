#include "store/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "job/progress.h"
#include "store/borrowed.h"
#include "store/cache.h"
#include "store/odb.h"
#include "store/tree.h"

/* A file of a want: the out itself, or one that its listing names. */
struct member {
    const struct tree_entry *entry; /* path below the out, "" for itself */
    uint32_t want;
};

/* What a listing among the wants has come to. */
enum listing_state {
    LISTING_NONE,   /* the want is a file */
    LISTING_KNOWN,  /* read: its files are among the members */
    LISTING_LENT,   /* read from the remote; the cache does not have it yet */
    LISTING_ABSENT, /* cannot be read; its failure is noted */
};

struct transfer {
    struct transfer_result *result; /* NULL: failures are not wanted */
    struct arena *arena;
    const struct transfer_wants *wants;
    uint8_t *listing; /* enum listing_state per want */
    bool *broken;     /* per want: a file of it could not be moved */
    VEC(struct member) members;
};

static void transfer_init(struct transfer *t, struct arena *arena,
                          const struct transfer_wants *wants, struct transfer_result *result) {
    *t = (struct transfer){.arena = arena, .wants = wants, .result = result};
    t->listing = mem_zalloc(wants->len + 1, 1);
    t->broken = mem_zalloc(wants->len + 1, sizeof *t->broken);
    if (result) {
        *result = (struct transfer_result){0};
    }
}

static void transfer_release(struct transfer *t) {
    free(t->listing);
    free(t->broken);
    vec_release(&t->members);
}

static bool is_part(const struct transfer_want *w) {
    return w->below && *w->below != '\0';
}

static const char *member_path(const struct transfer *t, const struct member *m) {
    const char *out = t->wants->at[m->want].path;

    return *m->entry->path ? path_join(t->arena, out, m->entry->path) : out;
}

static void note_failure(struct transfer *t, const struct digest *d, const char *path, int rc,
                         const char *why) {
    if (t->result) {
        vec_push(&t->result->failed,
                 ((struct transfer_failure){.digest = *d,
                                            .path = path,
                                            .rc = rc,
                                            .why = arena_strdup(t->arena, why ? why : "")}));
    }
}

/* Takes the chain of this thread as the reason why a listing cannot be read. */
static void note_listing(struct transfer *t, size_t want, int rc) {
    const struct transfer_want *w = &t->wants->at[want];

    note_failure(t, &w->digest, w->path, rc, err_text());
    err_clear();
    t->listing[want] = LISTING_ABSENT;
}

/* The out itself, a file. */
static void add_file(struct transfer *t, size_t want) {
    struct tree_entry *entry = arena_alloc(t->arena, sizeof *entry);

    *entry = (struct tree_entry){.path = "", .digest = t->wants->at[want].digest};
    vec_push(&t->members, ((struct member){.entry = entry, .want = (uint32_t)want}));
}

/* The files of a listing in `from`. */
static int read_listing(struct transfer *t, size_t want, struct cache *from) {
    const struct transfer_want *w = &t->wants->at[want];
    struct tree tree;

    int rc = tree_load(&tree, t->arena, from, &w->digest);
    for (size_t i = 0; !rc && i < tree.len; i++) {
        if (!is_part(w) || path_inside(w->below, tree.at[i].path)) {
            vec_push(&t->members, ((struct member){.entry = &tree.at[i], .want = (uint32_t)want}));
        }
    }
    return rc;
}

/* Fills members from what the cache has; listings that it lacks stay LISTING_NONE and are returned
 * in `absent`. */
static void expand(struct transfer *t, struct cache *c, bool *absent) {
    for (size_t i = 0; i < t->wants->len; i++) {
        const struct transfer_want *w = &t->wants->at[i];
        absent[i] = false;
        if (!w->digest.is_dir) {
            add_file(t, i);
            continue;
        }
        int rc = read_listing(t, i, c);
        if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
            err_clear();
            absent[i] = true;
        } else if (rc) {
            note_listing(t, i, rc);
        } else {
            t->listing[i] = LISTING_KNOWN;
        }
    }
}

static int item_order(const void *a, const void *b) {
    return digest_compare(&((const struct odb_item *)a)->digest,
                          &((const struct odb_item *)b)->digest);
}

struct items VEC_OF(struct odb_item);

static void add_item(struct items *v, const struct digest *d) {
    vec_push(v, ((struct odb_item){.digest = *d, .size = UINT64_MAX}));
}

static void sort_unique(struct items *v) {
    size_t n = 0;

    if (v->len > 0) {
        qsort(v->at, v->len, sizeof *v->at, item_order);
    }
    for (size_t i = 0; i < v->len; i++) {
        if (n == 0 || item_order(&v->at[n - 1], &v->at[i]) != 0) {
            v->at[n++] = v->at[i];
        }
    }
    v->len = n;
}

static void items_release(struct items *v) {
    for (size_t i = 0; i < v->len; i++) {
        free(v->at[i].why);
    }
    vec_release(v);
}

static void member_items(struct items *v, const struct transfer *t) {
    vec_reserve(v, t->members.len);
    for (size_t i = 0; i < t->members.len; i++) {
        add_item(v, &t->members.at[i].entry->digest);
    }
    sort_unique(v);
}

/* Keeps those that the store lacks. */
static int keep_absent(struct items *v, struct odb *o, struct progress *p) {
    struct digest *want CLEANUP(mem_freep) = mem_realloc(NULL, v->len + 1, sizeof *want);
    bool *have CLEANUP(mem_freep) = mem_zalloc(v->len + 1, sizeof *have);
    size_t n = 0;

    for (size_t i = 0; i < v->len; i++) {
        want[i] = v->at[i].digest;
    }
    int rc = v->len > 0 ? o->ops->exists(o, want, v->len, have, p) : 0;
    for (size_t i = 0; !rc && i < v->len; i++) {
        if (!have[i]) {
            v->at[n++] = v->at[i];
        }
    }
    v->len = n;
    return rc;
}

static void count_moved(struct transfer *t, const struct items *v) {
    for (size_t i = 0; i < v->len; i++) {
        if (v->at[i].rc == 0) {
            t->result->moved++;
            t->result->bytes += v->at[i].size == UINT64_MAX ? 0 : v->at[i].size;
        }
    }
}

static const struct odb_item *find_item(const struct items *v, const struct digest *d) {
    struct odb_item key = {.digest = *d};

    return v->len > 0 ? bsearch(&key, v->at, v->len, sizeof *v->at, item_order) : NULL;
}

/* Names each file that was not moved, once, and marks the wants that it breaks. */
static void note_failed_members(struct transfer *t, const struct items *v) {
    bool *noted CLEANUP(mem_freep) = mem_zalloc(v->len + 1, sizeof *noted);
    bool any = false;

    for (size_t i = 0; i < v->len; i++) {
        any |= v->at[i].rc != 0;
    }
    for (size_t i = 0; any && i < t->members.len; i++) {
        const struct member *m = &t->members.at[i];
        const struct odb_item *item = find_item(v, &m->entry->digest);
        if (!item || item->rc == 0) {
            continue;
        }
        t->broken[m->want] = true;
        if (!noted[item - v->at]) {
            noted[item - v->at] = true;
            note_failure(t, &m->entry->digest, member_path(t, m), item->rc, item->why);
        }
    }
}

static void note_failed_listings(struct transfer *t, const struct items *v) {
    for (size_t i = 0; i < t->wants->len; i++) {
        const struct transfer_want *w = &t->wants->at[i];
        const struct odb_item *item = w->digest.is_dir ? find_item(v, &w->digest) : NULL;
        if (item && item->rc != 0) {
            note_failure(t, &w->digest, w->path, item->rc, item->why);
            t->listing[i] = LISTING_ABSENT;
        }
    }
}

/* Listings that may follow their files, of those in `candidates`. */
static void complete_listings(struct items *v, const struct transfer *t,
                              const struct items *candidates) {
    for (size_t i = 0; i < t->wants->len; i++) {
        const struct transfer_want *w = &t->wants->at[i];
        if (t->listing[i] == LISTING_KNOWN && !is_part(w) && !t->broken[i] &&
            find_item(candidates, &w->digest)) {
            add_item(v, &w->digest);
        }
    }
    sort_unique(v);
}

static int put_items(struct transfer *t, struct items *v, struct cache *from, struct odb *to,
                     struct progress *p) {
    progress_phase(p, "Pushing", v->len, 0);
    int rc = to->ops->put(to, from, v->at, v->len, p);
    if (!rc) {
        count_moved(t, v);
    }
    return rc;
}

/* Moves the listings from `v` to `listings`. */
static void split_listings(struct items *v, struct items *listings) {
    size_t n = 0;

    for (size_t i = 0; i < v->len; i++) {
        if (v->at[i].digest.is_dir) {
            vec_push(listings, v->at[i]);
        } else {
            v->at[n++] = v->at[i];
        }
    }
    v->len = n;
}

static int push_expanded(struct transfer *t, struct cache *from, struct odb *to,
                         struct progress *p) {
    struct items files CLEANUP(items_release) = {0}, absent CLEANUP(items_release) = {0};
    struct items listings CLEANUP(items_release) = {0};

    member_items(&files, t);
    for (size_t i = 0; i < t->wants->len; i++) {
        if (t->listing[i] == LISTING_KNOWN) {
            add_item(&files, &t->wants->at[i].digest);
        }
    }
    sort_unique(&files);
    progress_phase(p, "Querying remote", files.len, 0);
    int rc = keep_absent(&files, to, p);
    if (rc) {
        return rc;
    }
    split_listings(&files, &absent);
    rc = put_items(t, &files, from, to, p);
    if (rc) {
        return rc;
    }
    note_failed_members(t, &files);
    complete_listings(&listings, t, &absent);
    if (listings.len > 0) {
        rc = put_items(t, &listings, from, to, p);
        note_failed_listings(t, &listings);
    }
    return rc;
}

/* expand, with listings that cannot be had as failures. */
static void expand_present(struct transfer *t, struct cache *c) {
    bool *absent CLEANUP(mem_freep) = mem_zalloc(t->wants->len + 1, sizeof *absent);

    expand(t, c, absent);
    for (size_t i = 0; i < t->wants->len; i++) {
        if (absent[i]) {
            int rc = err_set(ERR_NOT_FOUND, "its listing is not in the cache, or damaged there");
            note_listing(t, i, rc);
        }
    }
}

int transfer_push(struct transfer_result *result, struct arena *arena, struct cache *from,
                  struct odb *to, const struct transfer_wants *wants, struct progress *p) {
    struct transfer t;

    transfer_init(&t, arena, wants, result);
    expand_present(&t, from);
    int rc = push_expanded(&t, from, to, p);
    transfer_release(&t);
    return rc;
}

static int member_order(const void *a, const void *b) {
    const struct member *x = a, *y = b;

    return x->want != y->want ? (x->want > y->want) - (x->want < y->want)
                              : strcmp(x->entry->path, y->entry->path);
}

/* Reads the listings that the cache lacks from the remote, without storing them in the cache. */
static int lend_listings(struct transfer *t, struct borrowed *b, const bool *absent,
                         struct odb *from, struct progress *p) {
    struct items items CLEANUP(items_release) = {0};

    for (size_t i = 0; i < t->wants->len; i++) {
        if (absent[i]) {
            add_item(&items, &t->wants->at[i].digest);
        }
    }
    sort_unique(&items);
    if (items.len == 0) {
        return 0;
    }
    int rc = borrowed_open(b);
    if (rc && !t->result) {
        err_clear(); /* a cache that cannot be written: only comparing, we do without */
        return 0;
    }
    if (!rc) {
        progress_phase(p, "Fetching listings", items.len, 0);
        rc = from->ops->get(from, b->cache, items.at, items.len, p);
    }
    if (rc) {
        return rc;
    }
    note_failed_listings(t, &items);
    for (size_t i = 0; i < t->wants->len; i++) {
        if (absent[i] && t->listing[i] != LISTING_ABSENT) {
            rc = read_listing(t, i, b->cache);
            if (rc) {
                note_listing(t, i, rc);
            } else {
                t->listing[i] = LISTING_LENT;
            }
        }
    }
    if (t->members.len > 1) { /* failures are named in the order of the wants */
        qsort(t->members.at, t->members.len, sizeof *t->members.at, member_order);
    }
    return 0;
}

/* What the cache does not have whole; damaged objects are set aside on the way. */
static int keep_unverified(struct items *v, struct cache *c, struct progress *p) {
    size_t n = 0;

    progress_phase(p, "Checking cache", v->len, 0);
    int rc = cache_verify(c, v->at, v->len, p);
    for (size_t i = 0; i < v->len; i++) {
        struct odb_item *item = &v->at[i];
        free(item->why);
        item->why = NULL;
        if (item->rc) {
            item->rc = 0;
            v->at[n++] = *item;
        }
    }
    v->len = n;
    return rc;
}

static int store_lent(struct transfer *t, struct borrowed *b, struct cache *to) {
    struct items done CLEANUP(items_release) = {0};

    for (size_t i = 0; i < t->wants->len; i++) {
        struct digest d = t->wants->at[i].digest, stored;
        struct str text CLEANUP(str_release) = STR_INIT;
        if (t->listing[i] != LISTING_LENT) {
            continue;
        }
        int rc = cache_read(&text, b->cache, &d, TREE_TEXT_MAX);
        if (!rc) {
            rc = cache_write(&stored, to, d.algo, true, text.buf, text.len);
        }
        if (rc) {
            return rc;
        }
        add_item(&done, &d);
        done.at[done.len - 1].size = text.len;
    }
    sort_unique(&done);
    count_moved(t, &done);
    return 0;
}

static int fetch_members(struct transfer *t, struct odb *from, struct cache *to,
                         struct progress *p) {
    struct items files CLEANUP(items_release) = {0};

    member_items(&files, t);
    int rc = keep_unverified(&files, to, p);
    if (rc || files.len == 0) {
        return rc;
    }
    progress_phase(p, "Fetching", files.len, 0);
    rc = from->ops->get(from, to, files.at, files.len, p);
    if (!rc) {
        count_moved(t, &files);
        note_failed_members(t, &files);
    }
    return rc;
}

int transfer_fetch(struct transfer_result *result, struct arena *arena, struct odb *from,
                   struct cache *to, const struct transfer_wants *wants, struct progress *p) {
    bool *absent CLEANUP(mem_freep) = mem_zalloc(wants->len + 1, sizeof *absent);
    struct borrowed b CLEANUP(borrowed_release) = {.home = to};
    struct transfer t;

    cache_sweep(to); /* the run before may have died when all was there */
    transfer_init(&t, arena, wants, result);
    expand(&t, to, absent);
    int rc = lend_listings(&t, &b, absent, from, p);
    if (!rc) {
        rc = fetch_members(&t, from, to, p);
    }
    if (!rc) {
        rc = store_lent(&t, &b, to);
    }
    transfer_release(&t);
    return rc;
}

static void collect_listings(struct transfer_objects *out, const struct transfer *t) {
    struct items listings CLEANUP(items_release) = {0};

    for (size_t i = 0; i < t->wants->len; i++) {
        if (t->listing[i] == LISTING_KNOWN) {
            add_item(&listings, &t->wants->at[i].digest);
        }
    }
    sort_unique(&listings);
    for (size_t i = 0; i < listings.len; i++) {
        vec_push(out, listings.at[i].digest);
    }
}

int transfer_collect(struct transfer_objects *out, struct transfer_result *missing,
                     struct arena *arena, struct cache *c, const struct transfer_wants *wants,
                     struct progress *p) {
    struct items files CLEANUP(items_release) = {0};
    struct transfer t;

    transfer_init(&t, arena, wants, missing);
    expand_present(&t, c);
    member_items(&files, &t);
    progress_phase(p, "Checking cache", files.len, 0);
    int rc = cache_verify(c, files.at, files.len, p);
    if (!rc) {
        note_failed_members(&t, &files);
        for (size_t i = 0; i < files.len; i++) {
            if (files.at[i].rc == 0) {
                vec_push(out, files.at[i].digest);
            }
        }
        collect_listings(out, &t);
    }
    transfer_release(&t);
    return rc;
}

static int look_at_both(struct transfer_presences *out, struct cache *here, struct odb *there,
                        struct progress *p) {
    size_t n = out->len;
    struct digest *want CLEANUP(mem_freep) = mem_realloc(NULL, n + 1, sizeof *want);
    bool *have CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *have);

    for (size_t i = 0; i < n; i++) {
        want[i] = out->at[i].digest;
    }
    int rc = cache_has_many(here, want, n, have);
    for (size_t i = 0; !rc && i < n; i++) {
        out->at[i].here = have[i];
    }
    if (!rc && n > 0) {
        progress_phase(p, "Querying remote", n, 0);
        rc = there->ops->exists(there, want, n, have, p);
    }
    for (size_t i = 0; !rc && i < n; i++) {
        out->at[i].there = have[i];
    }
    return rc;
}

int transfer_compare(struct transfer_presences *out, struct arena *arena, struct cache *here,
                     struct odb *there, const struct transfer_wants *wants, struct progress *p) {
    bool *absent CLEANUP(mem_freep) = mem_zalloc(wants->len + 1, sizeof *absent);
    struct borrowed b CLEANUP(borrowed_release) = {.home = here};
    struct transfer t;

    *out = (struct transfer_presences){0};
    transfer_init(&t, arena, wants, NULL);
    expand(&t, here, absent);
    int rc = lend_listings(&t, &b, absent, there, p);
    for (size_t i = 0; !rc && i < wants->len; i++) {
        const struct transfer_want *w = &wants->at[i];
        if (w->digest.is_dir) {
            vec_push(out, ((struct transfer_presence){.digest = w->digest, .path = w->path}));
        }
    }
    for (size_t i = 0; !rc && i < t.members.len; i++) {
        const struct member *m = &t.members.at[i];
        vec_push(out, ((struct transfer_presence){.digest = m->entry->digest,
                                                  .path = member_path(&t, m)}));
    }
    if (!rc) {
        rc = look_at_both(out, here, there, p);
    }
    transfer_release(&t);
    return rc;
}
