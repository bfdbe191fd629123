#include "pipeline/why.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/url_content.h"
#include "doc/diff.h"
#include "doc/node.h"
#include "doc/write.h"
#include "model/graph.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"
#include "model/view.h"
#include "os/file.h"
#include "os/signal.h"
#include "pipeline/memo.h"
#include "pipeline/params.h"
#include "pipeline/plan.h"
#include "pipeline/runcache.h"
#include "pipeline/slurm_guard.h"

struct why_parts {
    struct index *index;
    struct graph *graph;
    struct history *history;
};

enum { HASH_SHOWN = 8 };

/* One question. */
struct asking {
    struct why *out;
    struct data *data;
    struct arena *arena;
    struct memo *memo;
    struct why_parts *parts;
    bool *runs;     /* per node of the graph */
    bool *restores; /* the same */
};

const char *why_word(enum why_kind kind) {
    switch (kind) {
    case WHY_NEW:
        return "new";
    case WHY_MISSING:
        return "missing";
    case WHY_COMMAND:
        return "command";
    case WHY_DEFINITION:
        return "definition";
    case WHY_ALWAYS:
        return "always";
    case WHY_PARAMETER:
        return "parameter";
    case WHY_DEPENDENCY:
        return "dependency";
    case WHY_OUTPUT:
        return "output";
    case WHY_UPSTREAM:
        return "upstream";
    }
    return "";
}

static const char *address(const struct asking *a, const struct stage *s) {
    return stage_address(s, a->arena, a->data->repo->cwd);
}

static const struct node *digest_node(struct arena *arena, const struct digest *d) {
    char text[DIGEST_TEXT_MAX];

    return digest_is_set(d) ? node_str(arena, digest_text(text, d)) : NULL;
}

static const char *text_of(const struct asking *a, const struct why_reason *r,
                           const struct node *value) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!value) {
        return "none";
    }
    python_write(&text, value);
    if ((r->kind == WHY_DEPENDENCY || r->kind == WHY_OUTPUT) && text.len > HASH_SHOWN) {
        str_truncate(&text, HASH_SHOWN);
    }
    return arena_strdup(a->arena, text.buf);
}

static void add_reason(struct why_stage *st, const struct asking *a, struct why_reason r) {
    r.old_text = text_of(a, &r, r.old);
    r.now_text = text_of(a, &r, r.now);
    vec_push(&st->reasons, r);
}

/* Old and new checksum of a file or folder of the workspace. */
static int compare_content(struct why_reason *r, const struct asking *a, const char *path,
                           const struct content *recorded) {
    struct scan now = {0};
    int rc = output_look(&now, a->arena, a->data, path, content_algo(recorded));

    if (rc) {
        return rc;
    }
    r->old = digest_node(a->arena, &recorded->digest);
    r->now = now.exists ? digest_node(a->arena, &now.digest) : NULL;
    if (!r->old && now.exists) {
        r->change = CHANGE_NEW; /* dvc.lock does not have the path */
    }
    return 0;
}

/* The out that is, holds or lies below the dependency; NULL if no stage makes it. */
static const struct out *maker_of(const struct asking *a, const struct stage *s, const char *path) {
    const struct graph_node *n = &a->parts->graph->node[s->number];

    for (size_t i = 0; i < n->up.len; i++) {
        const struct stage *up = a->parts->graph->node[n->up.at[i]].stage;

        for (size_t k = 0; k < up->nouts; k++) {
            if (paths_overlap(up->outs[k].path, path)) {
                return &up->outs[k];
            }
        }
    }
    return NULL;
}

/* Data added by hand changes with its .dvc file, what a stage makes with the stage; the rest is in
 * Git. */
static int dependency_history(struct why_reason *r, const struct asking *a, const struct dep *dep,
                              const struct out *made) {
    if (r->change == CHANGE_DELETED) {
        return 0;
    }
    if (!made) {
        return last_change_path(&r->last, a->parts->history, dep->path);
    }
    if (stage_is_data(made->stage) && r->maker_runs) {
        r->last.uncommitted = true;
        return 0;
    }
    return stage_is_data(made->stage)
               ? last_change_path(&r->last, a->parts->history, made->stage->file)
               : 0;
}

static int explain_dependency(struct why_reason *r, const struct asking *a, const struct stage *s,
                              const struct dep *dep) {
    const struct out *made = maker_of(a, s, dep->path);
    int rc;

    r->kind = WHY_DEPENDENCY;
    if (made) {
        r->maker = address(a, made->stage);
        r->maker_runs = a->runs[made->stage->number];
    }
    if (dep->kind != DEP_FILE) {
        return 0;
    }
    if ((rc = compare_content(r, a, dep->path, &dep->recorded))) {
        return rc;
    }
    if (r->change == CHANGE_NEW && s->name) {
        return last_change_stage(&r->last, a->parts->history, s, dep->written);
    }
    return dependency_history(r, a, dep, made);
}

static int add_parameter(struct why_stage *st, const struct asking *a, const struct plan *p,
                         const char *key, const struct node *old, const struct node *now) {
    struct why_reason r = {.kind = WHY_PARAMETER, .key = key, .old = old, .now = now};

    r.path = repo_shown(a->data->repo, p->path);
    r.change = !key ? p->change : !old ? CHANGE_NEW : !now ? CHANGE_DELETED : CHANGE_MODIFIED;
    add_reason(st, a, r);
    return last_change_param(&st->reasons.at[st->reasons.len - 1].last, a->parts->history, p->path,
                             key);
}

static void flatten_into(struct flat *leaves, struct map *by_key, struct arena *arena,
                         const struct node *n) {
    node_flatten(leaves, arena, n);
    for (size_t i = 0; i < leaves->len; i++) {
        map_put(by_key, leaves->at[i].key, (void *)leaves->at[i].value);
    }
}

/* The leaves of one side that the other has not, or, where `old_side`, has with another value. */
static int add_side(struct why_stage *st, const struct asking *a, const struct plan *p,
                    const struct flat *side, const struct map *other, bool old_side) {
    for (size_t i = 0; i < side->len; i++) {
        const struct node *mine = side->at[i].value, *theirs = map_get(other, side->at[i].key);
        const char *key = arena_printf(a->arena, "%s.%s", p->key, side->at[i].key);
        int rc = 0;

        if (old_side && (!theirs || !node_equal(mine, theirs))) {
            rc = add_parameter(st, a, p, key, mine, theirs);
        } else if (!old_side && !theirs) {
            rc = add_parameter(st, a, p, key, NULL, mine);
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Of two mappings, the values that differ. */
static int add_leaves(struct why_stage *st, const struct asking *a, const struct plan *p,
                      const struct node *old, const struct node *now) {
    struct map old_keys CLEANUP(map_release) = MAP_INIT;
    struct map now_keys CLEANUP(map_release) = MAP_INIT;
    struct flat before = {0}, after = {0};
    size_t had = st->reasons.len;
    int rc;

    flatten_into(&before, &old_keys, a->arena, old);
    flatten_into(&after, &now_keys, a->arena, now);
    if (!(rc = add_side(st, a, p, &before, &now_keys, true))) {
        rc = add_side(st, a, p, &after, &old_keys, false);
    }
    vec_release(&before);
    vec_release(&after);
    if (!rc && st->reasons.len == had) { /* keys that are no text */
        return add_parameter(st, a, p, p->key, old, now);
    }
    return rc;
}

static int explain_parameter(struct why_stage *st, const struct asking *a, const struct plan *p) {
    const struct node *recorded = p->dep->recorded_params, *old = NULL, *now = NULL;
    struct node *values = NULL;
    int rc = params_values(&values, NULL, a->arena, memo_params(a->memo), p->dep);

    if (rc && rc != ERR_NOT_FOUND) {
        return rc;
    }
    err_clear();
    if (p->key) {
        old = recorded ? node_get(recorded, p->key) : NULL;
        now = values ? node_get(values, p->key) : NULL;
        now = now ? node_clone(a->arena, now) : NULL; /* the answer outlives the memo */
    }
    if (old && now && old->kind == NODE_MAP && now->kind == NODE_MAP) {
        return add_leaves(st, a, p, old, now);
    }
    return add_parameter(st, a, p, p->key, old, now);
}

static int explain_output(struct why_reason *r, const struct asking *a, const struct stage *s,
                          const struct out *o) {
    int rc;

    r->kind = WHY_OUTPUT;
    if (out_is_url(o)) {
        return 0;
    }
    if ((rc = compare_content(r, a, o->path, &o->recorded))) {
        return rc;
    }
    return !r->old && s->name ? last_change_stage(&r->last, a->parts->history, s, o->written) : 0;
}

static int explain(struct why_reason *r, const struct asking *a, const struct stage *s,
                   const struct plan *p) {
    *r = (struct why_reason){.change = p->change};
    if (p->path) {
        bool elsewhere = p->dep && (p->dep->kind == DEP_URL || p->dep->kind == DEP_DATASET);
        r->path = elsewhere ? p->dep->written : repo_shown(a->data->repo, p->path);
    }
    switch (p->reason) {
    case PLAN_COMMAND:
        r->kind = WHY_COMMAND;
        r->old = s->locked_cmd;
        r->now = s->cmd_node;
        return last_change_stage(&r->last, a->parts->history, s, NULL);
    case PLAN_CHECKSUM:
        r->kind = WHY_DEFINITION;
        return last_change_path(&r->last, a->parts->history, s->file);
    case PLAN_DEP:
        return explain_dependency(r, a, s, p->dep);
    case PLAN_OUT:
        return explain_output(r, a, s, p->out);
    case PLAN_CLEAN:
    case PLAN_FORCED:
    case PLAN_ALWAYS:
        break;
    }
    r->kind = WHY_ALWAYS;
    return 0;
}

static void explain_missing(struct why_stage *st, const struct asking *a, const struct stage *s) {
    for (size_t i = 0; i < s->ndeps; i++) {
        const struct dep *dep = &s->deps[i];
        struct why_reason r = {.kind = WHY_MISSING};

        if ((dep->kind == DEP_FILE || dep->kind == DEP_PARAMS) &&
            !file_exists(a->data->repo->root_fd, dep->path) && !maker_of(a, s, dep->path)) {
            r.path = repo_shown(a->data->repo, dep->path);
            add_reason(st, a, r);
        }
    }
}

/* Whether the dependency is as recorded once its stage's outs are taken from the cache. */
static bool comes_back(const struct asking *a, const struct stage *s, const struct dep *dep) {
    const struct out *made = dep && dep->kind == DEP_FILE ? maker_of(a, s, dep->path) : NULL;

    return made && a->restores[made->stage->number] && str_eq(made->path, dep->path) &&
           digest_equal(&made->recorded.digest, &dep->recorded.digest);
}

static int explain_own(struct why_stage *st, const struct asking *a, const struct stage *s) {
    struct plan_options opt = {0};
    struct plans found = {0};
    int rc = 0;

    if (s->name && !s->locked && !s->frozen) {
        struct why_reason r = {.kind = WHY_NEW};

        rc = last_change_stage(&r.last, a->parts->history, s, NULL);
        add_reason(st, a, r);
        explain_missing(st, a, s);
        return rc;
    }
    rc = plan_reasons(&found, a->arena, a->data, a->memo, s, &opt);
    for (size_t i = 0; i < found.len && !rc; i++) {
        struct why_reason r;

        if (comes_back(a, s, found.at[i].dep)) {
            continue;
        }
        if (found.at[i].dep && found.at[i].dep->kind == DEP_PARAMS) {
            rc = explain_parameter(st, a, &found.at[i]);
        } else if (!(rc = explain(&r, a, s, &found.at[i]))) {
            add_reason(st, a, r);
        }
    }
    vec_release(&found);
    return rc;
}

static bool names_maker(const struct why_stage *st, const char *maker) {
    for (size_t i = 0; i < st->reasons.len; i++) {
        if (str_eq(st->reasons.at[i].maker, maker)) {
            return true;
        }
    }
    return false;
}

static const struct out *needed_out(const struct stage *s, const struct stage *up) {
    for (size_t i = 0; i < s->ndeps; i++) {
        for (size_t k = 0; k < up->nouts; k++) {
            if (paths_overlap(s->deps[i].path, up->outs[k].path)) {
                return &up->outs[k];
            }
        }
    }
    return NULL;
}

static void explain_upstream(struct why_stage *st, const struct asking *a, const struct stage *s) {
    const struct graph_node *n = &a->parts->graph->node[s->number];

    for (size_t i = 0; i < n->up.len; i++) {
        const struct stage *up = a->parts->graph->node[n->up.at[i]].stage;
        struct why_reason r = {.kind = WHY_UPSTREAM, .maker = address(a, up), .maker_runs = true};
        const struct out *o = needed_out(s, up);

        if (a->runs[up->number] && !names_maker(st, r.maker)) {
            r.path = o ? repo_shown(a->data->repo, o->path) : NULL;
            add_reason(st, a, r);
        }
    }
}

/* Whether repro would take the recorded outs from the cache in place of running the stage. */
static int explain_restore(struct why_stage *st, const struct asking *a, const struct stage *s) {
    bool yes = s->name && st->reasons.len > 0 && runcache_fits(s);
    int rc = 0;

    for (size_t i = 0; i < st->reasons.len && yes; i++) {
        yes = st->reasons.at[i].kind == WHY_OUTPUT;
    }
    for (size_t i = 0; i < s->nouts && yes && !rc; i++) {
        rc = content_cached(&yes, a->arena, a->data, &s->outs[i].recorded);
    }
    st->restores = yes && !rc;
    return rc;
}

static int explain_stage(const struct asking *a, const struct stage *s) {
    struct why_stage st = {.stage = address(a, s), .data = stage_is_data(s)};
    int rc = explain_own(&st, a, s);

    rc = rc ? rc : explain_restore(&st, a, s);
    if (rc) {
        vec_release(&st.reasons);
        return err_wrap(rc, "%s", st.stage);
    }
    size_t own = st.reasons.len;
    explain_upstream(&st, a, s);
    st.certain = own > 0 && !(st.restores && st.reasons.len > own);
    st.restores = st.restores && st.certain;
    if (st.reasons.len > 0) {
        a->runs[s->number] = !st.restores;
        a->restores[s->number] = st.restores;
        if (!slurm_guard_find(&st.job, a->arena, a->data->repo, s)) {
            st.job.id = 0;
        }
        vec_push(&a->out->stages, st);
    }
    return 0;
}

static int explain_all(struct asking *a, const struct strv *targets) {
    struct why_parts *parts = a->parts;
    struct stages named = {0}, order = {0};
    int rc = targets->len ? target_stages(&named, parts->index, targets, TARGET_OUTS) : 0;

    if (!rc) {
        graph_detach_frozen(parts->graph);
        rc = graph_order(&order, parts->graph, &named);
    }
    for (size_t i = 0; i < order.len && !rc; i++) {
        if (!(rc = cancel_check())) {
            rc = explain_stage(a, order.at[i]);
        }
    }
    vec_release(&named);
    vec_release(&order);
    return rc;
}

int pipeline_why(struct why *out, struct data *d, const struct strv *targets) {
    struct memo *memo CLEANUP(memo_freep) = memo_new(d);
    struct asking a = {.out = out, .data = d, .memo = memo};
    int rc;

    *out = (struct why){.parts = mem_zalloc(1, sizeof *out->parts)};
    a.parts = out->parts;
    if ((rc = index_load(&a.parts->index, d->repo, NULL)) ||
        (rc = graph_build(&a.parts->graph, a.parts->index))) {
        return rc;
    }
    out->none = a.parts->index->stages.len == 0;
    a.arena = a.parts->index->arena;
    a.parts->history = history_new(d->repo);
    a.runs = mem_zalloc(a.parts->graph->len + 1, sizeof *a.runs);
    a.restores = mem_zalloc(a.parts->graph->len + 1, sizeof *a.restores);
    rc = explain_all(&a, targets);
    free(a.runs);
    free(a.restores);
    return rc;
}

void why_release(struct why *w) {
    for (size_t i = 0; i < w->stages.len; i++) {
        vec_release(&w->stages.at[i].reasons);
    }
    vec_release(&w->stages);
    if (w->parts) {
        history_free(w->parts->history);
        graph_free(w->parts->graph);
        index_free(w->parts->index);
        free(w->parts);
        w->parts = NULL;
    }
}
