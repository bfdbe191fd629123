#include "data/granular.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "data/placed.h"
#include "model/repo.h"
#include "model/stage.h"
#include "store/cache.h"
#include "store/scan.h"
#include "store/tree.h"

struct granular {
    struct arena *arena;
    struct data *data;
    struct out *out;
    const struct commit_options *opt;
    struct tree tree;
    int64_t size; /* -1: not known any more; DVC then leaves it out */
};

/* Drops the entry at `below`, all below it, and a file that stands where one of its folders is now.
 * Returns how many of the first two kinds there were. */
static size_t drop_part(struct tree *t, const char *below) {
    size_t kept = 0, dropped = 0;

    for (size_t i = 0; i < t->len; i++) {
        if (path_inside(below, t->at[i].path)) {
            dropped++;
        } else if (!path_inside(t->at[i].path, below)) {
            t->at[kept++] = t->at[i];
        }
    }
    t->len = kept;
    return dropped;
}

/* DVC knows the new size only when files were added to those that were there, or nothing
 * changed. */
static void update_size(struct granular *g, const struct scan *now, bool appended,
                        const struct digest *before) {
    if (appended && g->size > 0 && now->exists) {
        g->size += (int64_t)now->size;
    } else if (!digest_is_set(before) || !digest_equal(before, &g->out->recorded.digest)) {
        g->size = -1;
    }
}

static int relink_part(struct granular *g, const char *below, const struct scan *now) {
    struct data *d = g->data;
    struct place_spec spec = {
        .root_fd = d->repo->root_fd,
        .path = path_join(g->arena, g->out->path, below),
        .digest = now->digest,
        .isexec = now->isexec,
        .now = now,
        .cache = data_cache_for(d, d->hash),
        .links = &d->links,
        .state = d->state,
        .progress = d->progress,
    };

    return place_relink(g->arena, &spec);
}

static int update_part(struct granular *g, const char *below) {
    bool cached = g->out->cache && !g->opt->no_commit;
    const char *path = path_join(g->arena, g->out->path, below);
    struct digest before = g->out->recorded.digest;
    struct scan now;
    int rc = output_scan(&now, g->arena, g->data, path, g->data->hash, cached);

    if (rc) {
        return rc;
    }
    size_t dropped = drop_part(&g->tree, below);
    if (!now.exists && dropped == 0) {
        return err_set(ERR_NOT_FOUND, "'%s' does not exist", repo_shown(g->data->repo, path));
    }
    for (size_t i = 0; i < now.nfiles_at; i++) {
        struct tree_entry e = {
            .path = path_join(g->arena, below, now.files[i].path),
            .digest = now.files[i].digest,
            .size = now.files[i].id.size,
        };
        vec_push(&g->tree, e);
    }
    tree_sort(&g->tree);
    tree_digest(&g->out->recorded.digest, &g->tree, g->data->hash);
    update_size(g, &now, dropped == 0, &before);
    return cached && now.exists && !g->opt->no_relink ? relink_part(g, below, &now) : 0;
}

/* The present listing, entry by entry, to be changed. */
static int load_tree(struct granular *g) {
    struct tree old;
    int rc = output_listing(&old, g->arena, g->data, g->out);

    for (size_t i = 0; !rc && i < old.len; i++) {
        vec_push(&g->tree, old.at[i]);
    }
    return rc;
}

static int update_parts(struct granular *g, const struct strv *belows) {
    bool cached = g->out->cache && !g->opt->no_commit;
    struct out *o = g->out;
    int rc = load_tree(g);

    for (size_t i = 0; !rc && i < belows->len; i++) {
        rc = update_part(g, belows->at[i]);
    }
    if (rc) {
        return rc;
    }
    if (cached && (rc = tree_store(&o->recorded.digest, &g->tree,
                                   data_cache_for(g->data, g->data->hash), g->data->hash))) {
        return rc;
    }
    o->recorded = (struct content){
        .digest = o->recorded.digest, .size = g->size, .nfiles = (int64_t)g->tree.len};
    if (o->cache && (rc = repo_gitignore_add(g->data->repo, o->path))) {
        return rc;
    }
    if (cached) {
        placed_forget(g->data, o->path); /* the rest of the folder may be anything */
    }
    return 0;
}

int granular_add(struct arena *arena, struct data *d, struct out *o, const struct strv *belows,
                 const struct commit_options *opt) {
    struct granular g = {.arena = arena, .data = d, .out = o, .opt = opt, .size = o->recorded.size};

    if (digest_is_set(&o->recorded.digest) && o->recorded.digest.algo != d->hash) {
        return output_commit(arena, d, o, opt); /* a listing holds digests of one kind */
    }
    int rc = output_check_untracked(d, o->path);
    if (!rc) {
        rc = update_parts(&g, belows);
    }
    vec_release(&g.tree);
    return rc;
}
