#include "exp/sweep_early.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "git/gittree.h"
#include "model/repo.h"
#include "exp/queue.h"
#include "exp/sweep.h"

#define METRICS_FILE "dvclive/metrics.json"

enum { CURVE_MAX = 16 << 20 };

bool sweep_early_has(struct arena *arena, const struct repo *r, const char *rev) {
    return file_exists(AT_FDCWD, queue_file(arena, r, rev, "early"));
}

/* Where the metric's steps are, below the top of the Git work tree. */
static int curve_path(const char **out, struct arena *arena, const struct sweep *s) {
    const char *typed = s->plan.metric_file ? s->plan.metric_file : METRICS_FILE, *file;
    char *key = arena_strdup(arena, s->plan.metric_key);
    int rc = repo_path(&file, s->repo, typed, true);

    for (char *c = key; *c; c++) {
        *c = *c == '.' ? '/' : *c; /* train.loss in the file of metrics is train/loss to DVCLive */
    }
    if (!rc) {
        const char *name = arena_printf(arena, "plots/metrics/%s.tsv", key);
        const char *dir = path_join(arena, s->repo->git_path, path_dir(arena, file));
        *out = path_join(arena, dir, name);
    }
    return rc;
}

/* What is not there is an empty curve: the run may not have begun to write. */
static void read_text(struct str *text, struct arena *arena, const struct sweep *s,
                      const struct sweep_run *run, const char *root) {
    const char *path;
    int rc = curve_path(&path, arena, s);

    if (!rc && run->state == SWEEP_DONE) {
        rc = gittree_read(text, s->repo->git, run->commit, path, CURVE_MAX);
    } else if (!rc && run->state == SWEEP_STOPPED) {
        rc = file_read(text, AT_FDCWD, queue_file(arena, s->repo, run->commit, "early"), CURVE_MAX);
    } else if (!rc && root) {
        rc = file_read(text, AT_FDCWD, path_join(arena, root, path), CURVE_MAX);
    }
    if (rc) {
        err_clear();
        str_clear(text);
    }
}

static const struct asha_curve *read_curve(struct arena *arena, const struct str *text) {
    struct asha_curve read = {0}, *out = arena_alloc(arena, sizeof *out);

    asha_read_curve(&read, text->buf, text->len);
    if (read.len) {
        out->at = arena_dup(arena, read.at, read.len * sizeof *read.at);
        out->len = read.len;
    }
    vec_release(&read);
    return out;
}

struct look {
    struct arena *arena;
    struct sweep *sweep;
    struct queue_tasks tasks;
    struct str *texts;             /* one per run, of those that run */
    const struct asha_curve **all; /* one per run */
};

static const struct queue_task *task_of(const struct look *l, const struct sweep_run *run) {
    for (size_t i = 0; i < l->tasks.len; i++) {
        if (l->tasks.at[i].state == QUEUE_RUNNING && strcmp(l->tasks.at[i].rev, run->commit) == 0) {
            return &l->tasks.at[i];
        }
    }
    return NULL;
}

/* That of a run that ended is read once. */
static void take_curve(struct look *l, size_t i) {
    struct sweep_run *run = &l->sweep->runs.at[i];
    bool ended = run->state == SWEEP_DONE || run->state == SWEEP_STOPPED;
    const struct queue_task *task = task_of(l, run);

    l->all[i] = run->curve;
    if (ended && run->curve) {
        return;
    }
    read_text(&l->texts[i], l->arena, l->sweep, run, task ? task->root : NULL);
    l->all[i] = read_curve(ended ? l->sweep->arena : l->arena, &l->texts[i]);
    run->curve = ended ? l->all[i] : NULL;
}

/* Each run is judged once at a halt, with those that have come there before it. */
static int judge(struct look *l, size_t i, const struct str *text) {
    struct sweep *s = l->sweep;
    struct sweep_run *run = &s->runs.at[i];
    const struct asha *rule = &s->plan.early;
    const struct queue_task *task = task_of(l, run);
    int halt = asha_halts(rule, l->all[i]), rc;

    if (!task || task->pid <= 1 || halt <= run->halts ||
        sweep_early_has(l->arena, s->repo, run->commit)) {
        return 0;
    }
    run->halts = halt;
    if (!asha_is_hopeless(rule, l->all, s->runs.len, i, halt, s->plan.maximize)) {
        return 0;
    }
    const char *path = queue_file(l->arena, s->repo, run->commit, "early");
    rc = file_write_replace(AT_FDCWD, path, text->buf, text->len);
    return rc ? rc : queue_kill(s->repo, task, false);
}

static bool any_runs(const struct sweep *s) {
    for (size_t i = 0; i < s->runs.len; i++) {
        if (s->runs.at[i].state == SWEEP_RUNNING) {
            return true;
        }
    }
    return false;
}

int sweep_early(struct sweep *s) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    size_t n = s->runs.len;
    struct look l = {.arena = arena, .sweep = s};
    int rc = 0;

    if (!s->plan.early.factor || !any_runs(s) || (rc = queue_list(&l.tasks, arena, s->repo))) {
        return rc;
    }
    l.all = arena_alloc(arena, (n + 1) * sizeof *l.all);
    l.texts = arena_alloc(arena, (n + 1) * sizeof *l.texts);
    for (size_t i = 0; i < n; i++) {
        str_init(&l.texts[i]);
        take_curve(&l, i);
    }
    for (size_t i = 0; !rc && i < n; i++) {
        rc = judge(&l, i, &l.texts[i]);
    }
    for (size_t i = 0; i < n; i++) {
        str_release(&l.texts[i]);
    }
    vec_release(&l.tasks);
    return rc;
}
