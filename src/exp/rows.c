#include "exp/rows.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "os/signal.h"
#include "hash/digest.h"
#include "git/gitref.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "data/data.h"
#include "measure/collect.h"
#include "exp/exp_ref.h"

#define WORKSPACE "workspace"

/* A collection under way. */
struct rows {
    struct exp_baselines *out;
    struct arena *arena;
    struct data *data;
    const struct exp_rows_request *q;
    struct map names; /* id -> name of a commit */
    struct map by_id; /* id -> index into out + 1, as a pointer */
};

/* One revision */

static const char *hash_text(struct arena *arena, const struct content *c) {
    char text[DIGEST_TEXT_MAX];

    if (!digest_is_set(&c->digest)) {
        return c->etag;
    }
    return arena_strdup(arena, digest_text(text, &c->digest));
}

/* What lies outside is shown as the way to it; of a URL only what follows the scheme, as DVC has
 * it. */
static const char *content_path(struct arena *arena, const struct repo *r, const char *path) {
    const char *scheme = strstr(path, "://");

    if (scheme) {
        return str_starts(path, "http") ? path_normal(arena, path) : scheme + strlen("://");
    }
    return path[0] == '/' ? path_relative(arena, r->root, path) : path;
}

/* A later one of the same path replaces what an earlier one says, and keeps its place. */
static void add_content(struct exp_contents *out, struct map *seen, struct exp_content item) {
    size_t at = (size_t)(uintptr_t)map_get(seen, item.path);

    if (at) {
        out->at[at - 1] = item;
        return;
    }
    vec_push(out, item);
    map_put(seen, item.path, (void *)(uintptr_t)out->len);
}

static void collect_contents(struct exp_data *out, struct arena *arena, const struct index *idx) {
    struct map deps CLEANUP(map_release) = MAP_INIT, outs CLEANUP(map_release) = MAP_INIT;
    const struct repo *r = idx->view.repo;

    for (size_t i = 0; i < idx->stages.len; i++) {
        const struct stage *s = idx->stages.at[i];

        for (size_t k = 0; k < s->ndeps; k++) {
            const struct dep *dep = &s->deps[k];

            if (dep->kind == DEP_FILE || dep->kind == DEP_URL) {
                add_content(&out->deps, &deps,
                            (struct exp_content){
                                .path = arena_strdup(arena, content_path(arena, r, dep->path)),
                                .hash = hash_text(arena, &dep->recorded),
                                .size = dep->recorded.size,
                                .nfiles = dep->recorded.nfiles});
            }
        }
        for (size_t k = 0; k < s->nouts; k++) {
            const struct out *o = &s->outs[k];

            if (o->kind == OUT_PLAIN) {
                add_content(&out->outs, &outs,
                            (struct exp_content){
                                .path = arena_strdup(arena, content_path(arena, r, o->path)),
                                .hash = hash_text(arena, &o->recorded),
                                .size = o->recorded.size,
                                .nfiles = o->recorded.nfiles,
                                .cache = o->cache,
                                .source = s->cmds == NULL});
            }
        }
    }
}

static int load_data(struct exp_data *out, struct rows *rows, const char *commit, bool param_deps) {
    struct index *idx CLEANUP(index_freep) = NULL;
    struct measure_request q = {.kind = MEASURE_PARAMS, .deps_only = param_deps, .from_root = true};
    int rc = index_load(&idx, rows->data->repo, commit);

    if (rc || (rc = measure_collect(&out->params, rows->arena, rows->data, idx, &q))) {
        return rc;
    }
    q = (struct measure_request){.kind = MEASURE_METRICS, .from_root = true};
    if (!(rc = measure_collect(&out->metrics, rows->arena, rows->data, idx, &q))) {
        collect_contents(out, rows->arena, idx);
    }
    return rc;
}

/* What cannot be read is a state with its error. `time` -1: the workspace. */
static int load_state(struct exp_state *out, struct rows *rows, const char *rev, int64_t time,
                      bool param_deps) {
    struct exp_data *data = arena_alloc(rows->arena, sizeof *data);
    int rc = cancel_check();

    *data = (struct exp_data){.rev = rev, .time = time};
    *out = (struct exp_state){.rev = rev, .data = data};
    if (!rc) {
        rc = load_data(data, rows, time < 0 ? NULL : rev, param_deps);
    }
    if (!rc || rc == ERR_INTERRUPTED) {
        return rc;
    }
    log_debug("%s: %s", rev, err_text());
    vec_release(&data->params);
    vec_release(&data->metrics);
    out->data = NULL;
    out->error_type = rc == ERR_INVALID ? "YAMLValidationError" : "DvcException";
    out->error_text = arena_strdup(rows->arena, err_text());
    err_clear();
    return 0;
}

/* Experiments */

/* The commits from `tip` back to the baseline, which is not among them; nothing if the tip is
 * gone. */
static int load_branch(struct exp_states *out, struct rows *rows, const struct experiment *e) {
    struct gitrepo *g = rows->data->repo->git;
    struct gitrev rev;
    int rc = gitrev_find(&rev, g, rows->arena, e->id);

    while (!rc && !str_eq(rev.id, e->baseline)) {
        struct exp_state state;

        rc = load_state(&state, rows, arena_strdup(rows->arena, rev.id), rev.time,
                        rows->q->param_deps);
        if (!rc) {
            vec_push(out, state);
            rc = gitrev_find(&rev, g, rows->arena, arena_printf(rows->arena, "%s^", rev.id));
        }
    }
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    return rc;
}

static int load_experiment(struct exp_ranges *out, struct rows *rows, const struct experiment *e) {
    struct exp_range range = {.name = e->name};
    int rc = load_branch(&range.revs, rows, e);

    if (rc || !range.revs.len) {
        vec_release(&range.revs);
        return rc;
    }
    range.revs.at[0].name = e->name;
    vec_push(out, range);
    return 0;
}

/* Newest first; of one second the highest id. */
static int compare_ranges(const void *a, const void *b) {
    const struct exp_state *x = &((const struct exp_range *)a)->revs.at[0],
                           *y = &((const struct exp_range *)b)->revs.at[0];
    int64_t tx = x->data ? x->data->time : 0, ty = y->data ? y->data->time : 0;

    return tx != ty ? (tx < ty ? 1 : -1) : strcmp(y->rev, x->rev);
}

static void sort_ranges(struct exp_ranges *ranges) {
    if (ranges->len > 1) {
        qsort(ranges->at, ranges->len, sizeof *ranges->at, compare_ranges);
    }
}

static int add_experiments(struct rows *rows) {
    struct strv ids CLEANUP(strv_release) = {0};
    struct experiments list = {0};
    int rc;

    for (size_t i = 0; i < rows->by_id.len; i++) {
        vec_push(&ids, rows->by_id.at[i].key);
    }
    rc = exp_list(&list, rows->data->repo->git, rows->arena, &ids);
    for (size_t i = 0; !rc && i < list.len; i++) {
        size_t at = (size_t)(uintptr_t)map_get(&rows->by_id, list.at[i].baseline);

        rc = load_experiment(&rows->out->at[at - 1].ranges, rows, &list.at[i]);
    }
    for (size_t i = 0; i < rows->out->len; i++) {
        sort_ranges(&rows->out->at[i].ranges);
    }
    vec_release(&list);
    return rc;
}

/* Commits */

static int add_baseline(struct rows *rows, const char *rev, int64_t time) {
    struct exp_baseline base = {0};
    int rc = load_state(&base.state, rows, rev, time, time < 0 && rows->q->param_deps);

    if (rc) {
        return rc;
    }
    base.state.name = map_get(&rows->names, rev);
    vec_push(rows->out, base);
    if (time >= 0) {
        map_put(&rows->by_id, rev, (void *)(uintptr_t)rows->out->len);
    }
    return 0;
}

static int add_baselines(struct rows *rows) {
    struct gitrepo *g = rows->data->repo->git;
    struct gitrevs revs = {0};
    int rc = rows->q->no_names ? 0 : exp_rev_names(&rows->names, g, rows->arena);

    if (!rc) {
        rc = exp_scope_revs(&revs, g, rows->arena, &rows->q->scope);
    }
    if (!rc && !rows->q->hide_workspace) {
        rc = add_baseline(rows, WORKSPACE, -1);
    }
    for (size_t i = 0; !rc && i < revs.len; i++) {
        rc = add_baseline(rows, arena_strdup(rows->arena, revs.at[i].id), revs.at[i].time);
    }
    vec_release(&revs);
    return rc;
}

int exp_rows_collect(struct exp_baselines *out, struct arena *arena, struct data *d,
                     const struct exp_rows_request *q) {
    struct rows rows = {.out = out, .arena = arena, .data = d, .q = q};
    struct gitrepo *g;
    int rc = exp_git(&g, d->repo);

    if (rc || !gitrepo_has_commits(g)) {
        return rc;
    }
    rc = add_baselines(&rows);
    if (!rc) {
        rc = add_experiments(&rows);
    }
    map_release(&rows.names);
    map_release(&rows.by_id);
    return rc;
}

static void state_release(struct exp_state *s) {
    struct exp_data *data = (struct exp_data *)s->data;

    if (data) {
        vec_release(&data->params);
        vec_release(&data->metrics);
        vec_release(&data->deps);
        vec_release(&data->outs);
    }
}

void exp_rows_release(struct exp_baselines *rows) {
    for (size_t i = 0; i < rows->len; i++) {
        struct exp_baseline *base = &rows->at[i];

        state_release(&base->state);
        for (size_t k = 0; k < base->ranges.len; k++) {
            for (size_t n = 0; n < base->ranges.at[k].revs.len; n++) {
                state_release(&base->ranges.at[k].revs.at[n]);
            }
            vec_release(&base->ranges.at[k].revs);
        }
        vec_release(&base->ranges);
    }
    vec_release(rows);
}

const char *exp_time_iso(struct arena *arena, int64_t seconds) {
    time_t when = (time_t)seconds;
    struct tm tm;
    char text[64];

    if (seconds < 0 || !localtime_r(&when, &tm) ||
        !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm)) {
        return NULL;
    }
    return arena_strdup(arena, text);
}
