#include "data/mend.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/output.h"
#include "hash/batch.h"
#include "job/progress.h"
#include "model/repo.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/complete.h"
#include "store/odb.h"
#include "store/scan.h"
#include "store/tree.h"

struct mend {
    struct arena *arena;
    struct data *data;
    struct map scans; /* out -> struct scan *, of the workspace as it is */
};

/* What the workspace has at the out, hashed as its record was. */
static int scan_out(const struct scan **out, struct mend *m, const struct mend_item *item) {
    struct scan *now = map_get(&m->scans, item->out);

    if (!now) {
        now = arena_alloc(m->arena, sizeof *now);
        int rc = output_look(now, m->arena, m->data, item->out, (enum hash_algo)item->digest.algo);
        if (rc == ERR_INTERRUPTED) {
            return rc;
        }
        if (rc) {
            log_debug("'%s' is of no use: %s", item->out, err_text());
            err_clear();
            *now = (struct scan){0};
        }
        map_put(&m->scans, item->out, now);
    }
    *out = now;
    return 0;
}

/* The file in the workspace that has the object's bytes, as far as is known without reading it
 * again; NULL if there is none. */
static const char *file_with(struct mend *m, const struct mend_item *item, const struct scan *now) {
    if (!item->below) {
        return now->exists && !now->is_dir && digest_equal(&now->digest, &item->digest) ? item->out
                                                                                        : NULL;
    }
    const struct tree_entry *e =
        now->exists && now->is_dir ? tree_find(&now->tree, item->below) : NULL;
    return e && digest_equal(&e->digest, &item->digest)
               ? path_join(m->arena, item->out, item->below)
               : NULL;
}

static int mend_listing(struct mend *m, struct mend_item *item, const struct scan *now) {
    enum hash_algo algo = (enum hash_algo)item->digest.algo;
    struct digest stored;

    if (!now->exists || !now->is_dir || !digest_equal(&now->digest, &item->digest)) {
        return 0;
    }
    int rc = tree_store(&stored, &now->tree, data_cache_for(m->data, algo), algo);
    if (!rc && digest_equal(&stored, &item->digest)) {
        item->from = "the workspace";
    }
    return rc;
}

/* The bytes are hashed while they are copied: a file that is not what was thought becomes an object
 * that nobody needs, no harm. */
static int take_files(struct mend *m, struct mend_item *items, const size_t *index,
                      struct hash_item *files, size_t n, enum hash_algo algo) {
    int rc = n > 0 ? cache_ingest(data_cache_for(m->data, algo), files, n, m->data->repo->root_fd,
                                  m->data->progress)
                   : 0;

    for (size_t i = 0; !rc && i < n; i++) {
        if (!files[i].changed && digest_equal(&files[i].digest, &items[index[i]].digest)) {
            items[index[i]].from = "the workspace";
        }
    }
    return rc;
}

static int mend_from_workspace(struct mend *m, struct mend_item *items, size_t n,
                               enum hash_algo algo) {
    VEC(struct hash_item) files = {0};
    VEC(size_t) index = {0};
    int rc = 0;

    for (size_t i = 0; !rc && i < n; i++) {
        struct mend_item *item = &items[i];
        const struct scan *now;
        if (item->digest.algo != (uint8_t)algo || !item->out) {
            continue;
        }
        if ((rc = scan_out(&now, m, item))) {
            break;
        }
        if (item->digest.is_dir) {
            rc = mend_listing(m, item, now);
            continue;
        }
        const char *path = file_with(m, item, now);
        if (path) {
            vec_push(&files, ((struct hash_item){.path = path}));
            vec_push(&index, i);
        }
    }
    if (!rc) {
        rc = take_files(m, items, index.at, files.at, files.len, algo);
    }
    vec_release(&files);
    vec_release(&index);
    return rc;
}

struct wanted {
    struct odb_item *at;
    size_t *index;
    size_t len;
};

static void wanted_release(struct wanted *w) {
    for (size_t i = 0; i < w->len; i++) {
        free(w->at[i].why);
    }
    free(w->at);
    free(w->index);
}

static void wanted_fill(struct wanted *w, const struct mend_item *items, size_t n,
                        enum hash_algo algo, const char *remote) {
    w->at = mem_zalloc(n + 1, sizeof *w->at);
    w->index = mem_zalloc(n + 1, sizeof *w->index);
    for (size_t i = 0; i < n; i++) {
        if (!items[i].from && items[i].digest.algo == (uint8_t)algo &&
            (!remote || str_eq(items[i].remote, remote))) {
            w->at[w->len] = (struct odb_item){.digest = items[i].digest, .size = UINT64_MAX};
            w->index[w->len++] = i;
        }
    }
}

static void wanted_came(const struct wanted *w, struct mend_item *items, const char *from) {
    for (size_t i = 0; i < w->len; i++) {
        if (w->at[i].rc == 0) {
            items[w->index[i]].from = from;
        }
    }
}

static int fetch_from(struct mend *m, struct mend_item *items, size_t n, enum hash_algo algo,
                      const char *remote) {
    struct wanted w CLEANUP(wanted_release) = {0};
    struct odb *o CLEANUP(remote_closep) = NULL;

    wanted_fill(&w, items, n, algo, remote);
    if (w.len == 0) {
        return 0;
    }
    int rc = data_remote_for(&o, m->data, remote, algo);
    if (!rc) {
        progress_phase(m->data->progress, "Fetching", w.len, 0);
        rc = o->ops->get(o, data_cache_for(m->data, algo), w.at, w.len, m->data->progress);
    }
    if (rc && rc != ERR_INTERRUPTED) {
        log_warn("remote '%s' is of no use: %s", remote, err_text());
        err_clear();
        return 0;
    }
    wanted_came(&w, items, arena_printf(m->arena, "remote '%s'", remote));
    return rc;
}

/* Each item's remote by name, and the names, each once. */
static void name_remotes(struct strv *names, struct mend_item *items, size_t n,
                         const struct data *d) {
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        items[i].remote = items[i].remote ? items[i].remote : data_remote_default(d);
        for (size_t k = 0; k < names->len; k++) {
            known |= str_eq(names->at[k], items[i].remote);
        }
        if (items[i].remote && !known) {
            vec_push(names, items[i].remote);
        }
    }
}

int mend_cache(struct mend_item *items, size_t n, struct arena *arena, struct data *d) {
    struct mend m = {.arena = arena, .data = d};
    struct strv names CLEANUP(strv_release) = {0};
    int rc = 0;

    if (n == 0) {
        return 0;
    }
    progress_phase(d->progress, "Repairing", n, 0);
    name_remotes(&names, items, n, d);
    for (size_t i = 0; !rc && i < DATA_ALGOS; i++) {
        rc = mend_from_workspace(&m, items, n, data_algos[i]);
        for (size_t k = 0; !rc && k < names.len; k++) {
            rc = fetch_from(&m, items, n, data_algos[i], names.at[k]);
        }
    }
    map_release(&m.scans);
    return rc;
}

int mend_remote(struct mend_item *items, size_t n, struct data *d, struct odb *o) {
    struct wanted w CLEANUP(wanted_release) = {0};
    enum hash_algo algo = n > 0 ? (enum hash_algo)items[0].digest.algo : HASH_NONE;
    struct cache *cache = data_cache_for(d, algo);
    size_t whole = 0;

    wanted_fill(&w, items, n, algo, NULL);
    int rc = cache_verify(cache, w.at, w.len, NULL);
    /* What is damaged there goes only when it can be replaced. */
    for (size_t i = 0; !rc && i < w.len; i++) {
        if (w.at[i].rc == 0) {
            w.at[whole] = w.at[i];
            w.index[whole++] = w.index[i];
        } else {
            free(w.at[i].why);
        }
    }
    w.len = rc ? w.len : whole;
    for (size_t i = 0; !rc && i < w.len && o->ops->remove; i++) {
        rc = o->ops->remove(o, &w.at[i].digest, 1);
    }
    if (w.len > 0) {
        complete_forget(d->state, o);
    }
    if (!rc && w.len > 0) {
        progress_phase(d->progress, "Pushing", w.len, 0);
        rc = o->ops->put(o, cache, w.at, w.len, d->progress);
    }
    if (!rc) {
        wanted_came(&w, items, "the cache");
    }
    return rc;
}
