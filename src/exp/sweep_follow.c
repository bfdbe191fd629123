#include "exp/sweep.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/signal.h"
#include "git/gitrev.h"
#include "model/repo.h"
#include "data/data.h"
#include "exp/hydra.h"
#include "exp/override.h"
#include "exp/prng.h"
#include "exp/queue.h"
#include "exp/queue_put.h"
#include "exp/queue_task.h"
#include "exp/run.h"
#include "exp/sweep_early.h"
#include "exp/tpe.h"
#include "exp/worker.h"

enum {
    POLL_MS = 100,
    STOP_TRIES = 100, /* polls until who follows has ended */
    HOPELESS = 5,     /* failures, and nothing else, after which no more are tried */
    LOOK_MS = 2000, /* a process that died, and an experiment that was removed, change no folder */
    EARLY_MS = 500, /* nor do live metrics */
    REST = 3        /* times what the last look took pass before the next */
};

static size_t count_in(const struct sweep *s, enum sweep_state state) {
    size_t n = 0;

    for (size_t i = 0; i < s->runs.len; i++) {
        n += s->runs.at[i].state == state;
    }
    return n;
}

/* ---- the next run */

/* The lowest number that has no run; the runs are sorted by it. */
static uint64_t next_number(const struct sweep *s) {
    uint64_t next = 1;

    for (size_t i = 0; i < s->runs.len; i++) {
        next += s->runs.at[i].number == next;
    }
    return next;
}

static void learn(double *at, const struct sweep *s, struct prng *random) {
    size_t dims = s->plan.space.dims.len, n = 0;
    double *seen CLEANUP(mem_freep) = mem_zalloc(s->runs.len * dims + 1, sizeof *seen);
    double *loss CLEANUP(mem_freep) = mem_zalloc(s->runs.len + 1, sizeof *loss);

    for (size_t i = 0; i < s->runs.len; i++) {
        const struct sweep_run *run = &s->runs.at[i];
        if (run->measured && run->at) {
            memcpy(seen + n * dims, run->at, dims * sizeof *seen);
            loss[n++] = s->plan.maximize ? -run->value : run->value;
        }
    }
    tpe_suggest(at, &s->plan.space, seen, loss, n, random);
}

static void choose(double *at, const struct sweep *s, uint64_t number) {
    const struct space *space = &s->plan.space;
    struct prng random = prng_stream((uint64_t)s->plan.request.seed, number);

    switch (s->plan.method) {
    case SWEEP_GRID:
        space_grid_point(at, space, number - 1);
        return;
    case SWEEP_BAYES:
        learn(at, s, &random);
        return;
    case SWEEP_RANDOM:
        break;
    }
    for (size_t d = 0; d < space->dims.len; d++) {
        at[d] = space_sample(&space->dims.at[d], &random);
    }
}

static int put_run(struct sweep *s, struct queue_put *put, uint64_t number) {
    const struct space *space = &s->plan.space;
    struct strv typed CLEANUP(strv_release) = {0};
    struct override_sets sets CLEANUP(override_sets_release) = {0};
    struct queue_order order = {.wdir = s->repo->cwd, .copy = s->plan.request.copy};
    double *at = arena_alloc(s->arena, space->dims.len * sizeof *at);
    struct sweep_run run = {.number = number, .state = SWEEP_WAITING, .at = at};
    int rc;

    choose(at, s, number);
    for (size_t i = 0; i < space->fixed.len; i++) {
        vec_push(&typed, space->fixed.at[i]);
    }
    for (size_t d = 0; d < space->dims.len; d++) {
        const struct space_dim *dim = &space->dims.at[d];
        vec_push(&typed,
                 arena_printf(s->arena, "%s=%s", dim->left, space_text(s->arena, dim, at[d])));
    }
    override_group(&sets, s->arena, &typed);
    hydra_claim(&sets, s->repo);
    run.name = arena_printf(s->arena, "%s-%llu", s->plan.name, (unsigned long long)number);
    if ((rc = queue_put_stash(run.commit, &run.name, put, &sets)) ||
        (rc = queue_put_task(put, run.commit, run.name, &order))) {
        return rc;
    }
    /* In its place by number, as sweep_look would have it. */
    size_t place = s->runs.len;
    vec_push(&s->runs, run);
    for (; place > 0 && s->runs.at[place - 1].number > number; place--) {
        s->runs.at[place] = s->runs.at[place - 1];
    }
    s->runs.at[place] = run;
    return 0;
}

/* Keeps the workers busy; bayes learns more from runs that have ended. */
static int feed(struct sweep *s, struct queue_put *put) {
    size_t jobs = (size_t)s->plan.request.jobs;
    size_t window = s->plan.method == SWEEP_BAYES ? jobs : 2 * jobs;
    int rc = 0;

    while (!rc && count_in(s, SWEEP_WAITING) + count_in(s, SWEEP_RUNNING) < window) {
        uint64_t number = next_number(s);
        if (number > s->plan.count) {
            break;
        }
        rc = put_run(s, put, number);
    }
    return rc;
}

/* ---- what has ended */

static int withdraw(const struct sweep *s) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct queue_tasks tasks = {0};
    int rc = queue_list(&tasks, arena, s->repo);

    for (size_t i = 0; !rc && i < tasks.len; i++) {
        for (size_t k = 0; !rc && k < s->runs.len; k++) {
            if (tasks.at[i].state == QUEUE_WAITING &&
                strcmp(tasks.at[i].rev, s->runs.at[k].commit) == 0) {
                rc = queue_remove(s->repo, &tasks.at[i]);
                if (rc == ERR_FAILED) { /* a worker has just taken it: then it runs */
                    err_clear();
                    rc = 0;
                }
            }
        }
    }
    vec_release(&tasks);
    return rc;
}

static int no_metric(const struct sweep *s, const struct sweep_run *run) {
    int rc = err_set(ERR_FAILED, "the run '%s' has written no number '%s' %s%s", run->name,
                     s->plan.metric_key, s->plan.metric_file ? "into " : "into any metrics file",
                     s->plan.metric_file ? s->plan.metric_file : "");

    err_hint("--metric FILE:KEY names one that the pipeline writes; `queue logs %s` shows what it "
             "has printed",
             run->name);
    return rc;
}

/* Tells what is new. Of the first runs, not all may fail, and one must be measured. */
static int judge(struct sweep *s, const struct sweep_watch *w) {
    bool any_measured = sweep_best(s) != NULL;
    size_t failed = count_in(s, SWEEP_FAILED);

    for (size_t i = 0; i < s->runs.len; i++) {
        struct sweep_run *run = &s->runs.at[i];
        bool ended =
            run->state == SWEEP_DONE || run->state == SWEEP_FAILED || run->state == SWEEP_STOPPED;
        if (ended && !run->told) {
            w->told(w->ctx, s, run);
            run->told = true;
        }
        if (run->state == SWEEP_DONE && s->plan.metric_key && !any_measured) {
            return no_metric(s, run);
        }
    }
    if (failed >= HOPELESS && !count_in(s, SWEEP_DONE)) {
        int rc = err_set(ERR_FAILED, "all %zu runs have failed, so no more are tried", failed);
        err_hint("`queue logs %s-1` shows why", s->plan.name);
        return rc;
    }
    return 0;
}

/* ---- following */

/* To look at the runs costs the more the more tasks there are, to look at the queue's folders does
 * not. */
struct pace {
    struct queue_stamp stamp; /* before the last look */
    int64_t began, took;      /* of it, in ns */
};

static bool is_due(const struct pace *p, const struct sweep *s) {
    struct queue_stamp now;
    int64_t passed = clock_monotonic_ns() - p->began;
    int64_t most = s->plan.early.factor ? EARLY_MS : LOOK_MS;

    if (!p->began || passed > most * 1000000) {
        return !p->began || passed > REST * p->took;
    }
    queue_stamp(&now, s->repo);
    return passed > REST * p->took && !queue_stamp_equal(&now, &p->stamp);
}

/* One look, and what follows from it; *over if nothing is left to do. */
static int step(bool *over, struct pace *p, struct sweep *s, struct queue_put *put,
                const struct sweep_watch *w) {
    const struct sweep_request *q = &s->plan.request;
    const struct worker_request workers = {
        .jobs = (int)q->jobs, .gpus = q->gpus, .cluster = w->cluster};
    int started, rc;

    p->began = clock_monotonic_ns();
    queue_stamp(&p->stamp, s->repo);
    rc = sweep_look(s);
    p->took = clock_monotonic_ns() - p->began;
    if (rc || (rc = judge(s, w)) || (rc = feed(s, put))) {
        return rc;
    }
    *over = !count_in(s, SWEEP_WAITING) && !count_in(s, SWEEP_RUNNING);
    if (count_in(s, SWEEP_WAITING) && (rc = worker_start(&started, s->repo, &workers))) {
        return rc;
    }
    return sweep_early(s);
}

static int follow(bool *stopped, struct sweep *s, struct queue_put *put,
                  const struct sweep_watch *w) {
    const char *stop = sweep_plan_file(s->arena, s->repo, s->plan.name, "stop");
    struct pace pace = {0};
    bool over = false;
    int rc = 0;

    while (!rc && !(*stopped = file_exists(AT_FDCWD, stop))) {
        if (is_due(&pace, s)) {
            rc = step(&over, &pace, s, put, w);
            if (!rc && over) {
                return 0;
            }
        }
        rc = rc ? rc : cancel_pause(POLL_MS);
    }
    struct err_chain *why = err_take(rc);
    return err_first(why, withdraw(s));
}

/* The workspace as it is now is what the runs start from. The repository lock is given back with the
 * data. */
static int take_workspace(struct queue_put *put, struct sweep *s, const struct sweep_watch *w) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct exp_spec spec = {0};
    struct strv typed CLEANUP(strv_release) = {0};
    struct gitrev head;
    int rc = data_open(&d, s->repo, w->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = w->lock_seconds;
    if ((rc = exp_check(d, s->repo->git, &spec)) ||
        (rc = gitrev_find(&head, s->repo->git, s->arena, "HEAD"))) {
        return rc;
    }
    if (strcmp(head.id, s->plan.baseline) != 0) {
        rc = err_set(ERR_FAILED, "the sweep '%s' started from commit %.7s, and HEAD is %.7s",
                     s->plan.name, s->plan.baseline, head.id);
        err_hint("`git checkout %.7s` to go on with it, or start a new one", s->plan.baseline);
        return rc;
    }
    for (size_t i = 0; i < s->plan.space.fixed.len; i++) {
        vec_push(&typed, s->plan.space.fixed.at[i]);
    }
    for (size_t i = 0; i < s->plan.space.dims.len; i++) {
        vec_push(&typed, arena_printf(s->arena, "%s=0", s->plan.space.dims.at[i].left));
    }
    override_group(&spec.params, s->arena, &typed);
    rc = queue_put_open(put, s->arena, d, &spec);
    override_sets_release(&spec.params);
    return rc;
}

int sweep_follow(bool *stopped, struct sweep *s, const struct sweep_watch *w) {
    struct queue_put put CLEANUP(queue_put_release) = {0};
    struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
    const char *path = sweep_plan_file(s->arena, s->repo, s->plan.name, "lock");
    int rc;

    *stopped = false;
    if (!str_eq(s->repo->cwd, s->plan.wdir)) {
        return err_set(ERR_FAILED, "the sweep '%s' was started in the folder '%s': go there",
                       s->plan.name, repo_abs(s->repo, s->plan.wdir));
    }
    if ((rc = file_lock_take(&lock, path, 1, NULL, NULL))) {
        return err_wrap(rc, "the sweep '%s' is followed already", s->plan.name);
    }
    if ((rc = file_remove(AT_FDCWD, sweep_plan_file(s->arena, s->repo, s->plan.name, "stop"))) ||
        (rc = take_workspace(&put, s, w))) {
        return rc;
    }
    return follow(stopped, s, &put, w);
}

/* ---- stopping */

bool sweep_is_followed(const struct repo *r, const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    return file_lock_is_held(sweep_plan_file(arena, r, name, "lock"));
}

static int kill_running(struct sweep *s) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct queue_tasks tasks = {0};
    int rc = queue_list(&tasks, arena, s->repo);

    for (size_t i = 0; !rc && i < tasks.len; i++) {
        for (size_t k = 0; !rc && k < s->runs.len; k++) {
            if (tasks.at[i].state == QUEUE_RUNNING &&
                strcmp(tasks.at[i].rev, s->runs.at[k].commit) == 0) {
                rc = queue_kill(s->repo, &tasks.at[i], false);
            }
        }
    }
    vec_release(&tasks);
    return rc;
}

int sweep_stop(struct sweep *s, bool kill) {
    const char *stop = sweep_plan_file(s->arena, s->repo, s->plan.name, "stop");
    int rc = 0;

    if (sweep_is_followed(s->repo, s->plan.name)) {
        rc = file_write_replace(AT_FDCWD, stop, "", 0);
        for (int i = 0; !rc && i < STOP_TRIES && sweep_is_followed(s->repo, s->plan.name); i++) {
            rc = cancel_pause(POLL_MS);
        }
    }
    if (rc || (rc = sweep_look(s)) || (rc = withdraw(s))) {
        return rc;
    }
    return kill ? kill_running(s) : 0;
}
