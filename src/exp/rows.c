#include "exp/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitref.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "model/repo.h"
#include "data/data.h"
#include "exp/exp_ref.h"
#include "exp/queue.h"

#define WORKSPACE "workspace"

/* A collection under way. */
struct rows {
    struct exp_baselines *out;
    struct arena *arena;
    struct data *data;
    const struct exp_rows_request *q;
    struct map names;     /* id -> name of a commit */
    struct map by_id;     /* id -> index into out + 1, as a pointer */
    struct map executors; /* reference of an experiment that was queued -> who ran it */
};

static int load_state(struct exp_state *out, struct rows *rows, const char *rev, int64_t time,
                      bool param_deps) {
    return exp_state_load(out, rows->arena, rows->data, rev, time, param_deps);
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
    struct exp_range range = {.kind = EXP_DONE, .name = e->name};
    int rc = load_branch(&range.revs, rows, e);

    if (rc || !range.revs.len) {
        vec_release(&range.revs);
        return rc;
    }
    range.revs.at[0].name = e->name;
    range.executor = map_get(&rows->executors, e->ref);
    vec_push(out, range);
    return 0;
}

/* Newest first; of one second the highest id. */
static int compare_ranges(const void *a, const void *b) {
    const struct exp_range *p = a, *q = b;
    const struct exp_state *x = &p->revs.at[0], *y = &q->revs.at[0];
    if (p->kind != q->kind) {
        return p->kind < q->kind ? -1 : 1;
    }
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
    vec_release(&list);
    return rc;
}

/* Queued ones */

static const struct exp_executor *make_executor(struct arena *arena, const struct queue_task *t) {
    static const char *const states[] = {[QUEUE_RUNNING] = "running",
                                         [QUEUE_WAITING] = "queued",
                                         [QUEUE_FAILED] = "failed",
                                         [QUEUE_SUCCESS] = "success"};
    struct exp_executor *e = arena_alloc(arena, sizeof *e);

    *e = (struct exp_executor){
        .state = states[t->state],
        .name = t->state == QUEUE_FAILED ? NULL : "dvc-task",
        .local = t->state == QUEUE_WAITING || t->pid != 0,
        .root = t->root,
        .log = t->state == QUEUE_WAITING ? NULL : t->log,
        .task = arena_strdup(arena, t->rev),
        .pid = t->pid,
        .ended = t->ended,
        .status = t->status,
    };
    return e;
}

/* The copy of the workspace that a task runs in, as it is now. */
static int load_running(struct exp_state *out, struct rows *rows, const struct queue_task *t) {
    struct repo *copy CLEANUP(repo_closep) = NULL;
    struct data *d CLEANUP(data_closep) = NULL;
    const char *root = t->root ? path_join(rows->arena, t->root, rows->data->repo->git_path) : "";
    int rc = t->root ? repo_open(&copy, root, false)
                     : err_set(ERR_NOT_FOUND, "nothing is known of the run");

    if (!rc && !(rc = data_open(&d, copy, NULL))) {
        rc = exp_state_load(out, rows->arena, d, WORKSPACE, -1, rows->q->param_deps);
    }
    if (rc && rc != ERR_INTERRUPTED) { /* about to begin, or just over */
        err_clear();
        *out = (struct exp_state){0};
        rc = 0;
    }
    out->rev = arena_strdup(rows->arena, t->rev);
    return rc;
}

/* What the run will begin with: there are no metrics of it yet. */
static int load_stashed(struct exp_state *out, struct rows *rows, const struct queue_task *t) {
    struct gitrev rev;
    int rc = gitrev_find(&rev, rows->data->repo->git, rows->arena, t->rev);

    if (rc) {
        return rc;
    }
    rc = load_state(out, rows, arena_strdup(rows->arena, rev.id), rev.time, rows->q->param_deps);
    if (!rc && out->data && t->state == QUEUE_WAITING) {
        vec_release(&((struct exp_data *)out->data)->metrics);
    }
    if (!rc && t->state == QUEUE_FAILED) {
        out->error_type = "";
        out->error_text = "Experiment run failed";
    }
    return rc;
}

static int add_task(struct rows *rows, const struct queue_task *t) {
    size_t at = (size_t)(uintptr_t)map_get(&rows->by_id, t->baseline);
    bool hidden = (t->state == QUEUE_WAITING && rows->q->hide_queued) ||
                  (t->state == QUEUE_FAILED && rows->q->hide_failed);
    struct exp_range range = {.name = t->name};
    struct exp_state state;
    int rc;

    if (!at || hidden) {
        return 0;
    }
    range.kind = t->state == QUEUE_RUNNING   ? EXP_RUNNING
                 : t->state == QUEUE_WAITING ? EXP_QUEUED
                                             : EXP_FAILED;
    range.executor = make_executor(rows->arena, t);
    rc = t->state == QUEUE_RUNNING ? load_running(&state, rows, t) : load_stashed(&state, rows, t);
    if (rc == ERR_NOT_FOUND) { /* its commit is gone */
        err_clear();
        return 0;
    }
    if (!rc) {
        state.name = t->name;
        vec_push(&range.revs, state);
        vec_push(&rows->out->at[at - 1].ranges, range);
    }
    return rc;
}

/* Who ran what is done, and all that is not done yet. */
static int add_tasks(struct rows *rows) {
    struct queue_tasks tasks = {0};
    int rc = queue_list(&tasks, rows->arena, rows->data->repo);

    for (size_t i = 0; !rc && i < tasks.len; i++) {
        const struct queue_task *t = &tasks.at[i];

        if (t->state != QUEUE_SUCCESS) {
            rc = add_task(rows, t);
        } else if (t->ref) {
            map_put(&rows->executors, t->ref, (void *)make_executor(rows->arena, t));
        }
    }
    vec_release(&tasks);
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
    if (!rc && !(rc = add_tasks(&rows))) {
        rc = add_experiments(&rows);
    }
    for (size_t i = 0; i < out->len; i++) {
        sort_ranges(&out->at[i].ranges);
    }
    map_release(&rows.names);
    map_release(&rows.by_id);
    map_release(&rows.executors);
    return rc;
}

void exp_rows_release(struct exp_baselines *rows) {
    for (size_t i = 0; i < rows->len; i++) {
        struct exp_baseline *base = &rows->at[i];

        exp_state_release(&base->state);
        for (size_t k = 0; k < base->ranges.len; k++) {
            for (size_t n = 0; n < base->ranges.at[k].revs.len; n++) {
                exp_state_release(&base->ranges.at[k].revs.at[n]);
            }
            vec_release(&base->ranges.at[k].revs);
        }
        vec_release(&base->ranges);
    }
    vec_release(rows);
}
