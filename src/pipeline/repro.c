#include "pipeline/repro.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/runs.h"
#include "data/sync.h"
#include "model/config.h"
#include "model/graph.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"
#include "os/file.h"
#include "os/signal.h"
#include "pipeline/memo.h"
#include "pipeline/plan.h"
#include "pipeline/stage_run.h"

/* What is decided of a stage before its turn comes. */
enum mark { MARK_FORCE = 1, MARK_SKIP = 2 };

struct walk_state {
    struct data *data;
    const struct repro_request *o;
    struct repro_result *result;
    struct index *index;
    struct graph *graph; /* NULL with `single` */
    struct memo *memo;
    unsigned char *marks; /* enum mark, per node of the graph */
    struct stages failed;
};

static const char *address(const struct walk_state *w, const struct stage *s) {
    return stage_address(s, w->index->arena, w->data->repo->cwd);
}

/* "'a', 'b' and 'c'" */
static const char *name_list(const struct walk_state *w, const struct stages *stages) {
    struct str text CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < stages->len; i++) {
        const char *between = i == 0 ? "" : i + 1 < stages->len ? ", " : " and ";
        str_addf(&text, "%s'%s'", between, address(w, stages->at[i]));
    }
    return arena_strdup(w->index->arena, text.buf);
}

/* Order */

static int collect_targets(struct stages *out, const struct walk_state *w) {
    const struct repro_request *o = w->o;
    unsigned flags = (o->recursive ? TARGET_RECURSIVE : 0) | (o->glob ? TARGET_GLOB : 0);
    struct strv typed CLEANUP(strv_release) = {0};

    if (o->all_pipelines) {
        return 0;
    }
    for (size_t i = 0; i < o->targets.len; i++) {
        vec_push(&typed, o->targets.at[i]);
    }
    if (!typed.len) {
        vec_push(&typed, "dvc.yaml");
    }
    return target_stages(out, w->index, &typed, flags);
}

/* The stages to look at, in order. */
static int plan_order(struct stages *order, struct walk_state *w) {
    const struct repro_request *o = w->o;
    struct stages targets = {0};
    int rc = collect_targets(&targets, w);

    if (rc || (o->single && !o->pipeline && !o->all_pipelines)) {
        *order = targets;
        return rc;
    }
    if (!(rc = graph_build(&w->graph, w->index))) {
        graph_detach_frozen(w->graph);
        w->marks = mem_zalloc(w->graph->len + 1, 1);
        if (o->pipeline && targets.len) {
            rc = graph_pipeline(order, w->graph, &targets);
        } else if (o->downstream && !o->pipeline && targets.len) {
            rc = graph_downstream(order, w->graph, &targets);
        } else {
            rc = graph_order(order, w->graph, &targets);
        }
    }
    vec_release(&targets);
    return rc;
}

/* The node of the stage; NULL without a graph. */
static struct graph_node *find_node(const struct walk_state *w, const struct stage *s) {
    for (size_t i = 0; w->graph && i < w->graph->len; i++) {
        if (w->graph->node[i].stage == s) {
            return &w->graph->node[i];
        }
    }
    return NULL;
}

static bool has_mark(const struct walk_state *w, const struct graph_node *n, enum mark mark) {
    return n && (w->marks[n - w->graph->node] & mark);
}

/* One stage */

/* What --pull needs: brings an out into cache and workspace. */
static int pull_out(const struct walk_state *w, struct arena *scratch, const struct out *o) {
    struct sync_request request = {.max_size = -1};
    struct checkout_options opt = {0};
    struct sync_result got = {0};
    struct place_result placed = {0};
    int rc;

    vec_push(&request.targets, repo_shown(w->data->repo, o->path));
    rc = data_fetch(&got, scratch, w->data, &request);
    strv_release(&request.targets);
    if (!rc) {
        rc = output_checkout(&placed, scratch, w->data, o, &opt);
    }
    strv_release(&placed.missing);
    return rc;
}

/* Gets the data of a stage that is fresh but for what is missing. */
static int pull_outs(bool *pulled, const struct walk_state *w, struct arena *scratch,
                     const struct stage *s) {
    int rc = 0;

    log_info("Pulling data for stage: '%s'", address(w, s));
    for (size_t i = 0; i < s->nouts && !rc; i++) {
        rc = pull_out(w, scratch, &s->outs[i]);
    }
    if (rc == ERR_INTERRUPTED) {
        return rc;
    }
    if (rc) {
        log_debug("%s", err_text());
        err_clear();
        log_info("Unable to pull data for stage: '%s'", address(w, s));
    }
    *pulled = !rc;
    return 0;
}

static int pull_missing_deps(const struct walk_state *w, struct arena *scratch,
                             const struct stage *s) {
    for (size_t i = 0; i < s->ndeps; i++) {
        const struct dep *dep = &s->deps[i];
        const struct out *o = dep->kind == DEP_FILE ? index_find_out(w->index, dep->path) : NULL;
        int rc;

        if (o && !file_exists(w->data->repo->root_fd, dep->path) &&
            (rc = pull_out(w, scratch, o))) {
            return rc;
        }
    }
    return 0;
}

static int pull_run_cache(const struct walk_state *w) {
    uint64_t files = 0;
    int rc;

    if (!w->o->pull || w->o->no_run_cache || !data_remote_default(w->data)) {
        return 0;
    }
    rc = runs_pull(&files, w->data, NULL);
    if (!rc || rc == ERR_INTERRUPTED) {
        return rc;
    }
    log_warn("Failed to pull run cache: %s", err_text());
    err_clear();
    return 0;
}

static int judge_stage(struct plan *plan, const struct walk_state *w, struct arena *scratch,
                       const struct stage *s, const struct stages *upstream, bool allow_missing) {
    struct plan_options opt = {.allow_missing = allow_missing, .upstream = upstream};

    return plan_stage(plan, scratch, w->data, w->memo, s, &opt);
}

static int confirm(const struct walk_state *w, const struct stage *s) {
    const char *question;

    if (!w->o->interactive && !config_bool(w->data->repo->config, "core.interactive", false)) {
        return 0;
    }
    question = arena_printf(w->index->arena,
                            "Going to reproduce stage: '%s'. Are you sure you want to continue?",
                            address(w, s));
    if (w->o->confirm && w->o->confirm(w->o->confirm_ctx, question)) {
        return 0;
    }
    return err_set(ERR_FAILED, "reproduction aborted by the user");
}

static void count(struct repro_result *result, enum stage_run_result how) {
    switch (how) {
    case STAGE_RAN:
        result->ran++;
        break;
    case STAGE_RESTORED:
        result->restored++;
        break;
    case STAGE_VERIFIED:
        result->verified++;
        break;
    }
}

/* *stale: it was, and has been run. */
static int reproduce(bool *stale, const struct walk_state *w, struct stage *s,
                     const struct stages *upstream, bool force) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const struct repro_request *o = w->o;
    struct stage_run_options opt = {.force = force,
                                    .dry = o->dry,
                                    .allow_missing = o->allow_missing,
                                    .no_commit = o->no_commit,
                                    .no_run_cache = o->no_run_cache};
    struct plan plan = {.reason = PLAN_FORCED}, lenient;
    enum stage_run_result how;
    bool pulled = false;
    int rc;

    if (s->frozen && !stage_is_import(s)) {
        log_warn("stage: '%s' is frozen. Its dependencies are not going to be reproduced.",
                 address(w, s));
    }
    if (!force && (rc = judge_stage(&plan, w, scratch, s, upstream, o->allow_missing))) {
        return rc;
    }
    if (plan.reason == PLAN_CLEAN) {
        log_info("%s'%s' didn't change, skipping", s->cmds ? "Stage " : "", address(w, s));
        w->result->skipped++;
        return 0;
    }
    log_debug("%s: %s", address(w, s), plan_words(scratch, &plan));
    if (o->pull && !force) {
        if ((rc = judge_stage(&lenient, w, scratch, s, upstream, true)) ||
            (lenient.reason == PLAN_CLEAN && (rc = pull_outs(&pulled, w, scratch, s)))) {
            return rc;
        }
        if (pulled) {
            w->result->restored++;
            return 0;
        }
    }
    if ((rc = confirm(w, s)) ||
        (o->pull && !force && !o->dry && (rc = pull_missing_deps(w, scratch, s))) ||
        (rc = stage_run(&how, w->index->arena, w->data, w->memo, s, &plan, &opt))) {
        return rc;
    }
    count(w->result, how);
    *stale = true;
    return 0;
}

/* All stages */

static void mark_downstream(struct walk_state *w, const struct graph_node *from, enum mark mark,
                            struct stages *marked) {
    for (size_t i = 0; i < from->down.len; i++) {
        struct graph_node *n = &w->graph->node[from->down.at[i]];

        if (has_mark(w, n, mark)) {
            continue;
        }
        w->marks[n - w->graph->node] |= (unsigned char)mark;
        if (marked) {
            vec_push(marked, n->stage);
            mark_downstream(w, n, mark, marked);
        }
    }
}

/* With --keep-going and --ignore-errors the walk goes on: 0. */
static int handle_failure(struct walk_state *w, struct stage *s, const struct graph_node *n,
                          int rc) {
    struct stages dependents = {0};

    if (rc == ERR_INTERRUPTED || (!w->o->keep_going && !w->o->ignore_errors)) {
        return err_wrap(rc, "failed to reproduce '%s'", address(w, s));
    }
    vec_push(&w->failed, s);
    log_warn("%s%s", err_text(), w->o->ignore_errors ? " (ignored)" : "");
    err_clear();
    if (w->o->ignore_errors || !n) {
        return 0;
    }
    mark_downstream(w, n, MARK_SKIP, &dependents);
    if (dependents.len) {
        log_warn("Stage%s %s will be skipped due to this failure", dependents.len > 1 ? "s" : "",
                 name_list(w, &dependents));
    }
    vec_release(&dependents);
    return 0;
}

static int walk_stages(struct walk_state *w, const struct stages *order) {
    bool gap = false;

    for (size_t i = 0; i < order->len; i++) {
        struct stage *s = order->at[i];
        const struct graph_node *n = find_node(w, s);
        struct stages upstream = {0};
        bool force = w->o->force || has_mark(w, n, MARK_FORCE);
        bool stale = false;
        int rc;

        if (has_mark(w, n, MARK_SKIP)) {
            continue;
        }
        if (gap) {
            log_info("%s", "");
        }
        for (size_t k = 0; n && k < n->up.len; k++) {
            vec_push(&upstream, w->graph->node[n->up.at[k]].stage);
        }
        if (!(rc = cancel_check())) {
            rc = reproduce(&stale, w, s, &upstream, force);
        }
        vec_release(&upstream);
        if (rc) {
            if ((rc = handle_failure(w, s, n, rc))) {
                return rc;
            }
            continue;
        }
        gap = stale;
        if (w->o->force_downstream && n && (stale || force)) {
            mark_downstream(w, n, MARK_FORCE, NULL);
        }
    }
    return 0;
}

static int report_failed(struct walk_state *w) {
    if (!w->failed.len || w->o->ignore_errors) {
        return 0;
    }
    return err_set(ERR_FAILED, "failed to reproduce%s %s", w->failed.len > 1 ? " stages:" : "",
                   name_list(w, &w->failed));
}

int pipeline_repro(struct repro_result *result, struct data *d, const struct repro_request *o) {
    struct memo *memo CLEANUP(memo_freep) = NULL;
    struct index *index CLEANUP(index_freep) = NULL;
    struct walk_state w = {.data = d, .o = o, .result = result};
    struct stages order = {0};
    int rc;

    if ((rc = data_lock(d)) || (rc = index_load(&index, d->repo, NULL))) {
        return rc;
    }
    memo = memo_new(d);
    w.index = index;
    w.memo = memo;
    if (!(rc = plan_order(&order, &w)) && !(rc = pull_run_cache(&w)) &&
        !(rc = walk_stages(&w, &order))) {
        rc = report_failed(&w);
    }
    vec_release(&order);
    vec_release(&w.failed);
    graph_free(w.graph);
    free(w.marks);
    return rc;
}
