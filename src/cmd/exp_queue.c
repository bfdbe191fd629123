#include "cmd/exp_queue.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "show/out.h"
#include "cli/session.h"
#include "cmd/queue_parts.h"
#include "data/data.h"
#include "model/repo.h"
#include "exp/override.h"
#include "exp/queue_log.h"
#include "exp/queue_put.h"
#include "exp/queue_task.h"
#include "exp/run_copy.h"
#include "exp/worker.h"

static struct queue_order order_of(const struct session *s, const struct exp_spec *spec,
                                   const struct strv *copy) {
    struct queue_order order = {
        .wdir = s->repo->cwd, .copy = *copy, .message = spec->message, .repro = spec->repro};

    return order;
}

/* The workspace as it is, unless a run of that name cannot be. The repository lock is given back with
 * the data: it is not held while anything runs. */
static int take_workspace(struct queue_put *q, struct session *s, const struct exp_spec *spec,
                          const char *name) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct exp_spec checked = {.name = name, .baseline = spec->baseline, .repro = spec->repro};
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    rc = exp_check(d, s->repo->git, &checked);
    return rc ? rc : queue_put_open(q, s->arena, d, spec);
}

static void tell_results(const struct session *s, const char *names) {
    log_info("\nRan experiment(s): %s", names);
    log_info("To apply the results of an experiment to your workspace run:\n\n\t%s exp apply <exp>",
             s->prog);
}

/* ---- --temp */

int exp_queue_temp(struct session *s, const struct exp_spec *spec, const struct strv *copy) {
    struct queue_put q CLEANUP(queue_put_release) = {0};
    struct workcopy work CLEANUP(workcopy_release) = WORKCOPY_INIT;
    struct queue_order order = order_of(s, spec, copy);
    struct exp_result result;
    const char *name = spec->name;
    char rev[41];
    int rc;

    work.alone = true;
    workcopy_sweep(s->repo);
    if ((rc = take_workspace(&q, s, spec, name)) ||
        (rc = queue_put_stash(rev, &name, &q, &spec->params)) ||
        (rc = workcopy_lock(&work, s->repo, rev))) {
        return rc;
    }
    struct exp_copy_run run = {.files = rev, .baseline = q.baseline, .name = name, .order = &order};
    if ((rc = exp_run_copy(&result, s->arena, &work, s->repo, &run, &s->progress))) {
        return rc;
    }
    tell_results(s, result.name);
    return 0;
}

/* ---- --queue */

static int put_run(struct queue_put *q, const char *name, const struct override_sets *params,
                   const struct queue_order *order) {
    char rev[41];
    int rc = queue_put_stash(rev, &name, q, params);

    if (rc || (rc = queue_put_task(q, rev, name, order))) {
        return rc;
    }
    if (params->len) {
        log_info("Queueing with overrides '%s'.", override_sets_text(q->arena, params));
    }
    log_info("Queued experiment '%s' for future execution.", name);
    return 0;
}

int exp_queue_put(struct session *s, const struct exp_spec *spec, const struct strv *copy) {
    struct override_runs runs CLEANUP(override_runs_release) = {0};
    struct queue_put q CLEANUP(queue_put_release) = {0};
    struct queue_order order = order_of(s, spec, copy);
    bool sweep;
    int rc;

    if ((rc = override_expand(&runs, &sweep, s->arena, &spec->params)) ||
        (rc = take_workspace(&q, s, spec, sweep ? NULL : spec->name))) {
        return rc;
    }
    for (size_t i = 0; !rc && i < runs.len; i++) {
        const char *name = spec->name;
        if (name && sweep) {
            name = arena_printf(s->arena, "%s-%zu", name, i + 1);
        }
        rc = put_run(&q, name, &runs.at[i], &order);
    }
    return rc;
}

/* ---- --run-all */

static void add_name(struct str *names, const struct queue_task *t) {
    str_addf(names, "%s%.*s", names->len ? ", " : "", t->name ? 1000 : 7,
             t->name ? t->name : t->rev);
}

/* What became of the tasks that were followed. */
static int tell_ended(struct session *s, const struct queue_tasks *followed) {
    struct str good CLEANUP(str_release) = STR_INIT;
    struct str bad CLEANUP(str_release) = STR_INIT;
    struct queue_tasks now = {0};
    int rc = queue_list(&now, s->arena, s->repo);

    for (size_t i = 0; !rc && i < followed->len; i++) {
        for (size_t k = 0; k < now.len; k++) {
            if (strcmp(now.at[k].id, followed->at[i].id) == 0) {
                add_name(now.at[k].state == QUEUE_SUCCESS ? &good : &bad, &now.at[k]);
            }
        }
    }
    vec_release(&now);
    if (!rc && bad.len) {
        show_note(s->out, SHOW_RED, "ERROR",
                  arena_printf(s->arena, "experiments that failed: %s", bad.buf));
    }
    if (!rc && good.len) {
        tell_results(s, good.buf);
    }
    return rc;
}

static int follow_all(struct session *s, const struct queue_tasks *tasks) {
    int rc = 0;

    log_info("Following logs for all queued experiments. Use Ctrl+C to stop following logs "
             "(experiment execution will continue).\n");
    for (size_t i = 0; !rc && i < tasks->len; i++) {
        rc = queue_log(s->repo, &tasks->at[i], true, queue_show_log, s);
    }
    if (rc == ERR_INTERRUPTED) {
        log_info(
            "The experiments go on in the background: `queue stop` and `queue kill` end them.");
        err_clear();
        return 0;
    }
    return rc ? rc : tell_ended(s, tasks);
}

int exp_queue_run_all(struct session *s, const struct worker_request *workers) {
    struct queue_tasks all = {0}, tasks = {0};
    int started, rc = queue_list(&all, s->arena, s->repo);

    for (size_t i = 0; !rc && i < all.len; i++) {
        if (all.at[i].state == QUEUE_RUNNING || all.at[i].state == QUEUE_WAITING) {
            vec_push(&tasks, all.at[i]);
        }
    }
    if (!rc && tasks.len && !(rc = worker_start(&started, s->repo, workers))) {
        rc = follow_all(s, &tasks);
    }
    vec_release(&all);
    vec_release(&tasks);
    return rc;
}
