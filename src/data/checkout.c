#include "data/checkout.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "data/import_partial.h"
#include "data/output.h"
#include "data/placed.h"
#include "git/gitrepo.h"
#include "job/progress.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/target.h"
#include "os/signal.h"

#define NAMED_MAX 20 /* paths in one message */

struct checkout {
    struct checkout_result *result;
    struct arena *arena;
    struct data *data;
    const struct checkout_request *request;
    struct index *index;
    struct target_outs outs;
    struct scan *now; /* per entry of outs */
    bool force;
};

static const char *shown_out(const struct checkout *c, const char *path, bool is_dir) {
    const char *shown = repo_shown(c->data->repo, path);

    return is_dir ? arena_printf(c->arena, "%s/", shown) : shown;
}

/* ---- outs that are tracked no more */

/* Whether an out of today lies at, in or above the path. */
static bool still_used(const struct index *idx, const char *path) {
    for (size_t i = 0; i < idx->outs.len; i++) {
        if (paths_overlap(idx->outs.at[i]->path, path)) {
            return true;
        }
    }
    return false;
}

/* Whether the path still holds what we put there, all of it is in the cache, and Git has no claim
 * on it. */
static int may_remove(bool *yes, bool *is_dir, struct checkout *c, const struct placed_out *p) {
    const struct content content = {.digest = p->digest};
    struct data *d = c->data;
    bool tracked = false;
    struct scan now;
    int rc;

    *yes = false;
    if (d->repo->git && (rc = gitrepo_tracks(d->repo->git, repo_abs(d->repo, p->path), &tracked))) {
        return rc;
    }
    if (tracked || (rc = output_look(&now, c->arena, d, p->path, (enum hash_algo)p->digest.algo))) {
        return tracked ? 0 : rc;
    }
    *is_dir = now.is_dir;
    if (!now.exists || !digest_equal(&now.digest, &p->digest)) {
        return 0;
    }
    return content_cached(yes, c->arena, d, &content);
}

static int remove_unused(struct checkout *c) {
    size_t n;
    const struct placed_out *lent = placed_all(c->data, &n);
    const struct placed_out *all = n ? arena_dup(c->arena, lent, n * sizeof *lent) : NULL;

    for (size_t i = 0; i < n; i++) {
        const struct out out = {.path = all[i].path};
        bool yes, is_dir = false;
        int rc;

        if (index_find_out(c->index, all[i].path) || still_used(c->index, all[i].path)) {
            continue;
        }
        if ((rc = may_remove(&yes, &is_dir, c, &all[i]))) {
            return rc;
        }
        if (!yes) {
            placed_forget(c->data, all[i].path);
            continue;
        }
        log_debug("'%s' is tracked no more", all[i].path);
        if ((rc = output_remove(c->data, &out, true))) {
            return rc;
        }
        vec_push(&c->result->deleted, shown_out(c, all[i].path, is_dir));
        c->result->files_deleted++;
    }
    return 0;
}

/* ---- outs of today */

/* Without a record there is nothing to place. What is in its way goes only by force, as with
 * DVC. */
static bool is_unknown(const struct out *o) {
    return !digest_is_set(&o->recorded.digest);
}

static int scan_outs(struct strv *unsaved, struct checkout *c) {
    const struct checkout_request *request = c->request;

    c->now = arena_alloc(c->arena, (c->outs.len + 1) * sizeof *c->now);
    for (size_t i = 0; i < c->outs.len; i++) {
        const struct target_out *t = &c->outs.at[i];
        int rc;

        if (!t->out->cache) {
            continue;
        }
        if (i > 0 && c->outs.at[i - 1].out == t->out) {
            c->now[i] = c->now[i - 1];
        } else if ((rc = output_look(&c->now[i], c->arena, c->data, t->out->path,
                                     content_algo(&t->out->recorded)))) {
            return rc;
        }
        if (!request->force && !is_unknown(t->out) &&
            (rc = output_unsaved(unsaved, c->arena, c->data, t->out, t->below, &c->now[i]))) {
            return rc;
        }
    }
    return 0;
}

static int refuse_unsaved(struct checkout *c, const struct strv *unsaved) {
    struct str names CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < unsaved->len && i < NAMED_MAX; i++) {
        str_addf(&names, "%s'%s'", i ? ", " : "", repo_shown(c->data->repo, unsaved->at[i]));
    }
    if (unsaved->len > NAMED_MAX) {
        str_addf(&names, " and %zu more", unsaved->len - NAMED_MAX);
    }
    const char *question = arena_printf(c->arena, "%s would be lost, for no cache has %s. Go on?",
                                        names.buf, unsaved->len > 1 ? "them" : "it");
    if (c->request->confirm && c->request->confirm(c->request->confirm_ctx, question)) {
        c->force = true;
        return 0;
    }
    return err_set(ERR_EXISTS, "%s would be lost, for no cache has %s. Use `-f` to force.",
                   names.buf, unsaved->len > 1 ? "them" : "it");
}

static void count_change(struct checkout *c, const struct out *o, const struct place_result *r,
                         bool was_dir) {
    bool is_dir = r->change == PLACE_DELETED ? was_dir : o->recorded.digest.is_dir;
    const char *shown = shown_out(c, o->path, is_dir);

    switch (r->change) {
    case PLACE_NONE:
        break;
    case PLACE_ADDED:
        vec_push(&c->result->added, shown);
        break;
    case PLACE_MODIFIED:
        vec_push(&c->result->modified, shown);
        break;
    case PLACE_DELETED:
        vec_push(&c->result->deleted, shown);
        break;
    }
    c->result->files_added += r->added;
    c->result->files_modified += r->modified;
    c->result->files_deleted += r->deleted;
}

/* What no scan lists is in the way: a link, or a file that is ignored. */
static int refuse_in_the_way(struct checkout *c) {
    const char *why = arena_strdup(c->arena, err_text());

    err_clear();
    return err_set(ERR_EXISTS, "%s. Use `-f` to force.", why);
}

static int place_out(struct checkout *c, size_t at) {
    const struct target_out *t = &c->outs.at[at];
    bool again =
        at > 0 && c->outs.at[at - 1].out == t->out; /* the scan is of before the first placing */
    struct checkout_options opt = {
        .force = c->force,
        .relink = c->request->relink,
        .allow_missing = c->request->allow_missing,
        .below = t->below,
        .now = again ? NULL : &c->now[at],
    };
    struct place_result placed = {0};
    int rc = 0;

    if (!is_unknown(t->out) || c->force) {
        rc = output_checkout(&placed, c->arena, c->data, t->out, &opt);
        count_change(c, t->out, &placed, c->now[at].is_dir);
    }
    bool incomplete = is_unknown(t->out) || placed.missing.len > 0;
    vec_release(&placed.missing);
    if (rc == ERR_EXISTS) {
        return refuse_in_the_way(c);
    }
    if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
        log_debug("%s", err_text());
        err_clear();
        incomplete = true;
        rc = 0;
    }
    if (!rc && incomplete) {
        vec_push(&c->result->failed, repo_shown(c->data->repo, t->out->path));
    }
    return rc;
}

void checkout_result_release(struct checkout_result *result) {
    vec_release(&result->added);
    vec_release(&result->modified);
    vec_release(&result->deleted);
    vec_release(&result->failed);
}

static int compare_shown(const void *a, const void *b) {
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int dirs = (int)str_ends(y, "/") - (int)str_ends(x, "/");

    return dirs ? dirs : strcmp(x, y);
}

static void sort_shown(struct strv *v) {
    if (v->len > 1) {
        qsort(v->at, v->len, sizeof *v->at, compare_shown);
    }
}

static int failure(struct checkout *c) {
    struct str names CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < c->result->failed.len && i < NAMED_MAX; i++) {
        str_addf(&names, "%s'%s'", i ? ", " : "", c->result->failed.at[i]);
    }
    if (c->result->failed.len > NAMED_MAX) {
        str_addf(&names, " and %zu more", c->result->failed.len - NAMED_MAX);
    }
    err_set(ERR_NOT_FOUND, "the cache does not hold all of %s", names.buf);
    err_hint("`pull` fetches it if a remote has it; a stage that never ran has to be run");
    return ERR_NOT_FOUND;
}

static int checkout_all(struct checkout *c) {
    struct strv unsaved CLEANUP(strv_release) = {0};
    int rc = scan_outs(&unsaved, c);

    if (rc || (unsaved.len > 0 && (rc = refuse_unsaved(c, &unsaved)))) {
        return rc;
    }
    if (c->request->targets.len == 0 && (rc = remove_unused(c))) {
        return rc;
    }
    progress_phase(c->data->progress, "Checking out", 0, 0);
    for (size_t i = 0; !rc && i < c->outs.len; i++) {
        rc = cancel_check();
        if (!rc && c->outs.at[i].out->cache) {
            rc = place_out(c, i);
        }
    }
    sort_shown(&c->result->added);
    sort_shown(&c->result->modified);
    sort_shown(&c->result->deleted);
    if (!rc && c->result->failed.len > 0 && !c->request->allow_missing) {
        rc = failure(c);
    }
    return rc;
}

/* Outs of imports that were not brought before, but are now. */
static void know_partial(struct checkout *c) {
    const struct map *contents = c->request->contents;

    for (size_t i = 0; i < c->outs.len; i++) {
        struct out *o = c->outs.at[i].out;
        const struct content *known = contents ? map_get(contents, o->path) : NULL;
        if (known) {
            o->recorded = *known;
        } else {
            import_assume(o);
        }
    }
}

int data_checkout(struct checkout_result *result, struct arena *arena, struct data *d,
                  const struct checkout_request *o) {
    struct index *idx CLEANUP(index_freep) = NULL;
    struct checkout c = {
        .result = result, .arena = arena, .data = d, .request = o, .force = o->force};
    unsigned flags = (o->recursive ? TARGET_RECURSIVE : 0) | (o->with_deps ? TARGET_WITH_DEPS : 0) |
                     (o->glob ? TARGET_GLOB : 0);
    int rc;

    *result = (struct checkout_result){0};
    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL))) {
        return rc;
    }
    c.index = idx;
    if (!(rc = target_outs(&c.outs, idx, &o->targets, flags))) {
        know_partial(&c);
        rc = checkout_all(&c);
    }
    vec_release(&c.outs);
    return rc;
}
