#include "store/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "job/progress.h"
#include "store/borrowed.h"
#include "store/cache.h"
#include "store/cache_dir.h"
#include "store/complete.h"
#include "store/odb_items.h"
#include "store/tree.h"
#include "store/wanted.h"

/* Keeps those that the store lacks. */
static int keep_absent(struct odb_items *v, struct odb *o, struct progress *p) {
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

/* Listings that may follow their files, of those in `candidates`. */
static void complete_listings(struct odb_items *v, const struct wanted *set,
                              const struct odb_items *candidates) {
    for (size_t i = 0; i < set->wants->len; i++) {
        const struct transfer_want *w = &set->wants->at[i];
        if (set->listing[i] == LISTING_KNOWN && !wanted_is_part(w) && !set->broken[i] &&
            odb_items_find(candidates, &w->digest)) {
            odb_items_add(v, &w->digest);
        }
    }
    odb_items_sort(v);
}

static int put_items(struct wanted *set, struct odb_items *v, struct cache *from, struct odb *to,
                     struct progress *p) {
    progress_phase(p, "Pushing", v->len, 0);
    int rc = to->ops->put(to, from, v->at, v->len, p);
    if (!rc) {
        wanted_count(set, v);
    }
    return rc;
}

/* Moves the listings from `v` to `listings`. */
static void split_listings(struct odb_items *v, struct odb_items *listings) {
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

/* Folders that the other side was found to hold whole, and whose listing is there still. */
static int find_complete(struct wanted *set, const struct complete *known, struct odb *to,
                         struct progress *p) {
    struct odb_items listings CLEANUP(odb_items_release) = {0};

    for (size_t i = 0; i < set->wants->len; i++) {
        const struct digest *d = &set->wants->at[i].digest;
        set->there[i] = set->listing[i] == LISTING_KNOWN && complete_has(known, d);
        if (set->there[i]) {
            odb_items_add(&listings, d);
        }
    }
    odb_items_sort(&listings);
    int rc = keep_absent(&listings, to, p);
    for (size_t i = 0; i < set->wants->len; i++) {
        set->there[i] =
            !rc && set->there[i] && !odb_items_find(&listings, &set->wants->at[i].digest);
    }
    return rc;
}

/* Folders of which the query has found all. What is only stored now is asked for once more the next
 * time: a store that says yes and keeps nothing is not believed for a day. */
static void note_complete(struct complete *known, const struct wanted *set,
                          const struct odb_items *absent) {
    bool *lacks CLEANUP(mem_freep) = mem_zalloc(set->wants->len + 1, sizeof *lacks);

    for (size_t i = 0; absent->len > 0 && i < set->members.len; i++) {
        const struct member *m = &set->members.at[i];
        lacks[m->want] = lacks[m->want] || odb_items_find(absent, &m->entry->digest);
    }
    for (size_t i = 0; i < set->wants->len; i++) {
        const struct transfer_want *w = &set->wants->at[i];
        if (set->listing[i] == LISTING_KNOWN && !wanted_is_part(w) && !set->there[i] && !lacks[i] &&
            !odb_items_find(absent, &w->digest)) {
            complete_add(known, &w->digest);
        }
    }
}

static int push_expanded(struct wanted *set, struct complete *known, struct cache *from,
                         struct odb *to, struct progress *p) {
    struct odb_items files CLEANUP(odb_items_release) = {0},
                           absent CLEANUP(odb_items_release) = {0};
    struct odb_items listings CLEANUP(odb_items_release) = {0};

    progress_phase(p, "Querying remote", set->members.len, 0);
    int rc = find_complete(set, known, to, p);
    wanted_items(&files, set);
    for (size_t i = 0; i < set->wants->len; i++) {
        if (set->listing[i] == LISTING_KNOWN && !set->there[i]) {
            odb_items_add(&files, &set->wants->at[i].digest);
        }
    }
    odb_items_sort(&files);
    rc = rc ? rc : keep_absent(&files, to, p);
    if (rc) {
        return rc;
    }
    note_complete(known, set, &files);
    split_listings(&files, &absent);
    rc = put_items(set, &files, from, to, p);
    if (rc) {
        return rc;
    }
    wanted_note_files(set, &files);
    complete_listings(&listings, set, &absent);
    if (listings.len > 0) {
        rc = put_items(set, &listings, from, to, p);
        wanted_note_listings(set, &listings);
    }
    return rc;
}

int transfer_push(struct transfer_result *result, struct arena *arena, struct cache *from,
                  struct odb *to, const struct transfer_wants *wants, struct progress *p) {
    struct complete *known = complete_open(from->state, to);
    struct wanted set;

    wanted_init(&set, arena, wants, result);
    wanted_expand_present(&set, from);
    int rc = push_expanded(&set, known, from, to, p);
    complete_close(known);
    wanted_release(&set);
    return rc;
}

/* What the cache does not have whole; damaged objects are set aside on the way. */
static int keep_unverified(struct odb_items *v, struct cache *c, struct progress *p) {
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

/* The listings that were lent, now that their files are there. */
static int store_lent(struct wanted *set, struct borrowed *b, struct cache *to) {
    struct odb_items lent CLEANUP(odb_items_release) = {0};

    for (size_t i = 0; i < set->wants->len; i++) {
        if (set->listing[i] == LISTING_LENT) {
            odb_items_add(&lent, &set->wants->at[i].digest);
        }
    }
    if (lent.len == 0) {
        return 0;
    }
    odb_items_sort(&lent);
    int rc = cache_copy(to, b->cache, lent.at, lent.len, false, NULL);
    for (size_t i = 0; !rc && i < lent.len; i++) {
        if (lent.at[i].rc) {
            rc = err_set(lent.at[i].rc, "a list of files: %s", lent.at[i].why);
        }
    }
    if (!rc) {
        wanted_count(set, &lent);
    }
    return rc;
}

static int fetch_members(struct wanted *set, struct odb *from, struct cache *to,
                         struct progress *p) {
    struct odb_items files CLEANUP(odb_items_release) = {0};

    wanted_items(&files, set);
    int rc = keep_unverified(&files, to, p);
    if (rc || files.len == 0) {
        return rc;
    }
    progress_phase(p, "Fetching", files.len, 0);
    rc = from->ops->get(from, to, files.at, files.len, p);
    if (!rc) {
        wanted_count(set, &files);
        wanted_note_files(set, &files);
    }
    return rc;
}

int transfer_fetch(struct transfer_result *result, struct arena *arena, struct odb *from,
                   struct cache *to, const struct transfer_wants *wants, struct progress *p) {
    bool *absent CLEANUP(mem_freep) = mem_zalloc(wants->len + 1, sizeof *absent);
    struct borrowed b CLEANUP(borrowed_release) = {.home = to};
    struct wanted set;

    cache_sweep(to); /* the run before may have died when all was there */
    wanted_init(&set, arena, wants, result);
    wanted_expand(&set, to, absent);
    int rc = wanted_lend(&set, &b, absent, from, p);
    if (!rc) {
        rc = fetch_members(&set, from, to, p);
    }
    if (!rc) {
        rc = store_lent(&set, &b, to);
    }
    wanted_release(&set);
    return rc;
}

static void collect_listings(struct transfer_objects *out, const struct wanted *set) {
    struct odb_items listings CLEANUP(odb_items_release) = {0};

    for (size_t i = 0; i < set->wants->len; i++) {
        if (set->listing[i] == LISTING_KNOWN) {
            odb_items_add(&listings, &set->wants->at[i].digest);
        }
    }
    odb_items_sort(&listings);
    for (size_t i = 0; i < listings.len; i++) {
        vec_push(out, listings.at[i].digest);
    }
}

int transfer_collect(struct transfer_objects *out, struct transfer_result *missing,
                     struct arena *arena, struct cache *c, const struct transfer_wants *wants,
                     struct progress *p) {
    struct odb_items files CLEANUP(odb_items_release) = {0};
    struct wanted set;

    wanted_init(&set, arena, wants, missing);
    wanted_expand_present(&set, c);
    wanted_items(&files, &set);
    progress_phase(p, "Checking cache", files.len, 0);
    int rc = cache_verify(c, files.at, files.len, p);
    if (!rc) {
        wanted_note_files(&set, &files);
        for (size_t i = 0; i < files.len; i++) {
            if (files.at[i].rc == 0) {
                vec_push(out, files.at[i].digest);
            }
        }
        collect_listings(out, &set);
    }
    wanted_release(&set);
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
    struct wanted set;

    *out = (struct transfer_presences){0};
    wanted_init(&set, arena, wants, NULL);
    wanted_expand(&set, here, absent);
    int rc = wanted_lend(&set, &b, absent, there, p);
    for (size_t i = 0; !rc && i < wants->len; i++) {
        const struct transfer_want *w = &wants->at[i];
        if (w->digest.is_dir) {
            vec_push(out, ((struct transfer_presence){.digest = w->digest, .path = w->path}));
        }
    }
    for (size_t i = 0; !rc && i < set.members.len; i++) {
        const struct member *m = &set.members.at[i];
        vec_push(out, ((struct transfer_presence){.digest = m->entry->digest,
                                                  .path = wanted_path(&set, m)}));
    }
    if (!rc) {
        rc = look_at_both(out, here, there, p);
    }
    wanted_release(&set);
    return rc;
}
