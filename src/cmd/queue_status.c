#include "cmd/queue_status.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "cli/session.h"
#include "batch/slurm.h"
#include "exp/queue.h"
#include "exp/queue_job.h"
#include "exp/state.h"

static int64_t created_at(struct session *s, const struct queue_task *task) {
    int64_t at;

    if (queue_created(&at, s->repo, task)) {
        err_clear();
        at = -1;
    }
    return at;
}

/* What Slurm says of those that have jobs. A scheduler that does not answer hides nothing else. */
static const struct slurm_job *look(struct session *s, const struct queue_tasks *tasks) {
    struct slurm_job *jobs = arena_alloc(s->arena, (tasks->len + 1) * sizeof *jobs);

    if (queue_job_look(jobs, s->arena, tasks)) {
        log_warn("%s", err_text());
        err_clear();
    }
    return jobs;
}

static const char *job_text(struct arena *arena, const struct queue_task *t) {
    if (!t->job) {
        return NULL;
    }
    return t->job_index == SLURM_NO_INDEX
               ? arena_printf(arena, "%llu", (unsigned long long)t->job)
               : arena_printf(arena, "%llu_%lld", (unsigned long long)t->job,
                              (long long)t->job_index);
}

/* The job's own end is news only while nobody has noted the task's. */
static const char *state_text(struct arena *arena, const struct slurm_job *job) {
    bool told = job->reason && *job->reason && !str_eq(job->reason, "None");

    return !job->id ? ""
           : told   ? arena_printf(arena, "%s (%s)", slurm_state_name(job->state), job->reason)
                    : slurm_state_name(job->state);
}

static const char *elapsed_text(struct arena *arena, const struct slurm_job *job) {
    int64_t t = job->elapsed;

    return !job->id || t <= 0 ? ""
                              : arena_printf(arena, "%lld:%02d:%02d", (long long)(t / 3600),
                                             (int)(t / 60 % 60), (int)(t % 60));
}

static void show_task(struct session *s, struct table *t, const struct queue_task *task,
                      const struct slurm_job *job) {
    const char *created = exp_time_text(s->arena, created_at(s, task));
    const char *id = job_text(s->arena, task);
    char rev[8];

    (void)snprintf(rev, sizeof rev, "%.7s", task->rev);
    table_row(t);
    table_cell(t, rev);
    table_cell(t, task->name ? task->name : "");
    table_cell(t, created ? created : "-");
    table_cell(t, queue_state_name(task->state));
    if (job) {
        table_cell(t, id ? id : "");
        table_cell(t, state_text(s->arena, job));
        table_cell(t, job->id && job->node ? job->node : "");
        table_cell(t, elapsed_text(s->arena, job));
    }
}

void queue_show_table(struct session *s, const struct queue_tasks *tasks) {
    static const char *const titles[] = {"Task", "Name",  "Created", "Status",
                                         "Job",  "State", "Node",    "Elapsed"};
    const struct slurm_job *jobs = look(s, tasks);
    struct table *t = table_new();
    bool any = false;

    for (size_t i = 0; i < tasks->len; i++) {
        any |= tasks->at[i].job_name != NULL;
    }
    for (size_t i = 0; i < (any ? COUNT_OF(titles) : 4); i++) {
        table_column(t, titles[i]);
    }
    for (size_t i = 0; i < tasks->len; i++) {
        show_task(s, t, &tasks->at[i], any ? &jobs[i] : NULL);
    }
    table_print(t, s->out, TABLE_PLAIN);
    table_free(t);
}

static void show_job(struct json *j, struct arena *arena, const struct queue_task *task,
                     const struct slurm_job *job) {
    if (!task->job_name) {
        json_null(j, "job");
        return;
    }
    json_map(j, "job");
    json_str(j, "id", job_text(arena, task));
    json_str(j, "name", task->job_name);
    if (job->id) {
        json_str(j, "state", slurm_state_name(job->state));
        json_str(j, "reason", job->reason);
        json_str(j, "node", job->node);
        json_int(j, "elapsed", job->elapsed);
        json_int(j, "memory_max", (int64_t)job->memory_max);
    }
    json_close(j);
}

void queue_show_json(struct session *s, const struct queue_tasks *tasks) {
    const struct slurm_job *jobs = look(s, tasks);
    struct json *j = json_begin(s->out);

    json_list(j, NULL);
    for (size_t i = 0; i < tasks->len; i++) {
        const struct queue_task *task = &tasks->at[i];
        json_map(j, NULL);
        json_str(j, "rev", task->rev);
        json_str(j, "name", task->name);
        json_str(j, "created", exp_time_iso(s->arena, created_at(s, task)));
        json_str(j, "status", queue_state_name(task->state));
        show_job(j, s->arena, task, &jobs[i]);
        json_close(j);
    }
    json_close(j);
    json_end(j);
}
