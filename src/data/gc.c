#include "data/gc.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "os/cpu.h"
#include "os/file.h"
#include "hash/digest_set.h"
#include "job/progress.h"
#include "store/cache.h"
#include "store/complete.h"
#include "store/odb.h"
#include "store/trash.h"
#include "remote/registry.h"
#include "model/repo.h"
#include "data/collected.h"
#include "data/data.h"
#include "data/references.h"

/* Another project, open and locked until all is done. */
struct project {
    const char *typed;
    struct repo *repo;
    struct data *data;
};

/* A remote, as far as one algorithm names its objects. */
struct place {
    struct odb *odb;
    enum hash_algo algo;
    struct garbage garbage;
};

struct gc {
    struct gc_result *result;
    struct arena *arena;
    struct data *data;
    const struct gc_request *request;
    enum scope_trouble trouble;
    struct references refs; /* of this project */
    VEC(struct project) projects;
    struct digest_set keep;
    struct digest_set gone; /* listings removed before, see data/collected.h */
    VEC(struct place) places;
    struct garbage garbage[DATA_ALGOS]; /* of the caches */
    int64_t horizon[DATA_ALGOS];
};

static void close_places(struct gc *g) {
    for (size_t i = 0; i < g->places.len; i++) {
        garbage_release(&g->places.at[i].garbage);
        remote_close(g->places.at[i].odb);
    }
    vec_clear(&g->places);
}

static void gc_release(struct gc *g) {
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        garbage_release(&g->garbage[i]);
    }
    for (size_t i = 0; i < g->projects.len; i++) {
        data_close(g->projects.at[i].data);
        repo_close(g->projects.at[i].repo);
    }
    close_places(g);
    vec_release(&g->projects);
    vec_release(&g->places);
    references_release(&g->refs);
    digest_set_release(&g->keep);
    digest_set_release(&g->gone);
}

void gc_result_release(struct gc_result *r) {
    for (size_t i = 0; i < r->stores.len; i++) {
        garbage_release(&r->stores.at[i].garbage);
    }
    vec_release(&r->stores);
}

static int unreadable(int rc) {
    if (rc && rc != ERR_INTERRUPTED) {
        err_hint("nothing was removed; what cannot be read may be what is needed. --skip-failed "
                 "goes on without it");
        return err_wrap(rc, "what is used cannot be told");
    }
    return rc;
}

static void keep_all(struct gc *g, const struct needs *needs) {
    vec_reserve(&g->keep, needs->len);
    for (size_t i = 0; i < needs->len; i++) {
        vec_push(&g->keep, needs->at[i].digest);
    }
}

/* Adds what a project uses to what is kept. */
static int keep_used(struct gc *g, struct data *d, struct references *refs, const char *remote) {
    const struct references_how how = {.trouble = g->trouble, .remote = remote, .gone = &g->gone};
    struct needs needs = {0};
    int rc = references_collect(refs, g->arena, d, NULL, &g->request->scope, g->trouble);

    if (!rc) {
        rc = references_open(&needs, g->arena, d, refs, &how);
    }
    keep_all(g, &needs);
    vec_release(&needs);
    return rc;
}

static bool is_known(const struct gc *g, const char *root) {
    bool known = str_eq(g->data->repo->root, root);

    for (size_t i = 0; i < g->projects.len; i++) {
        known |= str_eq(g->projects.at[i].repo->root, root);
    }
    return known;
}

static int open_project(struct gc *g, const char *typed) {
    struct project p = {.typed = typed};
    const char *path = file_real_path(g->arena, typed);
    int rc;

    if (!path) {
        return err_set(ERR_NO_REPO, "there is no folder '%s'", typed);
    }
    if ((rc = repo_open(&p.repo, path, false))) {
        return err_wrap(rc, "project '%s'", typed);
    }
    if (is_known(g, p.repo->root)) {
        repo_close(p.repo);
        return 0;
    }
    rc = data_open(&p.data, p.repo, g->data->progress);
    vec_push(&g->projects, p);
    return err_wrap(rc, "project '%s'", typed);
}

static int by_root(const void *a, const void *b) {
    return strcmp(((const struct project *)a)->repo->root, ((const struct project *)b)->repo->root);
}

/* Ours and those of the other projects, held until all is done: what one of them adds now it will
 * name only later. By the roots, so that two that name each other do not wait for each other. */
static int lock_projects(struct gc *g) {
    bool ours = false;
    int rc = 0;

    if (g->projects.len > 0) {
        qsort(g->projects.at, g->projects.len, sizeof *g->projects.at, by_root);
    }
    for (size_t i = 0; !rc && i < g->projects.len; i++) {
        const struct project *p = &g->projects.at[i];
        if (!ours && strcmp(p->repo->root, g->data->repo->root) > 0) {
            ours = true;
            rc = data_lock(g->data);
        }
        p->data->lock_seconds = g->data->lock_seconds;
        rc = rc ? rc : err_wrap(data_lock(p->data), "project '%s'", p->typed);
    }
    return rc ? rc : data_lock(g->data);
}

static int collect(struct gc *g) {
    struct data *d = g->data;

    progress_phase(d->progress, "Looking at what is used", 0, 0);
    int rc = unreadable(keep_used(g, d, &g->refs, g->request->remote));
    for (size_t i = 0; !rc && i < g->projects.len; i++) {
        struct references refs CLEANUP(references_release) = {0};
        rc = unreadable(keep_used(g, g->projects.at[i].data, &refs, NULL));
        rc = err_wrap(rc, "project '%s'", g->projects.at[i].typed);
    }
    digest_set_sort(&g->keep);
    return rc;
}

/* Where the digests of this algorithm stand in what is kept. */
static void find_kept(const struct gc *g, enum hash_algo algo, size_t *from, size_t *to) {
    for (*from = 0; *from < g->keep.len && g->keep.at[*from].algo < (uint8_t)algo; ++*from) {
    }
    for (*to = *from; *to < g->keep.len && g->keep.at[*to].algo == (uint8_t)algo; ++*to) {
    }
}

/* Algorithms that DVC does not know are only asked about where they are used. */
static bool is_used(const struct gc *g, enum hash_algo algo) {
    size_t from, to;

    find_kept(g, algo, &from, &to);
    return algo == HASH_MD5 || algo == HASH_MD5_DOS2UNIX || algo == g->data->hash || from < to;
}

static int open_place(struct gc *g, const char *name) {
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        struct place p = {.algo = data_algos[i]};
        if (!is_used(g, p.algo)) {
            continue;
        }
        int rc = data_remote_for(&p.odb, g->data, name, p.algo);
        if (rc) {
            return rc;
        }
        vec_push(&g->places, p);
    }
    return 0;
}

/* The remote named or the default one, and those that outs are bound to. */
static int open_places(struct gc *g) {
    const char *main = g->request->remote ? g->request->remote : data_remote_default(g->data);
    int rc = open_place(g, main);

    for (size_t i = 0; !rc && i < g->refs.remotes.len; i++) {
        if (!str_eq(g->refs.remotes.at[i], main)) {
            rc = open_place(g, g->refs.remotes.at[i]);
        }
    }
    return rc;
}

/* Takes from what is kept all that the remote has. */
static int drop_remote(struct gc *g, const struct place *p) {
    struct digest_set *keep = &g->keep;
    bool *have CLEANUP(mem_freep) = mem_zalloc(keep->len + 1, sizeof *have);
    size_t from, to, n;

    find_kept(g, p->algo, &from, &to);
    if (from == to) {
        return 0;
    }
    progress_phase(g->data->progress, "Querying remote", to - from, 0);
    int rc = p->odb->ops->exists(p->odb, keep->at + from, to - from, have, g->data->progress);
    if (rc) {
        return rc;
    }
    n = from;
    for (size_t i = from; i < keep->len; i++) {
        if (i >= to || !have[i - from]) {
            keep->at[n++] = keep->at[i];
        }
    }
    keep->len = n;
    return 0;
}

static void report(struct gc *g, bool cache, const char *name, const char *where,
                   struct garbage *garbage) {
    vec_push(&g->result->stores, ((struct gc_store){.cache = cache,
                                                    .name = name,
                                                    .where = arena_strdup(g->arena, where),
                                                    .garbage = *garbage}));
    *garbage = (struct garbage){0};
}

struct listing {
    struct garbage *out;
    const struct digest_set *keep;
};

static int list_unused(void *ctx, const struct digest *d, uint64_t size) {
    struct listing *l = ctx;

    if (!digest_set_has(l->keep, d)) {
        vec_push(&l->out->at, ((struct garbage_object){.digest = *d, .size = size}));
        l->out->bytes += size;
    }
    return 0;
}

static int find_in_remotes(struct gc *g) {
    for (size_t i = 0; i < g->places.len; i++) {
        struct place *p = &g->places.at[i];
        struct listing l = {.out = &p->garbage, .keep = &g->keep};
        if (!p->odb->ops->list || !p->odb->ops->remove) {
            return err_set(ERR_UNSUPPORTED,
                           "remote '%s': its kind cannot be listed, so that nothing "
                           "can be collected there",
                           p->odb->name);
        }
        progress_phase(g->data->progress, "Listing remote", 0, 0);
        int rc = p->odb->ops->list(p->odb, list_unused, &l);
        if (rc) {
            return err_wrap(rc, "remote '%s'", p->odb->name);
        }
        garbage_sort(&p->garbage);
    }
    return 0;
}

/* Listings first: one that is there promises its files. */
static int clear_place(struct place *p) {
    struct digest *batch CLEANUP(mem_freep) =
        mem_realloc(NULL, p->garbage.at.len + 1, sizeof *batch);
    int rc = 0;

    for (int files = 0; !rc && files < 2; files++) {
        size_t n = 0;
        for (size_t i = 0; i < p->garbage.at.len; i++) {
            const struct digest *d = &p->garbage.at.at[i].digest;
            if ((d->is_dir != 0) == (files == 0)) {
                batch[n++] = *d;
            }
        }
        rc = n > 0 ? p->odb->ops->remove(p->odb, batch, n) : 0;
    }
    return err_wrap(rc, "remote '%s'", p->odb->name);
}

static void note_listings(struct digest_set *gone, const struct garbage *g) {
    for (size_t i = 0; i < g->at.len; i++) {
        if (g->at.at[i].digest.is_dir) {
            vec_push(gone, g->at.at[i].digest);
        }
    }
}

/* Before they go: a listing that is noted and there is believed to be there. */
static void note_gone(const struct gc *g) {
    struct digest_set gone CLEANUP(digest_set_release) = {0};

    for (size_t i = 0; i < g->gone.len; i++) {
        const struct digest *d = &g->gone.at[i];
        if (!cache_has(data_cache_for(g->data, (enum hash_algo)d->algo), d)) {
            vec_push(&gone, *d);
        }
    }
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        note_listings(&gone, &g->garbage[i]);
    }
    if (gone.len > 0 || g->gone.len > 0) {
        digest_set_sort(&gone);
        collected_save(g->data, &gone);
    }
}

static int find_in_caches(struct gc *g) {
    int rc = 0;

    progress_phase(g->data->progress, "Looking for what is not used", 0, 0);
    for (size_t i = 0; !rc && i < DATA_ALGOS; i++) {
        rc = garbage_find(&g->garbage[i], data_cache_for(g->data, data_algos[i]), &g->keep,
                          g->horizon[i]);
    }
    return rc;
}

static int clear_caches(struct gc *g) {
    struct data *d = g->data;
    char name[TRASH_NAME_MAX];
    int64_t now = clock_real_ns(), seconds = g->request->trash_seconds;
    const char *batch = seconds > 0 ? trash_name(name, now, now / 1000000000 + seconds) : NULL;
    int rc = 0;

    if (!g->request->dry) {
        note_gone(g);
    }
    for (size_t i = 0; !rc && i < DATA_ALGOS; i++) {
        struct cache *c = data_cache_for(d, data_algos[i]);
        const char *label =
            data_algos[i] == HASH_MD5 ? "the cache"
            : data_algos[i] == HASH_MD5_DOS2UNIX
                ? "the cache of DVC 2"
                : arena_printf(g->arena, "the cache (%s)", hash_algo_name(data_algos[i]));
        progress_phase(d->progress, "Removing", g->garbage[i].at.len, 0);
        rc = g->request->dry ? 0 : garbage_remove(&g->garbage[i], c, batch, d->progress);
        if (!rc) {
            report(g, true, label, cache_objects(c), &g->garbage[i]);
        }
    }
    return rc;
}

static int clear_places(struct gc *g) {
    int rc = 0;

    for (size_t i = 0; !rc && i < g->places.len; i++) {
        struct place *p = &g->places.at[i];
        const char *layout = cache_layout(p->algo);
        const char *where =
            arena_printf(g->arena, "%s%s%s", p->odb->url, *layout ? "/" : "", layout);

        rc = g->request->dry ? 0 : clear_place(p);
        complete_forget(g->data->state, p->odb);
        if (!rc) {
            report(g, false, arena_printf(g->arena, "remote '%s'", p->odb->name), where,
                   &p->garbage);
        }
    }
    return rc;
}

static int expire_trash(struct data *d) {
    int64_t now = clock_real_ns() / 1000000000;
    int rc = 0;

    for (size_t i = 0; !rc && i < DATA_ALGOS; i++) {
        rc = trash_expire(data_cache_for(d, data_algos[i]), now);
    }
    return rc;
}

static int check_remote(const struct gc *g) {
    const struct gc_request *o = g->request;
    int rc = o->cloud || o->not_in_remote ? data_remote_check(g->data, o->remote) : 0;

    return rc ? ERR_CONFIG : 0;
}

int data_gc(struct gc_result *result, struct arena *arena, struct data *d,
            const struct gc_request *o) {
    struct gc g CLEANUP(gc_release) = {.result = result, .arena = arena, .data = d, .request = o};
    int rc;

    *result = (struct gc_result){0};
    d->jobs = o->jobs;
    g.trouble = o->skip_failed ? SCOPE_SALVAGE : SCOPE_REFUSE;
    if ((rc = check_remote(&g))) {
        return rc;
    }
    for (size_t i = 0; i < o->projects.len; i++) {
        if ((rc = open_project(&g, o->projects.at[i]))) {
            return rc;
        }
    }
    if (!o->dry && ((rc = lock_projects(&g)) || (rc = expire_trash(d)))) {
        return rc;
    }
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        g.horizon[i] = garbage_horizon(data_cache_for(d, data_algos[i]));
    }
    collected_load(&g.gone, d);
    if ((rc = collect(&g)) || ((o->cloud || o->not_in_remote) && (rc = open_places(&g)))) {
        return rc;
    }
    for (size_t i = 0; o->not_in_remote && i < g.places.len; i++) {
        if ((rc = drop_remote(&g, &g.places.at[i]))) {
            return rc;
        }
    }
    if (o->not_in_remote) {
        close_places(&g);
    }
    if ((rc = find_in_caches(&g)) || (rc = find_in_remotes(&g)) || (rc = clear_caches(&g))) {
        return rc;
    }
    return clear_places(&g);
}

int data_gc_undo(uint64_t *objects, uint64_t *bytes, struct data *d) {
    char batch[TRASH_NAME_MAX] = "", other[TRASH_NAME_MAX];
    int rc = data_lock(d);

    *objects = *bytes = 0;
    /* One collection's batches have the same name, and names grow with time. */
    for (size_t i = 0; !rc && i < DATA_ALGOS; i++) {
        if (trash_newest(other, data_cache_for(d, data_algos[i])) && strcmp(other, batch) > 0) {
            memcpy(batch, other, sizeof batch);
        }
    }
    if (!rc && !*batch) {
        err_set(ERR_NOT_FOUND, "the trash is empty");
        err_hint("gc fills it with --trash, or with: config gc.trash 7d");
        return ERR_NOT_FOUND;
    }
    for (size_t i = 0; !rc && i < DATA_ALGOS; i++) {
        rc = trash_restore(objects, bytes, data_cache_for(d, data_algos[i]), batch);
    }
    return rc;
}
