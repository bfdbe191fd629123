#include "data/references.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/listing.h"
#include "hash/digest_set.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"
#include "store/cache.h"
#include "store/tree.h"

struct collect {
    struct references *out;
    struct arena *arena;
    const struct strv *targets;
};

void references_release(struct references *r) {
    vec_release(&r->at);
    vec_release(&r->remotes);
    map_release(&r->seen);
}

static void add_digest(struct collect *c, const struct digest *digest, const struct out *o,
                       const char *path, const char *below, const char *rev) {
    struct references *out = c->out;
    char hex[DIGEST_TEXT_MAX];
    const char *key =
        arena_printf(c->arena, "%s %s %s", hash_algo_name((enum hash_algo)digest->algo),
                     digest_text(hex, digest), below ? below : "");

    if (map_add(&out->seen, key, out)) {
        vec_push(&out->at, ((struct reference){
                               .digest = *digest,
                               .path = arena_strdup(c->arena, path),
                               .below = below ? arena_strdup(c->arena, below) : NULL,
                               .rev = rev,
                               .remote = o->remote ? arena_strdup(c->arena, o->remote) : NULL,
                           }));
    }
}

/* The files of a cloud-versioned folder stand in its record. */
static void add_files(struct collect *c, const struct out *o, const char *rev) {
    struct digest digest;
    const char *path;

    for (size_t i = 0; out_file(o, i, &path, &digest); i++) {
        if (digest_is_set(&digest)) {
            add_digest(c, &digest, o, path_join(c->arena, o->path, path), NULL, rev);
        }
    }
}

static void add_out(struct collect *c, const struct out *o, const char *below, const char *rev) {
    struct references *out = c->out;
    bool known = false;

    if (!o->cache) {
        return;
    }
    if (o->files) {
        add_files(c, o, rev);
    }
    if (digest_is_set(&o->recorded.digest)) {
        add_digest(c, &o->recorded.digest, o, o->path, below, rev);
    } else if (!o->files) {
        log_debug("'%s' has nothing recorded yet", o->path);
    }
    for (size_t i = 0; o->remote && i < out->remotes.len; i++) {
        known |= strcmp(out->remotes.at[i], o->remote) == 0;
    }
    if (o->remote && !known) {
        vec_push(&out->remotes, arena_strdup(c->arena, o->remote));
    }
}

static int collect_view(void *ctx, const struct index *idx, const char *rev) {
    struct collect *c = ctx;
    struct target_outs outs = {0};
    int rc = 0;

    rev = rev ? arena_strdup(c->arena, rev) : NULL;
    if (c->targets && c->targets->len > 0) {
        rc = target_outs(&outs, idx, c->targets, 0);
        for (size_t i = 0; !rc && i < outs.len; i++) {
            add_out(c, outs.at[i].out, outs.at[i].below, rev);
        }
        vec_release(&outs);
        return rc;
    }
    for (size_t i = 0; i < idx->stages.len; i++) {
        const struct stage *s = idx->stages.at[i];
        for (size_t k = 0; k < s->nouts; k++) {
            add_out(c, &s->outs[k], NULL, rev);
        }
    }
    return 0;
}

int references_collect(struct references *out, struct arena *arena, struct data *d,
                       const struct strv *targets, const struct scope *scope,
                       enum scope_trouble trouble) {
    struct collect c = {.out = out, .arena = arena, .targets = targets};

    return targets && targets->len > 0 ? scope_each(d, arena, scope, trouble, collect_view, &c)
                                       : scope_each_new(d, arena, scope, trouble, collect_view, &c);
}

const char *needed_shown(struct arena *arena, const struct data *d, const struct references *r,
                         const struct needed *n) {
    const struct reference *out = &r->at.at[n->reference];
    const char *path = path_join(arena, out->path, n->below ? n->below : "");

    path = path_is_absolute(path) ? path : repo_shown(d->repo, path);
    return out->rev ? arena_printf(arena, "'%s' of %s", path, out->rev)
                    : arena_printf(arena, "'%s'", path);
}

int reference_open(struct needs *out, struct arena *arena, struct data *d,
                   const struct references *r, size_t at, const struct references_how *how) {
    const struct reference *ref = &r->at.at[at];
    const char *remote = ref->remote ? ref->remote : how->remote;
    struct cache *cache = data_cache_for(d, (enum hash_algo)ref->digest.algo);
    struct tree tree;
    int rc = how->cache_only ? tree_load(&tree, arena, cache, &ref->digest)
                             : listing_load(&tree, arena, d, &ref->digest, remote);

    for (size_t i = 0; !rc && i < tree.len; i++) {
        if (!ref->below || path_inside(ref->below, tree.at[i].path)) {
            vec_push(out, ((struct needed){.digest = tree.at[i].digest,
                                           .reference = (uint32_t)at,
                                           .below = tree.at[i].path}));
        }
    }
    return rc;
}

/* 0 when it is known that the listing is gone, or somebody else deals with it. */
static int cannot_open(struct arena *arena, const struct data *d, const struct references *r,
                       const struct needed *n, const struct references_how *how, int rc) {
    if (rc != ERR_INTERRUPTED && how->unopened) {
        vec_push(how->unopened, ((struct unopened){.reference = n->reference, .rc = rc}));
        err_clear();
        return 0;
    }
    if (rc == ERR_NOT_FOUND && how->gone && digest_set_has(how->gone, &n->digest)) {
        err_clear();
        return 0;
    }
    rc = err_wrap(rc, "the list of the files in %s", needed_shown(arena, d, r, n));
    if (rc == ERR_INTERRUPTED || how->trouble == SCOPE_REFUSE) {
        return rc;
    }
    log_warn("%s", err_text());
    err_clear();
    return 0;
}

int references_open(struct needs *out, struct arena *arena, struct data *d,
                    const struct references *r, const struct references_how *how) {
    int rc = 0;

    for (size_t i = 0; !rc && i < r->at.len; i++) {
        const struct needed self = {.digest = r->at.at[i].digest, .reference = (uint32_t)i};

        vec_push(out, self);
        rc = self.digest.is_dir ? reference_open(out, arena, d, r, i, how) : 0;
        if (rc) {
            rc = cannot_open(arena, d, r, &self, how, rc);
        }
    }
    return rc;
}
