#include "data/read.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/lend.h"
#include "git/gittree.h"
#include "hash/digest.h"
#include "model/ignore.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/view.h"
#include "job/walk.h"
#include "store/cache.h"
#include "store/tree.h"

static bool is_lost(int rc) {
    return rc == ERR_NOT_FOUND || rc == ERR_CORRUPT;
}

/* The listing of a folder out. ERR_NOT_FOUND if neither the cache nor a remote has it. */
static int load_listing(struct tree *tree, struct arena *arena, struct data *d,
                        const struct out *o) {
    const struct digest *digest = &o->recorded.digest;
    struct cache *lent;
    int rc = tree_load(tree, arena, data_cache_for(d, digest->algo), digest);

    if (!is_lost(rc)) {
        return rc;
    }
    err_clear();
    rc = lend_object(&lent, d, o->remote, digest);
    return rc ? rc : tree_load(tree, arena, lent, digest);
}

static int read_object(struct str *out, struct data *d, const struct out *o,
                       const struct digest *digest, size_t max) {
    struct cache *lent;
    int rc = cache_read(out, data_cache_for(d, digest->algo), digest, max);

    if (!is_lost(rc)) {
        return rc;
    }
    err_clear();
    rc = lend_object(&lent, d, o->remote, digest);
    return rc ? rc : cache_read(out, lent, digest, max);
}

static int read_cached(struct str *out, struct arena *arena, struct data *d, const struct out *o,
                       const char *path, size_t max) {
    const struct digest *digest = &o->recorded.digest;
    const char *below = path_below(o->path, path);
    const struct tree_entry *entry;
    struct tree tree = {0};
    int rc;

    if (!digest->is_dir) {
        return read_object(out, d, o, digest, max);
    }
    if ((rc = load_listing(&tree, arena, d, o))) {
        return rc;
    }
    entry = tree_find(&tree, below);
    if (!entry) {
        return err_set(ERR_NOT_FOUND, "'%s' does not exist", path);
    }
    return read_object(out, d, o, &entry->digest, max);
}

int data_read_content(struct str *out, struct arena *arena, struct data *d, const struct index *idx,
                      const char *path, size_t max) {
    const struct out *o;
    int rc = view_read(out, &idx->view, path, max);

    if (rc != ERR_NOT_FOUND) {
        return rc;
    }
    o = index_find_out(idx, path);
    if (!o || !o->cache || !digest_is_set(&o->recorded.digest)) {
        return rc;
    }
    err_clear();
    return read_cached(out, arena, d, o, path, max);
}

/* Files of the workspace or the commit */

static int walk_workspace(struct strv *out, struct arena *arena, struct data *d, const char *path) {
    struct walk files CLEANUP(walk_release) = {0};
    struct ignore_walk below = {.top = path};
    int rc;

    if ((rc = repo_ignore(d->repo, &below.ignore)) ||
        (rc = walk_tree(&files, arena, d->repo->root_fd, path[0] ? path : ".", ignore_skip,
                        &below))) {
        return rc;
    }
    for (size_t i = 0; i < files.len; i++) {
        vec_push(out, path_join(arena, path, files.at[i].path));
    }
    return 0;
}

struct commit_walk {
    struct strv *out;
    struct arena *arena;
    const char *git_path;
};

static int take_commit_file(void *ctx, const char *path, bool is_dir, unsigned mode,
                            const struct gittree_id *id) {
    struct commit_walk *w = ctx;

    (void)mode;
    (void)id;
    if (!is_dir) {
        vec_push(w->out, arena_strdup(w->arena, path_below(w->git_path, path)));
    }
    return 0;
}

static int walk_commit(struct strv *out, struct arena *arena, const struct view *v,
                       const char *path) {
    struct commit_walk w = {.out = out, .arena = arena, .git_path = v->repo->git_path};

    return gittree_walk(v->repo->git, v->commit, path_join(arena, w.git_path, path),
                        take_commit_file, &w);
}

/* Tracked files */

/* A folder out may hold the path, or lie below it. */
static int add_listed(struct strv *out, struct arena *arena, struct data *d, const struct out *o,
                      const char *path) {
    const char *inside = path_inside(o->path, path) ? path_below(o->path, path) : "";
    struct tree tree = {0};
    size_t from, to;
    int rc = load_listing(&tree, arena, d, o);

    if (is_lost(rc)) {
        err_clear();
        return 0;
    }
    if (rc) {
        return rc;
    }
    from = 0;
    to = tree.len;
    if (inside[0]) {
        tree_range(&tree, inside, &from, &to);
    }
    for (size_t i = from; i < to; i++) {
        vec_push(out, path_join(arena, o->path, tree.at[i].path));
    }
    return 0;
}

static int add_tracked(struct strv *out, struct arena *arena, struct data *d,
                       const struct index *idx, const char *path) {
    for (size_t i = 0; i < idx->outs.len; i++) {
        const struct out *o = idx->outs.at[i];
        int rc = 0;

        if (!o->cache || !digest_is_set(&o->recorded.digest)) {
            continue;
        }
        if (o->recorded.digest.is_dir) {
            rc = paths_overlap(o->path, path) ? add_listed(out, arena, d, o, path) : 0;
        } else if (!str_eq(o->path, path) && path_inside(path, o->path)) {
            vec_push(out, o->path);
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

int data_read_expand(struct strv *out, struct arena *arena, struct data *d, const struct index *idx,
                     const char *path) {
    struct strv found CLEANUP(strv_release) = {0};
    bool is_dir = false, exists = view_exists(&idx->view, path, &is_dir);
    int rc = 0;

    if (exists && !is_dir) {
        vec_push(out, path);
        return 0;
    }
    if (exists) {
        rc = idx->view.commit ? walk_commit(&found, arena, &idx->view, path)
                              : walk_workspace(&found, arena, d, path);
    }
    if (rc || (rc = add_tracked(&found, arena, d, idx, path))) {
        return rc;
    }
    if (!found.len && !exists) {
        vec_push(out, path);
    }
    strv_sort(&found);
    for (size_t i = 0; i < found.len; i++) {
        if (!i || !str_eq(found.at[i], found.at[i - 1])) {
            vec_push(out, found.at[i]);
        }
    }
    return 0;
}
