#include "exp/queue_job.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/signal.h"
#include "batch/slurm.h"
#include "model/repo.h"
#include "exp/queue.h"
#include "exp/queue_files.h"

enum {
    LOCK_WAIT_S = 30, /* who submits us may still hold it */
    END_LOOKS = 20,   /* for the end of a job that was cancelled */
    END_PAUSE_MS = 250
};

static bool has_job(const struct queue_task *t) {
    return t->job_name && t->job && (t->state == QUEUE_WAITING || t->state == QUEUE_RUNNING);
}

static struct slurm_job job_of(const struct queue_task *t) {
    return (struct slurm_job){.id = t->job, .index = t->job_index};
}

int queue_job_look(struct slurm_job *out, struct arena *arena, const struct queue_tasks *tasks) {
    struct slurm_job *asked = arena_alloc(arena, (tasks->len + 1) * sizeof *asked);
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < tasks->len; i++) {
        if (has_job(&tasks->at[i])) {
            asked[n++] = job_of(&tasks->at[i]);
        }
    }
    rc = n ? slurm_look(asked, n, arena) : 0;
    n = 0;
    for (size_t i = 0; i < tasks->len; i++) {
        out[i] = has_job(&tasks->at[i]) ? asked[n++] : (struct slurm_job){0};
    }
    return rc;
}

static bool is_of(const struct queue_task *t, const char *name) {
    return t->ours && t->mine && str_eq(t->job_name, name) &&
           (t->state == QUEUE_WAITING || t->state == QUEUE_RUNNING);
}

int queue_job_take(struct queue_task *out, struct file_lock *lock, int *attempt, bool *found,
                   struct arena *arena, struct repo *r, const char *file, const char *name) {
    int rc = strchr(file, '/') ? ERR_NOT_FOUND : queue_task_load(out, arena, r, file, true);

    *found = false;
    if (rc || !is_of(out, name)) {
        err_clear();
        return 0;
    }
    if ((rc = file_lock_take(lock, queue_file(arena, r, out->rev, "lock"), LOCK_WAIT_S, NULL,
                             NULL))) {
        return rc;
    }
    if (queue_task_load(out, arena, r, file, true) || !is_of(out, name)) {
        err_clear();
        return 0;
    }
    *found = true;
    *attempt = queue_tries(arena, r, out->rev);
    if (out->pid) { /* the scheduler began the job once more */
        return queue_tries_write(arena, r, out->rev, ++*attempt);
    }
    return 0;
}

/* ---- jobs without a word */

static const char *loss_text(struct arena *arena, const struct repo *r,
                             const struct slurm_job *job) {
    const char *node = job->node && *job->node ? arena_printf(arena, " on %s", job->node) : "";
    const char *reason = job->reason && *job->reason && strcmp(job->reason, "None") != 0
                             ? arena_printf(arena, " (%s)", job->reason)
                             : "";
    const char *id =
        job->index == SLURM_NO_INDEX
            ? arena_printf(arena, "%llu", (unsigned long long)job->id)
            : arena_printf(arena, "%llu_%lld", (unsigned long long)job->id, (long long)job->index);

    if (job->state == SLURM_UNKNOWN) {
        return arena_printf(arena, "Slurm does not know the job %s any more.\n", id);
    }
    if (job->state == SLURM_DONE) {
        return arena_printf(arena, "The job %s ended%s, and left no result.\n", id, node);
    }
    if (job->state == SLURM_FAILED && job->status == JOB_NOT_SHARED) {
        return arena_printf(arena, "The job %s failed%s: the folder '%s' is not shared with it.\n",
                            id, node, r->root);
    }
    if (job->state == SLURM_FAILED && job->status == JOB_NO_PROGRAM) {
        return arena_printf(arena, "The job %s failed%s: the program is not there.\n", id, node);
    }
    if (job->state == SLURM_FAILED) {
        return arena_printf(arena, "The job %s failed%s with status %d%s.\n", id, node, job->status,
                            reason);
    }
    return arena_printf(arena, "The job %s has ended%s: %s%s.\n", id, node,
                        slurm_state_name(job->state), reason);
}

int queue_job_lost(struct repo *r, struct queue_task *task, const struct slurm_job *job) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *text = loss_text(arena, r, job);
    bool again = job->state == SLURM_NODE_FAILED || job->state == SLURM_UNKNOWN;
    int rc = file_append(AT_FDCWD, queue_file(arena, r, task->rev, "out"), text, strlen(text));

    if (!rc && !again) {
        rc = queue_tries_write(arena, r, task->rev, QUEUE_KILLED);
    }
    return rc ? rc : queue_mend(r, arena, task);
}

/* ---- cancelled */

int queue_job_cancel(const struct queue_task *task) {
    struct slurm_job job = job_of(task);

    return task->job ? slurm_cancel(&job, 1) : slurm_cancel_named(task->job_name);
}

int queue_job_kill(struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct queue_task now = *task;
    struct slurm_job job = job_of(task);
    int rc = queue_tries_write(arena, r, task->rev, QUEUE_KILLED);

    rc = rc ? rc : queue_job_cancel(task);
    for (int i = 0; !rc && task->job && i < END_LOOKS; i++) {
        if ((rc = slurm_look(&job, 1, arena)) || slurm_has_ended(job.state)) {
            break;
        }
        rc = cancel_pause(END_PAUSE_MS);
    }
    if (rc == ERR_LOCKED) { /* who follows the jobs will see it */
        err_clear();
        return 0;
    }
    if (rc || !slurm_has_ended(job.state)) {
        return rc;
    }
    if (queue_task_load(&now, arena, r, task->file, true) || !is_of(&now, task->job_name)) {
        err_clear();
        return 0;
    }
    return queue_job_lost(r, &now, &job);
}
