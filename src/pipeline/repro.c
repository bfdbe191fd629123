#include "pipeline/repro.h"

#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/runs.h"
#include "model/config.h"
#include "model/graph.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/signal.h"
#include "pipeline/exec_local.h"
#include "pipeline/exec_slurm.h"
#include "pipeline/executor.h"
#include "pipeline/memo.h"
#include "pipeline/plan.h"
#include "pipeline/record.h"
#include "pipeline/repro_decide.h"
#include "pipeline/repro_order.h"
#include "pipeline/runcache.h"
#include "pipeline/schedule.h"
#include "pipeline/stage_run.h"

/* What is decided of a stage before its turn comes. */
enum mark { MARK_FORCE = 1, MARK_SKIP = 2, MARK_AFTER = 4 /* one that would run */ };

struct walk_state {
    struct data *data;
    const struct repro_request *o;
    struct repro_result *result;
    struct index *index;
    struct graph *graph; /* NULL with `single` */
    struct stage_runner runner;
    struct recorder *recorder;
    unsigned char *marks; /* enum mark, per node of the graph */
    const struct stages *order;
    struct stage_job **job; /* per stage of the order, while it is at work */
    bool chains;            /* stages may be handed over behind those that they wait for */
    bool first_run;         /* the run cache has nothing */
    bool attached;          /* one stage at a time: it has the terminal */
    bool gap;               /* an empty line comes before what is said next */
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

/* The node of the stage; NULL without a graph. */
static struct graph_node *find_node(const struct walk_state *w, const struct stage *s) {
    return w->graph ? &w->graph->node[s->number] : NULL;
}

static bool has_mark(const struct walk_state *w, const struct graph_node *n, enum mark mark) {
    return n && (w->marks[n - w->graph->node] & mark);
}

/* One stage */

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

/* Data that others depend on: see pipeline/repro_decide. */
static bool is_input(const struct walk_state *w, const struct stage *s) {
    const struct graph_node *n = find_node(w, s);

    return stage_is_data(s) && n && n->down.len > 0;
}

/* The first half of a stage; w->job[turn] is what goes on, NULL if nothing does. */
static int begin_stage(struct walk_state *w, size_t turn, struct stage *s,
                       const struct stages *upstream, bool force) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const struct repro_request *o = w->o;
    struct stage_run_options opt = {.force = force,
                                    .dry = o->dry,
                                    .allow_missing = o->allow_missing,
                                    .no_commit = o->no_commit,
                                    .no_run_cache = o->no_run_cache,
                                    .pull = (o->pull || o->dry) && !force ? w->index : NULL};
    struct plan plan = {.reason = force || o->at_least_once ? PLAN_FORCED : PLAN_CLEAN};
    struct repro_decision d = {.data = w->data,
                               .memo = w->runner.memo,
                               .request = o,
                               .result = w->result,
                               .inputs_open = has_mark(w, find_node(w, s), MARK_AFTER)};

    if (s->unsupported) {
        return err_set(ERR_UNSUPPORTED, "%s is not supported", s->unsupported);
    }
    int rc = repro_decide(&plan, &d, scratch, s, upstream, is_input(w, s));

    if (rc || plan.reason == PLAN_CLEAN || (rc = confirm(w, s))) {
        return rc;
    }
    return stage_begin(&w->job[turn], &w->runner, s, &plan, &opt);
}

/* The same for one that comes behind tasks that are at work: it runs whatever they make. */
static int begin_early(struct walk_state *w, size_t turn, struct stage *s,
                       struct exec_task *const *after) {
    struct stage_run_options opt = {.after = after,
                                    .force = true,
                                    .no_commit = w->o->no_commit,
                                    .no_run_cache = w->o->no_run_cache};
    struct plan plan = {.reason = PLAN_FORCED};

    return stage_begin(&w->job[turn], &w->runner, s, &plan, &opt);
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
static int visit_failed(void *ctx, size_t turn, int rc) {
    struct walk_state *w = ctx;
    struct stage *s = w->order->at[turn];
    const struct graph_node *n = find_node(w, s);
    struct stages dependents = {0};

    if (rc == ERR_INTERRUPTED || (!w->o->keep_going && !w->o->ignore_errors)) {
        if (w->chains && n) {
            mark_downstream(w, n, MARK_SKIP, &dependents); /* some may be at work */
            vec_release(&dependents);
        }
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

static void drop_job(struct walk_state *w, size_t turn) {
    stage_job_free(w->job[turn]);
    w->job[turn] = NULL;
}

static int tell_seen(const struct walk_state *w, const struct stage *s, bool ran) {
    return w->o->seen ? w->o->seen(w->o->seen_ctx, w->index, s, ran) : 0;
}

/* What was interrupted, or met a full disk, is done again from what the executor keeps. */
static void forget_task(const struct walk_state *w, const struct exec_task *task, int rc) {
    struct executor *e = w->runner.executor;

    if (e->ops->forget && rc != ERR_INTERRUPTED && rc != ERR_IO) {
        e->ops->forget(e, task);
    }
}

/* Both halves are done; `task` is what ran, or NULL. */
static int finish_stage(struct walk_state *w, size_t turn, const struct exec_task *task) {
    struct stage_job *j = w->job[turn];
    struct stage *s = w->order->at[turn];
    const struct graph_node *n = find_node(w, s);
    unsigned flags =
        (stage_keeps_run(j) ? RECORD_RUN : 0) | (stage_wants_links(j) ? RECORD_LINKS : 0);
    int rc = w->o->dry ? 0 : recorder_add(w->recorder, turn, s, flags);

    if (task) {
        forget_task(w, task, rc);
    }
    rc = rc ? rc : tell_seen(w, s, true);
    if (!rc) {
        count(w->result, stage_result(j));
    }
    if (!rc && w->o->force_downstream && n) {
        mark_downstream(w, n, MARK_FORCE, NULL);
    }
    if (!rc && w->o->dry && n) {
        struct stages after = {0};

        mark_downstream(w, n, MARK_AFTER, &after);
        vec_release(&after);
    }
    drop_job(w, turn);
    return rc;
}

/* An empty line between what stages say. */
static void say_gap(struct walk_state *w, bool next) {
    if (w->gap) {
        log_info("%s", "");
    }
    w->gap = next;
}

/* Outs that the commands continue: no link into the cache may be handed over. */
static bool has_persistent(const struct stage *s) {
    for (size_t i = 0; i < s->nouts; i++) {
        if (s->outs[i].persist) {
            return true;
        }
    }
    return false;
}

/* What runs in any case need not wait until it is clear what it reads. */
static bool visit_early(void *ctx, size_t turn) {
    const struct walk_state *w = ctx;
    const struct stage *s = w->order->at[turn];
    const struct graph_node *n = find_node(w, s);

    return w->chains && s->cmds && !s->frozen && !s->unsupported && !has_persistent(s) &&
           !has_mark(w, n, MARK_SKIP) &&
           (w->o->force || has_mark(w, n, MARK_FORCE) || (w->first_run && s->name && !s->locked));
}

static int visit_begin(struct exec_task **task, void *ctx, size_t turn,
                       struct exec_task *const *after) {
    struct walk_state *w = ctx;
    struct stage *s = w->order->at[turn];
    const struct graph_node *n = find_node(w, s);
    struct stages upstream = {0};
    int rc;

    if (has_mark(w, n, MARK_SKIP)) {
        return 0;
    }
    if (w->attached) {
        say_gap(w, false);
    }
    for (size_t k = 0; n && k < n->up.len; k++) {
        vec_push(&upstream, w->graph->node[n->up.at[k]].stage);
    }
    rc = after ? begin_early(w, turn, s, after)
               : begin_stage(w, turn, s, &upstream, w->o->force || has_mark(w, n, MARK_FORCE));
    vec_release(&upstream);
    if (rc || !w->job[turn]) {
        return rc ? rc : tell_seen(w, s, false);
    }
    *task = stage_task(w->job[turn]);
    if (!*task) {
        w->gap = true;
        return finish_stage(w, turn, NULL);
    }
    (*task)->attached = w->attached;
    return w->attached ? stage_announce(w->job[turn], false) : 0;
}

static int visit_end(void *ctx, size_t turn, struct exec_task *task) {
    struct walk_state *w = ctx;
    int rc = 0;

    if (w->chains && has_mark(w, find_node(w, w->order->at[turn]), MARK_SKIP)) {
        rc = stage_abandon(w->job[turn]);
        forget_task(w, task, signal_cancelled() ? ERR_INTERRUPTED : 0);
        drop_job(w, turn);
        return rc;
    }
    if (!task->attached) {
        say_gap(w, false);
        rc = stage_announce(w->job[turn], true);
    }
    memo_expect_changes(w->runner.memo); /* by this command, while others looked */
    if (!rc && !(rc = stage_end(w->job[turn]))) {
        w->gap = true;
        return finish_stage(w, turn, task);
    }
    forget_task(w, task, rc);
    w->gap = !task->attached;
    drop_job(w, turn);
    return rc;
}

static int visit_due(void *ctx, size_t settled) {
    const struct walk_state *w = ctx;

    return recorder_due(w->recorder, settled);
}

static int visit_idle(void *ctx, size_t settled) {
    const struct walk_state *w = ctx;

    return recorder_flush(w->recorder, settled);
}

static bool is_elsewhere(const struct walk_state *w) {
    const char *type = config_get(w->data->repo->config, CONFIG_MERGED, "exec.type");
    bool configured = w->o->place == REPRO_CONFIGURED && type && strcasecmp(type, "slurm") == 0;

    return !w->o->dry && (configured || w->o->place == REPRO_SLURM);
}

/* How many stages may be at work. */
static size_t count_jobs(const struct walk_state *w, bool elsewhere) {
    size_t n = w->o->jobs;

    if (w->o->dry || w->order->len < 2) {
        return 1;
    }
    if (elsewhere) {
        return n && n < w->order->len ? n : w->order->len;
    }
    n = n < w->order->len ? n : w->order->len;
    n = n < SIGNAL_CHILDREN_MAX ? n : SIGNAL_CHILDREN_MAX;
    return n ? n : 1;
}

static int open_executor(struct executor **out, const struct walk_state *w, bool elsewhere) {
    const struct repro_request *o = w->o;
    struct exec_slurm_options slurm = {
        .attach = o->attach, .detach = o->detach, .timeout = o->timeout};

    if (elsewhere) {
        return exec_slurm_new(out, w->data->repo, &slurm);
    }
    if (o->attach || o->detach || o->timeout) {
        return err_set(ERR_USAGE, "--attach, --detach and --timeout are about jobs on Slurm");
    }
    const char *folder = path_join(w->index->arena, w->data->repo->tmp_dir, "cairn");
    *out = exec_local_new(folder, o->dry ? 1 : o->jobs);
    return 0;
}

/* With --detach all that can begin now has begun: no failure. */
static int leave(struct walk_state *w, struct executor *e, bool elsewhere, int rc) {
    size_t left = elsewhere && w->o->detach && !signal_cancelled() ? exec_slurm_left(e) : 0;

    if (!rc || !left) {
        return rc;
    }
    err_clear();
    w->result->left = left;
    for (size_t i = 0; i < w->order->len; i++) {
        drop_job(w, i);
    }
    return 0;
}

/* What finished is recorded, also when something failed. */
static int run_schedule(struct walk_state *w, const struct schedule *s, bool elsewhere) {
    struct schedule_visitor v = {visit_begin, visit_early, visit_end, visit_failed,
                                 visit_due,   visit_idle,  w};
    struct err_chain *failure = NULL;
    int rc = leave(w, s->executor, elsewhere, schedule_run(s, &v));

    failure = err_take(rc);
    rc = recorder_flush(w->recorder, w->order->len);
    if (failure && rc) {
        log_warn("%s", err_text());
    }
    return err_first(failure, rc);
}

/* Nothing is asked, fetched, or passed over between the stages, and nobody counts them. */
static bool may_chain(const struct walk_state *w) {
    const struct repro_request *o = w->o;

    return !o->jobs && !o->ignore_errors && !o->interactive && !o->pull && !o->allow_missing &&
           !config_bool(w->data->repo->config, "core.interactive", false);
}

static int walk_stages(struct walk_state *w) {
    bool elsewhere = is_elsewhere(w);
    struct schedule s = {
        .data = w->data, .order = w->order, .graph = w->graph, .jobs = count_jobs(w, elsewhere)};
    int rc = open_executor(&s.executor, w, elsewhere);

    if (rc) {
        return rc;
    }
    w->runner.executor = s.executor;
    w->chains = elsewhere && may_chain(w);
    w->first_run = w->o->no_run_cache || !runcache_has_any(w->data);
    w->attached = !elsewhere && (s.jobs == 1 || !w->graph);
    w->job = mem_zalloc(w->order->len + 1, sizeof(struct stage_job *));
    w->recorder = recorder_new(w->data);
    rc = run_schedule(w, &s, elsewhere);
    s.executor->ops->close(s.executor);
    recorder_free(w->recorder);
    free(w->job);
    return rc;
}

static int report_failed(struct walk_state *w) {
    if (!w->failed.len || w->o->ignore_errors) {
        return 0;
    }
    return err_set(ERR_FAILED, "failed to reproduce%s %s", w->failed.len > 1 ? " stages:" : "",
                   name_list(w, &w->failed));
}

static int pull_run_cache(struct data *d, const struct repro_request *o) {
    uint64_t files = 0;
    int rc;

    if (!o->pull || o->no_run_cache || !data_remote_default(d)) {
        return 0;
    }
    rc = runs_pull(&files, d, NULL);
    if (!rc || rc == ERR_INTERRUPTED) {
        return rc;
    }
    log_warn("Failed to pull run cache: %s", err_text());
    err_clear();
    return 0;
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
    w.order = &order;
    w.runner = (struct stage_runner){.data = d, .memo = memo, .keep = index->arena, .env = o->env};
    rc = repro_order(&order, &w.graph, index, o);
    w.marks = mem_zalloc(w.graph ? w.graph->len + 1 : 1, 1);
    if (!rc && !(rc = pull_run_cache(d, o)) && !(rc = walk_stages(&w))) {
        rc = report_failed(&w);
    }
    vec_release(&order);
    vec_release(&w.failed);
    map_release(&w.runner.readers);
    graph_free(w.graph);
    free(w.marks);
    return rc;
}
