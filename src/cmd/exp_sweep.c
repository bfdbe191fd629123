#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/num.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/exp_sweep_json.h"
#include "cmd/queue_parts.h"
#include "model/repo.h"
#include "cmd/repro_args.h"
#include "exp/sweep.h"
#include "exp/worker.h"

struct exp_sweep_args {
    struct strv words, set_param, copy;
    const char *method, *metric, *goal, *name, *seed, *gpus, *executor;
    int count, jobs;
    bool kill, json;
};
#define AT(member) offsetof(struct exp_sweep_args, member)

/* ---- tables */

static const char *value_text(struct arena *arena, const struct sweep_run *run) {
    char text[NUM_FLOAT_MAX];

    return run && run->measured ? arena_strdup(arena, num_float_repr(text, run->value)) : "-";
}

static void show_row(const struct sweep *s, struct table *t, const struct sweep_run *run) {
    table_row(t);
    table_cell(t, run->name);
    table_cell(t, sweep_state_name(run->state));
    if (s->plan.metric_key) {
        table_cell(t, value_text(s->arena, run));
    }
    for (size_t d = 0; d < s->plan.space.dims.len; d++) {
        table_cell(t, run->at ? space_text(s->arena, &s->plan.space.dims.at[d], run->at[d]) : "-");
    }
}

/* The best first; without a metric by number. */
static int compare_rows(const void *a, const void *b, void *ctx) {
    const struct sweep_run *const *x = a, *const *y = b;
    const struct sweep *s = ctx;

    if ((*x)->measured != (*y)->measured) {
        return (*y)->measured - (*x)->measured;
    }
    if ((*x)->measured && (*x)->value != (*y)->value) {
        return ((*x)->value > (*y)->value) == s->plan.maximize ? -1 : 1;
    }
    return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

static void show_table(struct session *session, struct sweep *s,
                       const struct sweep_run *const *rows) {
    struct table *t = table_new();

    table_column(t, "Run");
    table_column(t, "State");
    if (s->plan.metric_key) {
        table_column(t, s->plan.metric_key);
    }
    for (size_t d = 0; d < s->plan.space.dims.len; d++) {
        table_column(t, s->plan.space.dims.at[d].key);
    }
    for (size_t i = 0; i < s->runs.len; i++) {
        show_row(s, t, rows[i]);
    }
    table_print(t, session->out, TABLE_PLAIN);
    table_free(t);
}

static void show_runs(struct session *session, struct sweep *s, bool json) {
    const struct sweep_run **rows = arena_alloc(s->arena, (s->runs.len + 1) * sizeof *rows);

    for (size_t i = 0; i < s->runs.len; i++) {
        rows[i] = &s->runs.at[i];
    }
    qsort_r(rows, s->runs.len, sizeof *rows, compare_rows, s);
    if (json) {
        exp_sweep_json(session, s, rows, s->runs.len);
    } else {
        show_table(session, s, rows);
    }
}

/* ---- following */

static void tell_run(void *ctx, const struct sweep *s, const struct sweep_run *run) {
    struct session *session = ctx;
    const char *text = sweep_run_text(session->arena, s, run);

    if (run->state == SWEEP_FAILED) {
        log_info("%s failed (%s): `queue logs %s` shows why", run->name, text, run->name);
    } else if (run->state == SWEEP_STOPPED) {
        log_info("%s was stopped early (%s)", run->name, text);
    } else if (run->measured) {
        log_info("%s: %s=%s (%s)%s", run->name, s->plan.metric_key, value_text(session->arena, run),
                 text, run == sweep_best(s) ? ", the best" : "");
    } else {
        log_info("%s: done (%s)", run->name, text);
    }
}

static bool any_succeeded(const struct sweep *s) {
    for (size_t i = 0; i < s->runs.len; i++) {
        if (s->runs.at[i].state == SWEEP_DONE) {
            return true;
        }
    }
    return false;
}

static int tell_end(struct session *session, struct sweep *s, bool stopped, bool json) {
    const struct sweep_run *best = sweep_best(s);

    if (!json) {
        log_info("%s", "");
    }
    show_runs(session, s, json);
    if (stopped && !json) {
        log_info("\nThe sweep was stopped: `%s exp sweep resume %s` goes on with it.",
                 session->prog, s->plan.name);
        return 0;
    }
    if (!stopped && !any_succeeded(s)) {
        return err_set(ERR_FAILED, "no run of the sweep '%s' succeeded", s->plan.name);
    }
    if (best && !json) {
        log_info(
            "\nThe best run is '%s'. To apply it to your workspace run:\n\n\t%s exp apply %s\n\n"
            "To see all runs as a page with drawings:\n\n\t%s exp show --html",
            best->name, session->prog, best->name, session->prog);
    }
    if (!s->plan.metric_key && !json) {
        log_info(
            "\nWithout --metric no run is the best. To see all runs as a page with drawings:\n\n"
            "\t%s exp show --html",
            session->prog);
    }
    return 0;
}

/* With --json standard output is the document alone. */
static void tell_nothing(void *ctx, const struct sweep *s, const struct sweep_run *run) {
    (void)ctx, (void)s, (void)run;
}

static int follow(struct session *session, struct sweep *s, const struct exp_sweep_args *a) {
    struct sweep_watch watch = {.progress = &session->progress,
                                .lock_seconds = session->lock_seconds,
                                .cluster = worker_is_cluster(session->repo, a->executor),
                                .told = a->json ? tell_nothing : tell_run,
                                .ctx = session};
    bool stopped;

    if (watch.cluster && !a->jobs && s->plan.method != SWEEP_BAYES) { /* what a cluster is for */
        s->plan.request.jobs = s->plan.count < WORKER_MAX ? (int64_t)s->plan.count : WORKER_MAX;
    }
    int rc = sweep_follow(&stopped, s, &watch);

    if (!rc) {
        return tell_end(session, s, stopped, a->json);
    }
    if (!s->runs.len) { /* nothing was begun: as if it had not been asked for */
        struct err_chain *why = err_take(rc);
        return err_first(why, sweep_plan_forget(s->repo, s->plan.name));
    }
    if (rc == ERR_INTERRUPTED) {
        log_info("\nRuns that have begun go on in the background; `%s exp sweep resume %s` goes on "
                 "with the others.",
                 session->prog, s->plan.name);
    }
    return rc;
}

/* ---- the verbs */

static int read_request(struct sweep_request *q, struct session *s, const struct exp_sweep_args *a,
                        const struct strv *gpus) {
    int64_t seed = -1;
    int rc = 0;

    if (a->seed && (!num_int(&seed, a->seed) || seed < 0)) {
        return err_set(ERR_FAILED, "--seed takes a whole number from 0 on, not '%s'", a->seed);
    }
    if (a->jobs < 0 || a->count < 0) {
        return err_set(ERR_FAILED, "--jobs and --count take a number above 0");
    }
    *q = (struct sweep_request){.set = a->set_param,
                                .method = a->method,
                                .gpus = *gpus,
                                .copy = a->copy,
                                .metric = a->metric,
                                .goal = a->goal,
                                .count = a->count,
                                .seed = seed,
                                .jobs = a->jobs};
    if (a->words.len) {
        rc = sweep_plan_read_file(&q->document, s->arena, a->words.at[0]);
    }
    return rc;
}

static int start(struct session *session, const struct exp_sweep_args *a) {
    struct sweep s CLEANUP(sweep_release) = {0};
    struct sweep_plan plan CLEANUP(sweep_plan_release) = {0};
    struct strv gpus CLEANUP(strv_release) = {0};
    struct sweep_request q;
    int rc = gpus_split(&gpus, session->arena, a->gpus);

    if (rc || (rc = read_request(&q, session, a, &gpus)) ||
        (rc = sweep_plan_make(&plan, session->arena, &q))) {
        return rc;
    }
    plan.name = a->name;
    if ((rc = sweep_begin(&plan, session->arena, session->repo)) ||
        (rc = sweep_open(&s, session->arena, session->repo, plan.name))) {
        return rc;
    }
    if (!a->json) {
        log_info("Sweep '%s': %s, %llu runs, seed %lld", plan.name, sweep_method_name(plan.method),
                 (unsigned long long)plan.count, (long long)plan.request.seed);
    }
    return follow(session, &s, a);
}

static int resume(struct session *session, const struct exp_sweep_args *a, const char *name) {
    struct sweep s CLEANUP(sweep_release) = {0};
    int rc = sweep_open(&s, session->arena, session->repo, name);

    if (rc) {
        return rc;
    }
    if (a->jobs > 0) {
        s.plan.request.jobs = a->jobs;
    }
    if (a->gpus) {
        vec_clear(&s.plan.request.gpus);
        if ((rc = gpus_split(&s.plan.request.gpus, session->arena, a->gpus))) {
            return rc;
        }
    }
    if (!a->json) {
        log_info("Sweep '%s': %zu of %llu runs have ended", name, sweep_ended(&s),
                 (unsigned long long)s.plan.count);
    }
    return follow(session, &s, a);
}

static int stop(struct session *session, const struct exp_sweep_args *a, const char *name) {
    struct sweep s CLEANUP(sweep_release) = {0};
    int rc = sweep_open(&s, session->arena, session->repo, name);

    if (rc || (rc = sweep_stop(&s, a->kill))) {
        return rc;
    }
    log_info("The sweep '%s' begins no more runs.", name);
    return 0;
}

static void show_sweep(struct table *t, struct arena *arena, const struct sweep *s) {
    const struct sweep_run *best = sweep_best(s);

    table_row(t);
    table_cell(t, s->plan.name);
    table_cell(t, sweep_stage(s));
    table_cell(t, sweep_method_name(s->plan.method));
    table_cell(t,
               arena_printf(arena, "%zu/%llu", sweep_ended(s), (unsigned long long)s->plan.count));
    table_cell(t, best ? arena_printf(arena, "%s: %s", best->name, value_text(arena, best)) : "-");
}

/* Calls fn for each sweep that is kept. */
static int each_sweep(struct session *session, const struct strv *names,
                      void (*fn)(void *ctx, struct session *session, const struct sweep *s),
                      void *ctx) {
    int rc = 0;

    for (size_t i = 0; !rc && i < names->len; i++) {
        struct sweep s CLEANUP(sweep_release) = {0};
        if (!(rc = sweep_open(&s, session->arena, session->repo, names->at[i]))) {
            fn(ctx, session, &s);
        }
    }
    return rc;
}

static void add_sweep(void *ctx, struct session *session, const struct sweep *s) {
    show_sweep(ctx, session->arena, s);
}

static void add_json(void *ctx, struct session *session, const struct sweep *s) {
    (void)session;
    exp_sweep_json_row(ctx, s);
}

static int list_json(struct session *session, const struct strv *names) {
    struct json *j = json_begin(session->out);

    json_list(j, NULL);
    int rc = each_sweep(session, names, add_json, j);
    json_close(j);
    json_end(j);
    return rc;
}

static int list_table(struct session *session, const struct strv *names) {
    static const char *const titles[] = {"Sweep", "State", "Method", "Runs", "Best"};
    struct table *t = table_new();

    for (size_t i = 0; i < COUNT_OF(titles); i++) {
        table_column(t, titles[i]);
    }
    int rc = each_sweep(session, names, add_sweep, t);
    if (!rc && names->len) {
        table_print(t, session->out, TABLE_PLAIN);
    } else if (!rc) {
        show_line(session->out, "There are no sweeps.");
    }
    table_free(t);
    return rc;
}

static int list_sweeps(struct session *session, bool json) {
    struct strv names CLEANUP(strv_release) = {0};
    int rc = sweep_plan_names(&names, session->arena, session->repo);

    return rc ? rc : (json ? list_json : list_table)(session, &names);
}

static int status(struct session *session, const char *name, bool json) {
    struct sweep s CLEANUP(sweep_release) = {0};
    int rc = sweep_open(&s, session->arena, session->repo, name);

    if (rc) {
        return rc;
    }
    if (!json) {
        show_line(session->out, "%s: %s, %zu of %llu runs have ended\n", sweep_stage(&s),
                  sweep_method_name(s.plan.method), sweep_ended(&s),
                  (unsigned long long)s.plan.count);
    }
    show_runs(session, &s, json);
    return 0;
}

static int exp_sweep_run(struct session *s, const void *args) {
    const struct exp_sweep_args *a = args;
    const char *verb = a->words.len ? a->words.at[0] : NULL;
    const char *name = a->words.len > 1 ? a->words.at[1] : NULL;
    bool is_status = str_eq(verb, "status"), is_stop = str_eq(verb, "stop");

    if (!is_status && !is_stop && !str_eq(verb, "resume")) {
        return name
                   ? err_set(ERR_FAILED, "'%s' is no verb of a sweep: status, resume or stop", verb)
                   : start(s, a);
    }
    if (is_status) {
        return name ? status(s, name, a->json) : list_sweeps(s, a->json);
    }
    if (!name) {
        return err_set(ERR_FAILED, "which sweep? `%s exp sweep status` lists them", s->prog);
    }
    return is_stop ? stop(s, a, name) : resume(s, a, name);
}

static const char *const methods[] = {"grid", "random", "bayes", NULL};
static const char *const goals[] = {"minimize", "maximize", NULL};

static const struct opt exp_sweep_opts[] = {
    {'S', "set-param", OPT_LIST, AT(set_param), "[<file>:]<key>=<values>",
     .help = "what a parameter may be: log(1e-5,1e-1), uniform(0,1), int(2,12), choice(a,b), or a "
             "fixed value"},
    {0, "method", OPT_TEXT, AT(method), "<method>", .choices = methods,
     .help = "all points of a grid, random ones (the default), or bayes: such as promise more"},
    {'n', "count", OPT_INT, AT(count), "<number>", .help = "runs in all"},
    {0, "seed", OPT_TEXT, AT(seed), "<number>", .help = "of random and bayes; else one is drawn"},
    {0, "metric", OPT_TEXT, AT(metric), "[<file>:]<key>", .help = "what the best run is told by"},
    {0, "goal", OPT_TEXT, AT(goal), "<goal>", .choices = goals,
     .help = "of the metric; minimize if not given"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>",
     .help = "runs at a time; if not given, one per GPU of --gpus, else 1"},
    {0, "gpus", OPT_TEXT, AT(gpus), "<id>,...",
     .help = "GPUs that runs get in turn, as CUDA_VISIBLE_DEVICES"},
    {'C', "copy-paths", OPT_LIST, AT(copy), "<path>",
     .help = "ignored or untracked file or folder that the runs need"},
    EXECUTOR_OPT(AT(executor)),
    {0, "name", OPT_TEXT, AT(name), "<name>", .help = "of the sweep; else one is made up"},
    {0, "kill", OPT_FLAG, AT(kill), .help = "with stop: end the runs that have begun, too"},
    {0, "json", OPT_FLAG, AT(json), .help = "the runs, or with status the sweeps, as JSON"},
    OPT_END,
};

const struct cmd cmd_exp_sweep = {
    .name = "exp sweep",
    .group = GROUP_PIPELINE,
    .summary = "search parameters for the best run",
    .detail = "Runs the pipeline again and again with other parameters, in copies beside the "
              "workspace; each run is an experiment <sweep>-<n>. What may vary is given by -S, or "
              "in a file with the keys of sweeps in Weights & Biases. `status` shows the sweeps or "
              "the runs of one, `stop` ends one, `resume` goes on with it.",
    .opts = exp_sweep_opts,
    .args = "[<file> | status | resume | stop] [<name>]",
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct exp_sweep_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_sweep_run,
};
