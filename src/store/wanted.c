#include "store/wanted.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "job/progress.h"
#include "store/borrowed.h"
#include "store/odb_items.h"
#include "store/transfer.h"
#include "store/tree.h"

void wanted_init(struct wanted *set, struct arena *arena, const struct transfer_wants *wants,
                 struct transfer_result *result) {
    *set = (struct wanted){.arena = arena, .wants = wants, .result = result};
    set->listing = mem_zalloc(wants->len + 1, 1);
    set->broken = mem_zalloc(wants->len + 1, sizeof *set->broken);
    set->there = mem_zalloc(wants->len + 1, sizeof *set->there);
    if (result) {
        *result = (struct transfer_result){0};
    }
}

void wanted_release(struct wanted *set) {
    free(set->listing);
    free(set->broken);
    free(set->there);
    vec_release(&set->members);
}

bool wanted_is_part(const struct transfer_want *w) {
    return w->below && *w->below != '\0';
}

const char *wanted_path(const struct wanted *set, const struct member *m) {
    const char *out = set->wants->at[m->want].path;

    return *m->entry->path ? path_join(set->arena, out, m->entry->path) : out;
}

static void note_failure(struct wanted *set, const struct digest *d, const char *path, int rc,
                         const char *why) {
    if (set->result) {
        vec_push(&set->result->failed,
                 ((struct transfer_failure){.digest = *d,
                                            .path = path,
                                            .rc = rc,
                                            .why = arena_strdup(set->arena, why ? why : "")}));
    }
}

/* Takes the chain of this thread as the reason why a listing cannot be read. */
static void lacks_listing(struct wanted *set, size_t want, int rc) {
    const struct transfer_want *w = &set->wants->at[want];

    note_failure(set, &w->digest, w->path, rc, err_text());
    err_clear();
    set->listing[want] = LISTING_ABSENT;
}

/* The out itself, a file. */
static void add_file(struct wanted *set, size_t want) {
    struct tree_entry *entry = arena_alloc(set->arena, sizeof *entry);

    *entry = (struct tree_entry){.path = "", .digest = set->wants->at[want].digest};
    vec_push(&set->members, ((struct member){.entry = entry, .want = (uint32_t)want}));
}

/* The files of a listing in `from`. */
static int read_listing(struct wanted *set, size_t want, struct cache *from) {
    const struct transfer_want *w = &set->wants->at[want];
    struct tree tree;

    int rc = tree_load(&tree, set->arena, from, &w->digest);
    for (size_t i = 0; !rc && i < tree.len; i++) {
        if (!wanted_is_part(w) || path_inside(w->below, tree.at[i].path)) {
            vec_push(&set->members,
                     ((struct member){.entry = &tree.at[i], .want = (uint32_t)want}));
        }
    }
    return rc;
}

void wanted_expand(struct wanted *set, struct cache *c, bool *absent) {
    for (size_t i = 0; i < set->wants->len; i++) {
        const struct transfer_want *w = &set->wants->at[i];
        absent[i] = false;
        if (!w->digest.is_dir) {
            add_file(set, i);
            continue;
        }
        int rc = read_listing(set, i, c);
        if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
            err_clear();
            absent[i] = true;
        } else if (rc) {
            lacks_listing(set, i, rc);
        } else {
            set->listing[i] = LISTING_KNOWN;
        }
    }
}

void wanted_expand_present(struct wanted *set, struct cache *c) {
    bool *absent CLEANUP(mem_freep) = mem_zalloc(set->wants->len + 1, sizeof *absent);

    wanted_expand(set, c, absent);
    for (size_t i = 0; i < set->wants->len; i++) {
        if (absent[i]) {
            int rc = err_set(ERR_NOT_FOUND, "its listing is not in the cache, or damaged there");
            lacks_listing(set, i, rc);
        }
    }
}

static int member_order(const void *a, const void *b) {
    const struct member *x = a, *y = b;

    return x->want != y->want ? (x->want > y->want) - (x->want < y->want)
                              : strcmp(x->entry->path, y->entry->path);
}

int wanted_lend(struct wanted *set, struct borrowed *b, const bool *absent, struct odb *from,
                struct progress *p) {
    struct odb_items items CLEANUP(odb_items_release) = {0};

    for (size_t i = 0; i < set->wants->len; i++) {
        if (absent[i]) {
            odb_items_add(&items, &set->wants->at[i].digest);
        }
    }
    odb_items_sort(&items);
    if (items.len == 0) {
        return 0;
    }
    int rc = borrowed_open(b);
    if (rc && !set->result) {
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
    wanted_note_listings(set, &items);
    for (size_t i = 0; i < set->wants->len; i++) {
        if (absent[i] && set->listing[i] != LISTING_ABSENT) {
            rc = read_listing(set, i, b->cache);
            if (rc) {
                lacks_listing(set, i, rc);
            } else {
                set->listing[i] = LISTING_LENT;
            }
        }
    }
    if (set->members.len > 1) { /* failures are named in the order of the wants */
        qsort(set->members.at, set->members.len, sizeof *set->members.at, member_order);
    }
    return 0;
}

void wanted_items(struct odb_items *v, const struct wanted *set) {
    vec_reserve(v, set->members.len);
    for (size_t i = 0; i < set->members.len; i++) {
        const struct member *m = &set->members.at[i];
        if (!set->there[m->want]) {
            odb_items_add(v, &m->entry->digest);
        }
    }
    odb_items_sort(v);
}

void wanted_count(struct wanted *set, const struct odb_items *v) {
    for (size_t i = 0; i < v->len; i++) {
        if (v->at[i].rc == 0) {
            set->result->moved++;
            set->result->bytes += v->at[i].size == UINT64_MAX ? 0 : v->at[i].size;
        }
    }
}

void wanted_note_files(struct wanted *set, const struct odb_items *v) {
    bool *noted CLEANUP(mem_freep) = mem_zalloc(v->len + 1, sizeof *noted);
    bool any = false;

    for (size_t i = 0; i < v->len; i++) {
        any |= v->at[i].rc != 0;
    }
    for (size_t i = 0; any && i < set->members.len; i++) {
        const struct member *m = &set->members.at[i];
        const struct odb_item *item = odb_items_find(v, &m->entry->digest);
        if (!item || item->rc == 0) {
            continue;
        }
        set->broken[m->want] = true;
        if (!noted[item - v->at]) {
            noted[item - v->at] = true;
            note_failure(set, &m->entry->digest, wanted_path(set, m), item->rc, item->why);
        }
    }
}

void wanted_note_listings(struct wanted *set, const struct odb_items *v) {
    for (size_t i = 0; i < set->wants->len; i++) {
        const struct transfer_want *w = &set->wants->at[i];
        const struct odb_item *item = w->digest.is_dir ? odb_items_find(v, &w->digest) : NULL;
        if (item && item->rc != 0) {
            note_failure(set, &w->digest, w->path, item->rc, item->why);
            set->listing[i] = LISTING_ABSENT;
        }
    }
}
