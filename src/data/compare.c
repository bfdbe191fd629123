/*
 * The outs of both sides are walked side by side. A region is an out together with all outs of
 * either side that lie in its place: nearly always one path that both sides have, or one alone.
 */
#include "data/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "data/compare_renames.h"
#include "data/data.h"
#include "data/tracked.h"
#include "os/signal.h"
#include "store/cache.h"
#include "store/tree.h"

#define HASH_ALGO_END (HASH_XXH128 + 1)

struct comparer {
    struct comparison *out;
    struct arena *arena;
    struct data *data;
    const struct compare_options *o;
    struct map read; /* digest of a listing -> struct tree *, NULL if it cannot be had */
};

/* What one side has in a region. */
struct part {
    const struct tracked_out *outs;
    size_t n;
    const struct digest *root; /* of the out that is the region's root, NULL if there is none */
    struct tree below;         /* everything else, by path below the root */
    struct strv unlisted;      /* folders (below the root) whose files are not known */
    bool root_wanted, *wanted; /* by entry of `below`: the cache should have it */
};

struct region {
    const char *root;
    struct part old, new;
};

/* The two sides at one path. */
struct pair {
    const char *below;              /* "": the region's root */
    const struct digest *old, *new; /* NULL: no entry */
    bool old_folder, new_folder;    /* no entry, but something lies below the path */
    bool unknown;
    bool *old_wanted; /* where to note that the cache should have the old object; NULL: nowhere */
};

static const char *full_path(const struct comparer *c, const struct region *g, const char *below,
                             bool is_dir) {
    return arena_printf(c->arena, "%s%s%s%s", g->root, below[0] ? "/" : "", below,
                        is_dir ? "/" : "");
}

static bool is_dir(const struct digest *d, bool folder) {
    return folder || (d && d->is_dir);
}

/* COMPARE_SAME and false: nothing to speak of. */
static bool classify_digests(enum compare_kind *kind, const struct pair *p) {
    bool old = p->old && digest_is_set(p->old), new = p->new &&digest_is_set(p->new);

    *kind = COMPARE_SAME;
    if (p->unknown) {
        *kind = COMPARE_UNKNOWN;
        return p->new || p->new_folder;
    }
    if (old && new) {
        *kind = digest_equal(p->old, p->new) ? COMPARE_SAME : COMPARE_MODIFIED;
    } else {
        *kind = new ? COMPARE_ADDED : COMPARE_DELETED;
    }
    return old || new;
}

static bool classify_entries(enum compare_kind *kind, const struct pair *p) {
    *kind = COMPARE_SAME;
    if (p->old_folder || p->new_folder || p->unknown) {
        return false;
    }
    if (!p->old || !p->new) {
        *kind = p->new ? COMPARE_ADDED : COMPARE_DELETED;
    } else if (!digest_equal(p->old, p->new)) {
        *kind = COMPARE_MODIFIED;
    }
    return true;
}

/* Whether DVC writes a slash behind the path. */
static bool shown_as_folder(const struct comparer *c, const struct pair *p,
                            enum compare_kind kind) {
    bool new_there = p->new || p->new_folder, old_there = p->old || p->old_folder;
    bool by_new = c->o->rules == COMPARE_DIGESTS || kind == COMPARE_ADDED ? new_there : !old_there;

    return by_new ? is_dir(p->new, p->new_folder) : is_dir(p->old, p->old_folder);
}

static void take_pair(struct comparer *c, const struct region *g, const struct pair *p) {
    enum compare_kind kind;
    bool said =
        c->o->rules == COMPARE_DIGESTS ? classify_digests(&kind, p) : classify_entries(&kind, p);

    if (!said ||
        (c->o->within.len > 0 && !tracked_asked(&c->o->within, full_path(c, g, p->below, false)))) {
        return;
    }
    if (p->old_wanted) {
        *p->old_wanted = p->old && digest_is_set(p->old);
    }
    if (kind == COMPARE_SAME && !c->o->same) {
        return;
    }
    struct compare_entry e = {
        .kind = kind,
        .path = full_path(c, g, p->below, shown_as_folder(c, p, kind)),
        .old_path =
            kind == COMPARE_DELETED ? full_path(c, g, p->below, is_dir(p->old, false)) : NULL,
        .old = p->old,
        .new = p->new,
    };
    vec_push(&c->out->changes, e);
}

/* Whether something of the part lies below the path. */
static bool implies(const struct part *part, const char *below) {
    size_t from, to;

    tree_range(&part->below, below, &from, &to);
    return from < to;
}

static bool is_unlisted(const struct region *g, const char *below) {
    const struct part *parts[] = {&g->old, &g->new};

    for (size_t k = 0; k < COUNT_OF(parts); k++) {
        for (size_t i = 0; i < parts[k]->unlisted.len; i++) {
            const char *folder = parts[k]->unlisted.at[i];
            if (path_inside(folder, below) && !str_eq(folder, below)) {
                return true;
            }
        }
    }
    return false;
}

/* The folders on the way to an unknown file are unknown, too. `last`: the path before it. */
static void take_unknown_folders(struct comparer *c, const struct region *g, const char *last,
                                 const char *below) {
    for (const char *slash = strchr(below, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t len = (size_t)(slash - below);
        const char *folder = arena_strndup(c->arena, below, len);
        struct pair p = {.below = folder, .new_folder = true, .unknown = is_unlisted(g, folder)};

        if (p.unknown && strncmp(last, below, len + 1) != 0) {
            take_pair(c, g, &p);
        }
    }
}

static void take(struct comparer *c, const struct region *g, const char *below,
                 const struct digest *old, const struct digest *new, bool *old_wanted) {
    struct pair p = {
        .below = below,
        .old = old,
        .new = new,
        .old_folder = !old &&implies(&g->old, below),
        .new_folder = !new &&implies(&g->new, below),
        .unknown = is_unlisted(g, below),
        .old_wanted = old_wanted,
    };

    take_pair(c, g, &p);
}

static void walk_region(struct comparer *c, struct region *g) {
    const struct tree *old = &g->old.below, *new = &g->new.below;
    bool unlisted = g->old.unlisted.len || g->new.unlisted.len;
    size_t i = 0, k = 0;

    if (g->old.root || g->new.root) {
        take(c, g, "", g->old.root, g->new.root, &g->old.root_wanted);
    }
    while (i < old->len || k < new->len) {
        int order = i == old->len   ? 1
                    : k == new->len ? -1
                                    : strcmp(old->at[i].path, new->at[k].path);
        const char *below = order <= 0 ? old->at[i].path : new->at[k].path;
        bool *was_wanted = order <= 0 && g->old.wanted ? &g->old.wanted[i] : NULL;
        const struct digest *was = order <= 0 ? &old->at[i++].digest : NULL;
        const struct digest *is = order >= 0 ? &new->at[k++].digest : NULL;

        if (is && unlisted) {
            take_unknown_folders(c, g, k > 1 ? new->at[k - 2].path : "", below);
        }
        take(c, g, below, was, is, was_wanted);
    }
}

/* tracked_listing, each once. */
static int read_listing(const struct tree **out, struct comparer *c, const struct tracked_out *o) {
    char text[DIGEST_TEXT_MAX];

    digest_text(text, &o->digest);
    *out = map_get(&c->read, text);
    if (*out || map_has(&c->read, text)) {
        return 0;
    }
    int rc = tracked_listing(out, c->arena, c->data, o);
    if (!rc) {
        map_put(&c->read, arena_strdup(c->arena, text), (void *)(uintptr_t)*out);
    }
    return rc;
}

/* The files of a folder, NULL if unknown. `twin`: the out in its place on the other side. */
static int find_listing(const struct tree **out, struct comparer *c, const struct tracked_out *o,
                        const struct tracked_out *twin) {
    *out = o->tree;
    if (*out) {
        return 0;
    }
    if (twin && twin->tree && digest_equal(&twin->digest, &o->digest)) {
        *out = twin->tree;
        return 0;
    }
    return read_listing(out, c, o);
}

static void graft(struct comparer *c, struct tree *into, const char *prefix,
                  const struct tree *from) {
    for (size_t i = 0; i < from->len; i++) {
        struct tree_entry e = from->at[i];

        e.path = path_join(c->arena, prefix, e.path);
        vec_push(into, e);
    }
}

/* One out of a region that has more than its root. */
static void add_out(struct comparer *c, const struct region *g, struct part *p,
                    const struct tracked_out *o, const struct tree *files) {
    const char *below = path_below(g->root, o->path);

    if (below[0]) {
        vec_push(&p->below, ((struct tree_entry){.path = below, .digest = o->digest}));
    } else {
        p->root = arena_dup(c->arena, &o->digest, sizeof o->digest);
    }
    if (files) {
        graft(c, &p->below, below, files);
    }
}

/* Whether the files of the region's folders matter. */
static bool wants_files(const struct comparer *c, const struct region *g) {
    bool same = g->old.n == 1 && g->new.n == 1 &&
                digest_equal(&g->old.outs[0].digest, &g->new.outs[0].digest);

    return c->o->files && (!same || c->o->same || c->o->missing);
}

static int fill_part(struct comparer *c, const struct region *g, struct part *p,
                     const struct part *other) {
    bool alone = p->n == 1 && str_eq(p->outs[0].path, g->root);
    bool files = wants_files(c, g);

    for (size_t i = 0; i < p->n; i++) {
        const struct tracked_out *o = &p->outs[i];
        const struct tree *listing = NULL;
        int rc;

        if (files && o->digest.is_dir &&
            (rc = find_listing(&listing, c, o, other->n == 1 ? &other->outs[0] : NULL))) {
            return rc;
        }
        if (files && o->digest.is_dir && !listing) {
            vec_push(&p->unlisted, path_below(g->root, o->path));
        }
        if (!alone) {
            add_out(c, g, p, o, listing);
            continue;
        }
        p->root = arena_dup(c->arena, &o->digest, sizeof o->digest);
        if (listing) {
            p->below = *listing;
        }
    }
    if (!alone && p->below.len > 0) {
        struct tree merged = p->below;

        tree_sort(&merged);
        p->below.at = arena_dup(c->arena, merged.at, merged.len * sizeof *merged.at);
        vec_release(&merged);
    }
    return 0;
}

static void note_missing(struct comparer *c, const struct region *g, const char *below,
                         const struct digest *d) {
    struct compare_entry e = {.path = full_path(c, g, below, d->is_dir), .old = d};

    vec_push(&c->out->missing, e);
}

/* Which of the objects wanted from the cache of this algorithm it lacks. */
static int check_cache(struct comparer *c, const struct region *g, enum hash_algo algo) {
    const struct part *old = &g->old;
    struct cache *cache = data_cache_for(c->data, algo);
    bool *have CLEANUP(mem_freep) = mem_zalloc(old->below.len + 1, sizeof *have);
    int rc = tree_present(&old->below, cache, old->wanted, have);

    if (old->root_wanted && old->root->algo == algo && !cache_has(cache, old->root)) {
        note_missing(c, g, "", old->root);
    }
    for (size_t i = 0; !rc && i < old->below.len; i++) {
        const struct tree_entry *e = &old->below.at[i];
        if (old->wanted[i] && !have[i] && e->digest.algo == algo) {
            note_missing(c, g, e->path, &e->digest);
        }
    }
    return rc;
}

/* Old data of one region is nearly always of one algorithm. */
static int check_caches(struct comparer *c, const struct region *g) {
    const struct part *old = &g->old;
    bool used[HASH_ALGO_END] = {false};
    int rc = 0;

    for (size_t i = 0; i < old->below.len; i++) {
        used[old->below.at[i].digest.algo] |= old->wanted[i];
    }
    if (old->root_wanted) {
        used[old->root->algo] = true;
    }
    for (int algo = HASH_NONE + 1; !rc && algo < HASH_ALGO_END; algo++) {
        rc = used[algo] ? check_cache(c, g, (enum hash_algo)algo) : 0;
    }
    return rc;
}

static int compare_region(struct comparer *c, struct region *g) {
    int rc = cancel_check();

    if (!rc && !(rc = fill_part(c, g, &g->old, &g->new)) &&
        !(rc = fill_part(c, g, &g->new, &g->old))) {
        g->old.wanted = c->o->missing ? mem_zalloc(g->old.below.len + 1, sizeof(bool)) : NULL;
        walk_region(c, g);
        rc = c->o->missing ? check_caches(c, g) : 0;
    }
    free(g->old.wanted);
    strv_release(&g->old.unlisted);
    strv_release(&g->new.unlisted);
    return rc;
}

/* Takes the outs at and below `root` that come next. */
static void take_outs(struct part *p, const struct tracked *t, size_t *at, const char *root) {
    p->outs = t->at + *at;
    while (*at < t->len && path_inside(root, t->at[*at].path)) {
        (*at)++;
        p->n++;
    }
}

static int compare_entries(const void *a, const void *b) {
    const struct compare_entry *x = a, *y = b;

    return x->kind != y->kind ? (int)x->kind - (int)y->kind : path_compare(x->path, y->path);
}

static void sort_entries(struct compare_entries *e) {
    if (e->len > 1) {
        qsort(e->at, e->len, sizeof *e->at, compare_entries);
    }
}

void comparison_release(struct comparison *c) {
    vec_release(&c->changes);
    vec_release(&c->missing);
}

int compare_tracked(struct comparison *out, struct arena *arena, struct data *d,
                    const struct tracked *old, const struct tracked *new,
                    const struct compare_options *o) {
    struct comparer c = {.out = out, .arena = arena, .data = d, .o = o};
    size_t i = 0, k = 0;
    int rc = 0;

    *out = (struct comparison){0};
    while (!rc && (i < old->len || k < new->len)) {
        const char *a = i < old->len ? old->at[i].path : NULL;
        const char *b = k < new->len ? new->at[k].path : NULL;
        struct region g = {.root = !b || (a && path_compare(a, b) < 0) ? a : b};

        take_outs(&g.old, old, &i, g.root);
        take_outs(&g.new, new, &k, g.root);
        rc = compare_region(&c, &g);
    }
    map_release(&c.read);
    sort_entries(&out->changes);
    sort_entries(&out->missing);
    if (!rc) {
        compare_find_renames(&out->changes);
        sort_entries(&out->changes);
    }
    return rc;
}
