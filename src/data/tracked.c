#include "data/tracked.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "git/gittree.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/signal.h"
#include "store/tree.h"

void tracked_release(struct tracked *t) {
    vec_release(t);
}

static int compare_outs(const void *a, const void *b) {
    const struct tracked_out *x = a, *y = b;

    return path_compare(x->path, y->path);
}

/* What an out records: for an import whose out has nothing yet, what its source had. */
static const struct content *content_of(const struct out *o) {
    const struct stage *s = o->stage;
    bool source =
        !digest_is_set(&o->recorded.digest) && stage_is_import(s) && !stage_is_repo_import(s);

    return source ? &s->deps[0].recorded : &o->recorded;
}

bool tracked_asked(const struct strv *paths, const char *path) {
    for (size_t i = 0; i < paths->len; i++) {
        if (path_inside(paths->at[i], path)) {
            return true;
        }
    }
    return paths->len == 0;
}

int tracked_paths(struct strv *paths, const struct repo *r, const struct strv *typed) {
    for (size_t i = 0; i < typed->len; i++) {
        const char *path;
        int rc = repo_path(&path, r, typed->at[i], true);

        if (rc) {
            return rc;
        }
        vec_push(paths, path);
    }
    return 0;
}

static bool touches(const struct strv *paths, const char *path) {
    for (size_t i = 0; i < paths->len; i++) {
        if (path_inside(paths->at[i], path) || path_inside(path, paths->at[i])) {
            return true;
        }
    }
    return paths->len == 0;
}

bool tracked_project_at(const struct repo *r, const char *commit) {
    bool is_dir = false;

    return r->git_path[0] == '\0' ||
           (gittree_exists(r->git, commit, r->git_path, &is_dir) && is_dir);
}

void tracked_recorded(struct tracked *t, struct arena *arena, const struct index *idx,
                      const struct strv *paths) {
    for (size_t i = 0; i < idx->outs.len; i++) {
        const struct out *o = idx->outs.at[i];

        if (!o->cache || o->stage->unsupported || !touches(paths, o->path) ||
            map_get(&idx->by_out, o->path) != o) {
            continue;
        }
        struct tracked_out out = {
            .path = arena_strdup(arena, o->path),
            .digest = content_of(o)->digest,
            .size = content_of(o)->size,
            .algo = content_algo(&o->recorded),
            .remote = o->remote ? arena_strdup(arena, o->remote) : NULL,
            .push = o->push && !stage_is_repo_import(o->stage),
        };
        vec_push(t, out);
    }
    if (t->len > 1) {
        qsort(t->at, t->len, sizeof *t->at, compare_outs);
    }
}

int tracked_present(struct tracked *t, struct arena *arena, struct data *d,
                    struct tracked *recorded) {
    for (size_t i = 0; i < recorded->len; i++) {
        struct tracked_out *record = &recorded->at[i], out = *record;
        struct scan *now = arena_alloc(arena, sizeof *now);
        int rc = cancel_check();

        if (rc || (rc = output_look(now, arena, d, out.path, out.algo))) {
            return rc;
        }
        if (!now->exists) {
            continue;
        }
        scan_drop_files(now, arena);
        out.digest = now->digest;
        out.tree = now->is_dir ? &now->tree : NULL;
        record->tree = digest_equal(&out.digest, &record->digest) ? out.tree : NULL;
        vec_push(t, out);
    }
    return 0;
}

int tracked_listing(const struct tree **out, struct arena *arena, struct data *d,
                    const struct tracked_out *o) {
    *out = o->tree;
    if (*out || !o->digest.is_dir) {
        return 0;
    }
    struct tree *tree = arena_alloc(arena, sizeof *tree);
    int rc = tree_load(tree, arena, data_cache_for(d, o->algo), &o->digest);
    if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT || rc == ERR_INVALID) {
        log_debug("the files of '%s' are not known: %s", o->path, err_text());
        err_clear();
        return 0;
    }
    *out = rc ? NULL : tree;
    return rc;
}
