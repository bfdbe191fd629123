#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "data/data.h"
#include "data/tracked.h"
#include "job/progress.h"
#include "remote/registry.h"
#include "store/borrowed.h"
#include "store/cache.h"
#include "store/odb_items.h"
#include "store/tree.h"

/* The listings that one remote is asked for. */
struct loan {
    struct arena *arena;
    struct data *data;
    const char *remote; /* NULL: the default one */
    enum hash_algo algo;
    struct odb_items items;
    VEC(struct tracked_out *) outs;
};

static void loan_release(struct loan *l) {
    odb_items_release(&l->items);
    vec_release(&l->outs);
}

static bool is_wanted(struct data *d, const struct tracked_out *o) {
    return o->digest.is_dir && !o->tree && (o->remote || data_remote_default(d)) &&
           !cache_has(data_cache_for(d, o->algo), &o->digest);
}

/* Takes all that the same remote may have, from the i-th out on. */
static void collect(struct loan *l, struct tracked *t, size_t i) {
    l->remote = t->at[i].remote;
    l->algo = t->at[i].algo;
    for (; i < t->len; i++) {
        struct tracked_out *o = &t->at[i];

        if (o->algo != l->algo || !str_eq(o->remote, l->remote) || !is_wanted(l->data, o)) {
            continue;
        }
        vec_push(&l->outs, o);
        odb_items_add(&l->items, &o->digest);
    }
    odb_items_sort(&l->items);
}

static int borrow(struct loan *l) {
    struct borrowed b CLEANUP(borrowed_release) = {.home = data_cache_for(l->data, l->algo)};
    struct odb *remote CLEANUP(remote_closep) = NULL;
    int rc = data_remote_for(&remote, l->data, l->remote, l->algo);

    if (rc || (rc = borrowed_open(&b))) {
        return rc;
    }
    progress_phase(l->data->progress, "Fetching listings", l->items.len, 0);
    if ((rc = remote->ops->get(remote, b.cache, l->items.at, l->items.len, l->data->progress))) {
        return rc;
    }
    for (size_t i = 0; i < l->outs.len; i++) {
        struct tracked_out *o = l->outs.at[i];
        struct tree *tree = arena_alloc(l->arena, sizeof *tree);

        rc = tree_load(tree, l->arena, b.cache, &o->digest);
        if (rc == ERR_INTERRUPTED) {
            return rc;
        }
        if (rc) {
            log_debug("the files of '%s' are not known: %s", o->path, err_text());
            err_clear();
        } else {
            o->tree = tree;
        }
    }
    return 0;
}

int tracked_lend(struct tracked *t, struct arena *arena, struct data *d) {
    struct map asked = MAP_INIT; /* remotes and algorithms that have had their turn */
    int rc = 0;

    for (size_t i = 0; !rc && i < t->len; i++) {
        const struct tracked_out *o = &t->at[i];
        struct loan l CLEANUP(loan_release) = {.arena = arena, .data = d};

        if (!is_wanted(d, o) ||
            !map_add(&asked, arena_printf(arena, "%d %s", (int)o->algo, o->remote ? o->remote : ""),
                     t)) {
            continue;
        }
        collect(&l, t, i);
        rc = borrow(&l);
        if (rc && rc != ERR_INTERRUPTED) {
            log_debug("no listings are to be had from the remote: %s", err_text());
            err_clear();
            rc = 0;
        }
    }
    map_release(&asked);
    return rc;
}
