#include "exp/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "git/gitrev.h"
#include "model/repo.h"
#include "measure/compare.h"
#include "exp/exp_ref.h"
#include "exp/exp_scope.h"
#include "exp/queue.h"
#include "exp/sweep_early.h"

const char *sweep_state_name(enum sweep_state state) {
    static const char *const names[] = {
        [SWEEP_WAITING] = "Queued", [SWEEP_RUNNING] = "Running", [SWEEP_DONE] = "Success",
        [SWEEP_FAILED] = "Failed",  [SWEEP_STOPPED] = "Stopped", [SWEEP_REMOVED] = "Removed"};

    return names[state];
}

void sweep_release(struct sweep *s) {
    sweep_request_release(&s->plan.request);
    sweep_plan_release(&s->plan);
    vec_release(&s->runs);
}

int sweep_open(struct sweep *out, struct arena *arena, struct repo *r, const char *name) {
    int rc;

    *out = (struct sweep){.arena = arena, .repo = r};
    if ((rc = sweep_plan_load(&out->plan, arena, r, name))) {
        return rc;
    }
    return sweep_look(out);
}

/* ---- which runs there are */

/* "<sweep>-12" → 12; 0 if it is none. */
static uint64_t number_of(const struct sweep *s, const char *name) {
    size_t len = strlen(s->plan.name);
    uint64_t number;

    if (!name || strncmp(name, s->plan.name, len) != 0 || name[len] != '-' || name[len + 1] < '1' ||
        name[len + 1] > '9' || !num_uint(&number, name + len + 1) || number > SWEEP_RUNS_MAX) {
        return 0;
    }
    return number;
}

struct found VEC_OF(struct sweep_run);

static void add_found(struct found *found, const struct sweep *s, const char *name,
                      const char *commit, enum sweep_state state) {
    struct sweep_run run = {.number = number_of(s, name), .state = state};

    if (!run.number) {
        return;
    }
    memcpy(run.commit, commit, sizeof run.commit);
    vec_push(found, run);
}

/* The queue first: a run that ends meanwhile is then seen as an experiment. */
static int find_runs(struct found *found, struct arena *arena, const struct sweep *s) {
    static const enum sweep_state states[] = {[QUEUE_RUNNING] = SWEEP_RUNNING,
                                              [QUEUE_WAITING] = SWEEP_WAITING,
                                              [QUEUE_FAILED] = SWEEP_FAILED,
                                              [QUEUE_SUCCESS] = SWEEP_REMOVED};
    struct queue_tasks tasks = {0};
    struct experiments all = {0};
    struct strv baseline CLEANUP(strv_release) = {0};
    struct gitrepo *git;
    int rc = exp_git(&git, s->repo);

    vec_push(&baseline, s->plan.baseline);
    if (!rc && !(rc = queue_list(&tasks, arena, s->repo))) {
        rc = exp_list(&all, git, arena, &baseline);
    }
    for (size_t i = 0; !rc && i < all.len; i++) {
        add_found(found, s, all.at[i].name, all.at[i].id, SWEEP_DONE);
    }
    for (size_t i = 0; !rc && i < tasks.len; i++) {
        const struct queue_task *t = &tasks.at[i];
        if (strcmp(t->baseline, s->plan.baseline) == 0) {
            bool stopped = t->state == QUEUE_FAILED && sweep_early_has(arena, s->repo, t->rev);
            add_found(found, s, t->name, t->rev, stopped ? SWEEP_STOPPED : states[t->state]);
        }
    }
    vec_release(&tasks);
    vec_release(&all);
    return rc;
}

/* Of several with one number: what runs is not over, though its experiment may be there already; then the
 * experiment says most. */
static int rank(enum sweep_state state) {
    static const int ranks[] = {[SWEEP_RUNNING] = 0, [SWEEP_DONE] = 1,    [SWEEP_WAITING] = 2,
                                [SWEEP_FAILED] = 3,  [SWEEP_STOPPED] = 3, [SWEEP_REMOVED] = 4};

    return ranks[state];
}

static int compare_runs(const void *a, const void *b) {
    const struct sweep_run *x = a, *y = b;

    return x->number != y->number ? (x->number > y->number) - (x->number < y->number)
                                  : rank(x->state) - rank(y->state);
}

/* ---- what is known of them */

struct reading {
    struct sweep *sweep;
    struct arena *arena; /* of what was read */
    struct strv commits;
    VEC(struct sweep_run *) runs;
};

/* Calls measure for these files of all commits. */
static int read_file(struct measure_revs *out, struct reading *rd, enum measure_kind kind,
                     const char *file) {
    struct measure_request q = {.kind = kind};
    int rc;

    if (file) {
        vec_push(&q.targets, file);
    }
    rc = measure_at(out, rd->arena, rd->sweep->repo, &q, &rd->commits);
    strv_release(&q.targets);
    return rc;
}

static const struct node *find_value(const struct measure_rev *rev, const char *key) {
    for (size_t i = 0; i < rev->files.len; i++) {
        const struct node *data = rev->files.at[i].data;
        const struct node *n = data ? node_get(data, key) : NULL;
        n = n || !data ? n : node_query(data, key);
        if (n) {
            return n;
        }
    }
    return NULL;
}

static int read_dim(struct reading *rd, size_t d, double *const *points) {
    struct sweep *s = rd->sweep;
    const struct space_dim *dim = &s->plan.space.dims.at[d];
    struct measure_revs revs = {0};
    int rc = read_file(&revs, rd, MEASURE_PARAMS, dim->file);

    for (size_t i = 0; !rc && i < rd->runs.len; i++) {
        const struct node *n = i < revs.len ? find_value(&revs.at[i], dim->key) : NULL;
        if (!space_locate(&points[i][d], rd->arena, dim, n)) {
            rd->runs.at[i]->at = NULL;
        }
    }
    measure_revs_release(&revs);
    return rc;
}

static int read_points(struct reading *rd) {
    size_t dims = rd->sweep->plan.space.dims.len;
    double **points = arena_alloc(rd->arena, (rd->runs.len + 1) * sizeof *points);
    int rc = 0;

    for (size_t i = 0; i < rd->runs.len; i++) {
        points[i] = arena_alloc(rd->sweep->arena, dims * sizeof **points);
        rd->runs.at[i]->at = points[i];
    }
    for (size_t d = 0; !rc && d < dims; d++) {
        rc = read_dim(rd, d, points);
    }
    return rc;
}

static int read_metric(struct reading *rd) {
    const struct sweep_plan *p = &rd->sweep->plan;
    struct measure_revs revs = {0};
    int rc = p->metric_key ? read_file(&revs, rd, MEASURE_METRICS, p->metric_file) : 0;

    for (size_t i = 0; !rc && i < rd->runs.len && i < revs.len; i++) {
        struct sweep_run *run = rd->runs.at[i];
        const struct node *n = find_value(&revs.at[i], p->metric_key);
        if (run->state == SWEEP_DONE && n && node_is_number(n) && isfinite(node_number(n))) {
            run->measured = true;
            run->value = node_number(n);
        }
    }
    measure_revs_release(&revs);
    return rc;
}

static const struct sweep_run *known(const struct sweep *s, uint64_t number) {
    for (size_t i = 0; i < s->runs.len; i++) {
        if (s->runs.at[i].number == number) {
            return &s->runs.at[i];
        }
    }
    return NULL;
}

/* A commit never changes, so what was read of it stays. */
static void take_known(struct sweep_run *run, struct reading *rd) {
    const struct sweep_run *old = known(rd->sweep, run->number);

    if (old && strcmp(old->commit, run->commit) == 0) {
        enum sweep_state state = run->state;
        *run = *old;
        run->state = state;
        return;
    }
    run->name = arena_printf(rd->sweep->arena, "%s-%llu", rd->sweep->plan.name,
                             (unsigned long long)run->number);
    vec_push(&rd->commits, arena_strdup(rd->arena, run->commit));
    vec_push(&rd->runs, run);
}

int sweep_look(struct sweep *s) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct reading rd = {.sweep = s, .arena = arena};
    struct found found = {0};
    size_t kept = 0;
    int rc = find_runs(&found, arena, s);

    if (found.len) {
        qsort(found.at, found.len, sizeof *found.at, compare_runs);
    }
    for (size_t i = 0; i < found.len; i++) {
        if (!kept || found.at[kept - 1].number != found.at[i].number) {
            found.at[kept++] = found.at[i];
        }
    }
    found.len = kept;
    for (size_t i = 0; !rc && i < found.len; i++) {
        take_known(&found.at[i], &rd);
    }
    if (!rc && rd.runs.len && !(rc = read_points(&rd))) {
        rc = read_metric(&rd);
    }
    strv_release(&rd.commits);
    vec_release(&rd.runs);
    if (rc) {
        vec_release(&found);
        return err_wrap(rc, "the runs of the sweep '%s'", s->plan.name);
    }
    vec_release(&s->runs);
    s->runs.at = found.at;
    s->runs.len = found.len;
    s->runs.cap = found.cap;
    return 0;
}

const struct sweep_run *sweep_best(const struct sweep *s) {
    const struct sweep_run *best = NULL;

    for (size_t i = 0; i < s->runs.len; i++) {
        const struct sweep_run *run = &s->runs.at[i];
        if (run->measured &&
            (!best || (s->plan.maximize ? run->value > best->value : run->value < best->value))) {
            best = run;
        }
    }
    return best;
}

size_t sweep_ended(const struct sweep *s) {
    size_t n = 0;

    for (size_t i = 0; i < s->runs.len; i++) {
        n += s->runs.at[i].state != SWEEP_WAITING && s->runs.at[i].state != SWEEP_RUNNING;
    }
    return n;
}

const char *sweep_stage(const struct sweep *s) {
    return sweep_is_followed(s->repo, s->plan.name) ? "Running"
           : sweep_ended(s) >= s->plan.count        ? "Ended"
                                                    : "Stopped";
}

const char *sweep_run_text(struct arena *arena, const struct sweep *s,
                           const struct sweep_run *run) {
    struct str text CLEANUP(str_release) = STR_INIT;

    for (size_t d = 0; run->at && d < s->plan.space.dims.len; d++) {
        const struct space_dim *dim = &s->plan.space.dims.at[d];
        str_addf(&text, "%s%s=%s", d ? ", " : "", dim->key, space_text(arena, dim, run->at[d]));
    }
    return arena_strdup(arena, text.buf);
}

/* ---- a new one */

int sweep_begin(struct sweep_plan *plan, struct arena *arena, struct repo *r) {
    struct sweep probe = {.arena = arena, .repo = r};
    struct found found = {0};
    struct gitrepo *git;
    struct gitrev head;
    int rc;

    if ((rc = exp_git(&git, r)) || (rc = gitrev_find(&head, git, arena, "HEAD"))) {
        return rc;
    }
    memcpy(plan->baseline, head.id, sizeof head.id);
    plan->wdir = r->cwd;
    if ((rc = plan->name ? exp_name_check(plan->name)
                         : exp_name_random(&plan->name, git, arena, head.id))) {
        return rc;
    }
    probe.plan = *plan;
    rc = find_runs(&found, arena, &probe);
    if (!rc && found.len) {
        rc = err_set(ERR_EXISTS, "there are experiments or tasks of the name '%s-%llu' already",
                     plan->name, (unsigned long long)found.at[0].number);
        err_hint("give the sweep another --name, or remove them: `exp remove`, `queue remove`");
    }
    vec_release(&found);
    return rc ? rc : sweep_plan_keep(plan, r);
}
