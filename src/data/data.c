#include "data/data.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/journal.h"
#include "data/lend.h"
#include "data/placed.h"
#include "model/config.h"
#include "model/repo.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/statcache.h"

const enum hash_algo data_algos[DATA_ALGOS] = {HASH_MD5, HASH_MD5_DOS2UNIX, HASH_SHA256,
                                               HASH_XXH128};

#define LOCK_SECONDS 60 /* unless the command says otherwise */

/* cache.type: names separated by commas, tried in order. */
static int links_read(struct place_links *links, struct repo *r) {
    const char *text = config_get(r->config, CONFIG_MERGED, "cache.type");

    *links = (struct place_links){.type = {LINK_REFLINK, LINK_COPY}, .n = 2};
    if (!text) {
        return 0;
    }
    links->n = 0;
    while (*text) {
        size_t len = strspn(text, ", \t\"'[]");
        text += len;
        len = strcspn(text, ", \t\"'[]");
        if (len == 0) {
            break;
        }
        const char *name = arena_strndup(r->arena, text, len);
        enum link_type type;
        if (!link_type_from_name(&type, name)) {
            return err_set(ERR_CONFIG, "cache.type: '%s' is no kind of link", name);
        }
        if (links->n < (int)COUNT_OF(links->type)) {
            links->type[links->n++] = type;
        }
        text += len;
    }
    return 0;
}

/* cairn.hash of the repository itself: a user's own settings must not make data that only some can
 * restore. */
static int hash_read(struct data *d) {
    const char *name = config_get(d->repo->config, CONFIG_REPO, "cairn.hash");

    d->hash = HASH_MD5;
    if (name && (!hash_algo_from_name(&d->hash, name) || d->hash == HASH_MD5_DOS2UNIX)) {
        return err_set(ERR_CONFIG, "cairn.hash: '%s' is no hash for new data", name);
    }
    return 0;
}

static int caches_open(struct data *d) {
    struct repo *r = d->repo;
    const char *shared = config_get(r->config, CONFIG_MERGED, "cache.shared");
    struct cache_config cfg = {
        .dir = config_path(r->config, r->arena, "cache.dir"),
        .label = "cache",
        .group_shared = shared && strcmp(shared, "group") == 0,
        .unsynced = !config_bool(r->config, "cairn.fsync", true),
        .state = d->state,
    };

    cfg.follow = cfg.dir != NULL;
    if (!cfg.dir) {
        cfg.dir = path_join(r->arena, r->dvc_dir, "cache");
    }
    return data_caches_open(d, &cfg);
}

int data_open(struct data **out, struct repo *r, struct progress *p) {
    return data_open_beside(out, r, p, path_join(r->arena, r->tmp_dir, "cairn"));
}

int data_open_beside(struct data **out, struct repo *r, struct progress *p, const char *state_dir) {
    struct data *d = mem_zalloc(1, sizeof *d);
    int rc;

    d->repo = r;
    d->progress = p;
    d->lock.file = (struct file_lock)FILE_LOCK_INIT;
    d->lock_seconds = LOCK_SECONDS;
    d->placed = placed_new();
    d->state = statcache_open(state_dir);
    if ((rc = links_read(&d->links, r)) || (rc = hash_read(d)) || (rc = caches_open(d))) {
        data_close(d);
        return rc;
    }
    *out = d;
    return 0;
}

void data_close(struct data *d) {
    if (!d) {
        return;
    }
    /* What closing cannot save is only noted; it must not replace the failure that is on its way
     * up. */
    struct err_chain *outer CLEANUP(err_restore) = err_hold();

    placed_close(d);
    lend_close(d);
    data_caches_close(d);
    statcache_close(d->state);
    repo_lock_release(&d->lock);
    map_release(&d->source_tips);
    free(d);
}

void data_closep(struct data **d) {
    data_close(*d);
    *d = NULL;
}

int data_lock(struct data *d) {
    if (d->locked) {
        return 0;
    }
    int rc = repo_lock_take(&d->lock, d->repo, d->lock_seconds);
    if (rc) {
        return rc;
    }
    d->locked = true;
    /* What a killed run left goes also when there is nothing new to store. */
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        cache_sweep(d->caches[i]);
    }
    return journal_fold(d);
}

void data_hold(struct data *d) {
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        cache_hold(d->caches[i]);
    }
}

int data_publish(struct data *d) {
    int rc = 0;

    for (size_t i = 0; i < DATA_ALGOS && !rc; i++) {
        rc = cache_publish(d->caches[i]);
    }
    return rc;
}

struct cache *data_cache_for(const struct data *d, enum hash_algo algo) {
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        if (data_algos[i] == algo) {
            return d->caches[i];
        }
    }
    return d->caches[0];
}

const char *data_cache_dir(const struct data *d) {
    return cache_dir(d->caches[0]);
}

int data_caches_open(struct data *d, const struct cache_config *cfg) {
    struct cache_config each = *cfg;
    int rc = 0;

    for (size_t i = 0; i < DATA_ALGOS && !rc; i++) {
        each.algo = data_algos[i];
        rc = cache_open(&d->caches[i], &each);
    }
    return rc;
}

void data_caches_close(struct data *d) {
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        cache_close(d->caches[i]);
    }
}

void data_caches_set(struct data *d, struct cache *c) {
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        d->caches[i] = c;
    }
}

const char *data_remote_default(const struct data *d) {
    return config_get(d->repo->config, CONFIG_MERGED, "core.remote");
}

int data_remote_check(const struct data *d, const char *name) {
    struct repo *r = d->repo;

    if (!name) {
        name = data_remote_default(d);
    }
    if (!name) {
        err_set(ERR_FAILED, "no remote is named, and %s has no default one", r->root);
        err_hint("make one with: remote add -d <name> <url>");
        return ERR_FAILED;
    }
    if (!config_get(r->config, CONFIG_MERGED, arena_printf(r->arena, "remote.%s.url", name))) {
        err_set(ERR_FAILED, "there is no remote '%s'", name);
        err_hint("`remote list` shows those there are");
        return ERR_FAILED;
    }
    return 0;
}

struct remote_options {
    struct data *data;
    const char *name;
    const char *jobs; /* of the command line, or NULL */
};

static const char *remote_option(const void *ctx, const char *key) {
    const struct remote_options *o = ctx;
    struct repo *r = o->data->repo;

    if (o->jobs && strcmp(key, "jobs") == 0) {
        return o->jobs;
    }
    return config_get(r->config, CONFIG_MERGED,
                      arena_printf(r->arena, "remote.%s.%s", o->name, key));
}

#define REMOTE_CHAIN_MAX 8

/* The url of a remote; "remote://other/path" continues that of another one. */
static int remote_url(const char **out, struct data *d, const char *name, int depth) {
    struct repo *r = d->repo;
    const char *url =
        config_path(r->config, r->arena, arena_printf(r->arena, "remote.%s.url", name));
    const char *base;
    int rc;

    if (!url || depth > REMOTE_CHAIN_MAX) {
        return err_set(ERR_FAILED, "remote '%s' has no url of its own", name);
    }
    if (!str_starts(url, "remote://")) {
        *out = url;
        return 0;
    }
    url += strlen("remote://");
    const char *slash = url + strcspn(url, "/");
    const char *other = arena_strndup(r->arena, url, (size_t)(slash - url));
    if ((rc = data_remote_check(d, other)) || (rc = remote_url(&base, d, other, depth + 1))) {
        return err_wrap(rc, "remote '%s'", name);
    }
    *out = *slash ? arena_printf(r->arena, "%s/%s", base, slash + 1) : base;
    return 0;
}

int data_remote_for(struct odb **out, struct data *d, const char *name, enum hash_algo algo) {
    struct arena *arena = d->repo->arena;
    int rc = data_remote_check(d, name);

    if (rc) {
        return rc;
    }
    struct remote_options *options = arena_alloc(arena, sizeof *options);
    *options = (struct remote_options){.data = d, .name = name ? name : data_remote_default(d)};
    if (d->jobs > 0) {
        options->jobs = arena_printf(arena, "%d", d->jobs);
    }
    struct remote_config cfg = {
        .name = options->name,
        .algo = algo,
        .state = d->state,
        .progress = d->progress,
        .option = remote_option,
        .ctx = options,
    };
    if ((rc = remote_url(&cfg.url, d, options->name, 0))) {
        return rc;
    }
    return remote_open(out, &cfg);
}
