#include "data/used.h"

#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "data/data.h"
#include "data/import_partial.h"
#include "data/scope.h"
#include "data/sync.h"
#include "model/index.h"
#include "model/stage.h"
#include "model/target.h"

struct collect {
    struct used *used;
    struct data *data;
    struct arena *arena;
    const struct sync_request *request;
    enum used_for what;
};

void wants_release(struct transfer_wants *w) {
    vec_release(w);
}

void used_release(struct used *u) {
    for (size_t i = 0; i < u->groups.len; i++) {
        vec_release(&u->groups.at[i].wants);
        cloud_wants_release(&u->groups.at[i].versions);
        map_release(&u->groups.at[i].seen);
    }
    vec_release(&u->groups);
    for (size_t i = 0; i < u->imports.len; i++) {
        source_spec_release(&u->imports.at[i].spec);
    }
    vec_release(&u->imports);
    vec_release(&u->partial);
    map_release(&u->imports_seen);
}

static struct used_group *used_group(struct collect *c, const char *remote, bool bound,
                                     enum hash_algo algo) {
    struct used *u = c->used;

    for (size_t i = 0; i < u->groups.len; i++) {
        struct used_group *g = &u->groups.at[i];
        if (g->algo == algo && g->bound == bound && str_eq(g->remote, remote)) {
            return g;
        }
    }
    remote = remote ? arena_strdup(c->arena, remote) : NULL;
    vec_push(&u->groups, ((struct used_group){.remote = remote, .bound = bound, .algo = algo}));
    return &u->groups.at[u->groups.len - 1];
}

/* A name for what is wanted, so that it is wanted once. */
static const char *want_key(struct arena *arena, const struct digest *digest, const char *below) {
    char hex[DIGEST_TEXT_MAX];

    return arena_printf(arena, "%s %s", digest_text(hex, digest), below ? below : "");
}

static void used_add_import(struct collect *c, const struct out *o, const char *below) {
    const struct stage *s = o->stage;
    const struct dep *dep = &s->deps[0];
    struct import_want want = {
        .source = arena_strdup(c->arena, dep->path),
        .path = arena_strdup(c->arena, o->path),
        .below = below ? arena_strdup(c->arena, below) : NULL,
        .digest = o->recorded.digest,
    };

    if (map_add(&c->used->imports_seen, want_key(c->arena, &want.digest, want.below), c)) {
        source_spec_of(&want.spec, c->arena, c->data, dep, s->wdir, true);
        vec_push(&c->used->imports, want);
    }
}

static void used_add_out(struct collect *c, const struct out *o, const char *below) {
    bool bound = o->remote && c->what != USED_BUNDLE; /* a bundle is no remote */
    const char *remote = bound ? o->remote : c->request->remote;
    enum hash_algo algo = (enum hash_algo)o->recorded.digest.algo;
    struct used_group *g = used_group(c, remote, bound, algo);
    struct transfer_want want = {
        .digest = o->recorded.digest,
        .path = arena_strdup(c->arena, o->path),
        .below = below ? arena_strdup(c->arena, below) : NULL,
    };

    if (map_add(&g->seen, want_key(c->arena, &want.digest, below), c)) {
        vec_push(&g->wants, want);
        if (c->what == USED_FETCH && cloud_is_versioned(c->data, remote)) {
            const char *name = remote ? remote : data_remote_default(c->data);
            cloud_want_out(&g->versions, c->arena, o, name, below);
        }
    }
}

/* fetch --type: by the kind of the out, or because a top-level list of dvc.yaml names it. */
static bool type_asked(const struct sync_request *o, const struct index *idx,
                       const struct out *out) {
    if (!o->only_metrics && !o->only_plots) {
        return true;
    }
    if ((o->only_metrics && out->kind == OUT_METRIC) || (o->only_plots && out->kind == OUT_PLOT)) {
        return true;
    }
    for (size_t i = 0; o->only_metrics && i < idx->pipes.len; i++) {
        const struct strv *metrics = &idx->pipes.at[i].metrics;
        for (size_t k = 0; k < metrics->len; k++) {
            if (paths_overlap(metrics->at[k], out->path)) {
                return true;
            }
        }
    }
    return false;
}

static void used_add(struct collect *c, const struct index *idx, const struct target_out *t) {
    const struct sync_request *request = c->request;
    const struct out *o = t->out;

    if (!o->cache || !type_asked(request, idx, o)) {
        return;
    }
    if (c->what == USED_FETCH && import_has_source(o)) {
        vec_push(&c->used->partial, arena_strdup(c->arena, o->path));
        return;
    }
    if (!digest_is_set(&o->recorded.digest)) {
        log_debug("'%s' has nothing recorded yet", o->path);
        return;
    }
    if (request->max_size > 0 && o->recorded.size >= request->max_size) {
        log_debug("'%s' is left out for its size", o->path);
        return;
    }
    if (c->what == USED_BUNDLE) {
        used_add_out(c, o, t->below);
        return;
    }
    if (c->what != USED_FETCH && !o->push) {
        return;
    }
    if (stage_is_repo_import(o->stage)) {
        if (c->what == USED_FETCH) {
            used_add_import(c, o, t->below);
        }
        return;
    }
    if (request->remote && o->remote && strcmp(o->remote, request->remote) != 0) {
        return;
    }
    used_add_out(c, o, t->below);
}

static int collect_view(void *ctx, const struct index *idx, const char *rev) {
    struct collect *c = ctx;
    const struct sync_request *o = c->request;
    unsigned flags = (o->recursive ? TARGET_RECURSIVE : 0) | (o->with_deps ? TARGET_WITH_DEPS : 0) |
                     (o->glob ? TARGET_GLOB : 0);
    struct target_outs outs = {0};

    if (!rev) {
        c->used->empty = idx->stages.len == 0;
    }
    int rc = target_outs(&outs, idx, &o->targets, flags);
    for (size_t i = 0; !rc && i < outs.len; i++) {
        used_add(c, idx, &outs.at[i]);
    }
    vec_release(&outs);
    return rc;
}

int used_collect(struct used *out, struct arena *arena, struct data *d,
                 const struct sync_request *o, enum used_for what) {
    struct collect c = {.used = out, .data = d, .arena = arena, .request = o, .what = what};
    const struct scope scope = {.revs = o->revs,
                                .no_workspace = o->no_workspace,
                                .all_branches = o->all_branches,
                                .all_tags = o->all_tags,
                                .all_commits = o->all_commits};
    bool all = o->targets.len == 0 && !o->only_metrics && !o->only_plots;

    *out = (struct used){0};
    return all ? scope_each_new(d, arena, &scope, SCOPE_SKIP, collect_view, &c)
               : scope_each(d, arena, &scope, SCOPE_SKIP, collect_view, &c);
}
