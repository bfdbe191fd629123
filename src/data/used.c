#include "data/used.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/data.h"
#include "data/sync.h"
#include "git/gitrev.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"

struct collect {
    struct used *used;
    struct arena *arena;
    struct data *data;
    const struct sync_request *request;
    enum used_for what;
};

void wants_release(struct transfer_wants *w) {
    vec_release(w);
}

void used_release(struct used *u) {
    for (size_t i = 0; i < u->groups.len; i++) {
        vec_release(&u->groups.at[i].wants);
        map_release(&u->groups.at[i].seen);
    }
    vec_release(&u->groups);
    vec_release(&u->imports);
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
        .url = arena_strdup(c->arena, dep->repo_url),
        .rev = arena_strdup(c->arena, dep->repo_rev_lock ? dep->repo_rev_lock : "HEAD"),
        .source = arena_strdup(c->arena, dep->path),
        .wdir = arena_strdup(c->arena, s->wdir),
        .path = arena_strdup(c->arena, o->path),
        .below = below ? arena_strdup(c->arena, below) : NULL,
        .digest = o->recorded.digest,
    };

    if (map_add(&c->used->imports_seen, want_key(c->arena, &want.digest, want.below), c)) {
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

static int collect_rev(struct collect *c, const char *commit) {
    const struct sync_request *o = c->request;
    unsigned flags = (o->recursive ? TARGET_RECURSIVE : 0) | (o->with_deps ? TARGET_WITH_DEPS : 0) |
                     (o->glob ? TARGET_GLOB : 0);
    struct index *idx CLEANUP(index_freep) = NULL;
    struct target_outs outs = {0};
    int rc;

    if ((rc = index_load(&idx, c->data->repo, commit))) {
        return rc;
    }
    if (!commit) {
        c->used->empty = idx->stages.len == 0;
    }
    rc = target_outs(&outs, idx, &o->targets, flags);
    for (size_t i = 0; !rc && i < outs.len; i++) {
        used_add(c, idx, &outs.at[i]);
    }
    vec_release(&outs);
    return rc;
}

/* The workspace and the revisions asked for. */
static int list_revs(struct gitrevs *revs, struct collect *c) {
    const struct sync_request *o = c->request;
    unsigned sets = (o->all_branches ? GITREV_BRANCHES : 0) | (o->all_tags ? GITREV_TAGS : 0) |
                    (o->all_commits ? GITREV_COMMITS : 0);

    if (sets == 0 && o->revs.len == 0) {
        return 0;
    }
    if (!c->data->repo->git) {
        return err_set(ERR_FAILED, "revisions need a Git repository");
    }
    int rc = sets ? gitrev_list(revs, c->data->repo->git, c->arena, sets) : 0;
    for (size_t i = 0; !rc && i < o->revs.len; i++) {
        struct gitrev rev;
        if (!(rc = gitrev_find(&rev, c->data->repo->git, c->arena, o->revs.at[i]))) {
            vec_push(revs, rev);
        }
    }
    return rc;
}

int used_collect(struct used *out, struct arena *arena, struct data *d,
                 const struct sync_request *o, enum used_for what) {
    struct collect c = {.used = out, .arena = arena, .data = d, .request = o, .what = what};
    struct gitrevs revs = {0};
    bool any = true;
    int rc;

    *out = (struct used){0};
    if ((rc = list_revs(&revs, &c))) {
        return rc;
    }
    rc = collect_rev(&c, NULL);
    if (rc && revs.len > 0 && rc != ERR_INTERRUPTED) {
        log_warn("the workspace is left out: %s", err_text());
        err_clear();
        rc = 0;
        any = false;
    }
    for (size_t i = 0; !rc && i < revs.len; i++) {
        rc = collect_rev(&c, revs.at[i].id);
        bool last = !any && i + 1 == revs.len;
        if (rc && rc != ERR_INTERRUPTED && !last) {
            log_warn("%s is left out: %s", revs.at[i].name, err_text());
            err_clear();
            rc = 0;
        } else if (!rc) {
            any = true;
        }
    }
    vec_release(&revs);
    return rc;
}
