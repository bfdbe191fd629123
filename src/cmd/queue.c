/*
 * The queue of experiments as the user sees it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/queue_parts.h"
#include "cmd/repro_args.h"
#include "cmd/queue_status.h"
#include "exp/queue.h"
#include "exp/queue_log.h"
#include "exp/worker.h"

enum {
    RUNNING = 1u << QUEUE_RUNNING,
    WAITING = 1u << QUEUE_WAITING,
    ENDED = 1u << QUEUE_FAILED | 1u << QUEUE_SUCCESS,
};

struct queue_args {
    struct strv words;
    bool force, follow, kill, all, queued, failed, success, json;
    const char *encoding, *gpus, *executor;
    int jobs;
};
#define AT(member) offsetof(struct queue_args, member)

static void tasks_release(struct queue_tasks *tasks) {
    vec_release(tasks);
}

/* ---- start, stop */

static int start_run(struct session *s, const void *args) {
    const struct queue_args *a = args;
    struct worker_request q CLEANUP(worker_request_release) = {0};
    int started;
    int rc = queue_workers(&q, s, a->executor, a->jobs, a->gpus);

    if (rc || (rc = worker_start(&started, s->repo, &q))) {
        return rc;
    }
    if (q.cluster) {
        show_line(s->out, "Submitted %d task%s to Slurm.", started, started == 1 ? "" : "s");
        return 0;
    }
    show_line(s->out, "Started '%d' new experiments task queue worker%s.", started,
              started > 1 ? "s" : "");
    return 0;
}

static int kill_all(struct session *s) {
    struct queue_tasks tasks CLEANUP(tasks_release) = {0};
    int rc = queue_list(&tasks, s->arena, s->repo);

    for (size_t i = 0; !rc && i < tasks.len; i++) {
        if (tasks.at[i].state == QUEUE_RUNNING) {
            rc = queue_kill(s->repo, &tasks.at[i], true);
        }
    }
    return rc;
}

static int stop_run(struct session *s, const void *args) {
    const struct queue_args *a = args;
    int rc = worker_stop(s->repo);

    if (rc || (a->kill && (rc = kill_all(s)))) {
        return rc;
    }
    show_line(s->out, "%s",
              a->kill ? "All running tasks in the queue have been killed, and the workers stop."
                      : "Queue workers will stop after running tasks finish.");
    return 0;
}

/* ---- status */

static int show_workers(struct session *s, const struct queue_tasks *tasks) {
    int alive, active = 0;
    int rc = worker_count(&alive, s->repo);

    for (size_t i = 0; i < tasks->len; i++) {
        active += tasks->at[i].state == QUEUE_RUNNING && tasks->at[i].mine;
    }
    alive = alive < active ? active : alive; /* who lost his worker goes on alone */
    show_line(s->out, "\nWorker status: %d active, %d idle", active, alive - active);
    return rc;
}

static int status_run(struct session *s, const void *args) {
    const struct queue_args *a = args;
    struct queue_tasks tasks CLEANUP(tasks_release) = {0};
    int rc = queue_list(&tasks, s->arena, s->repo);

    if (rc) {
        return rc;
    }
    if (a->json) {
        queue_show_json(s, &tasks);
        return 0;
    }
    if (tasks.len) {
        queue_show_table(s, &tasks);
    } else {
        show_line(s->out, "No experiment tasks in the queue.");
    }
    return show_workers(s, &tasks);
}

/* ---- logs */

static int logs_run(struct session *s, const void *args) {
    const struct queue_args *a = args;
    const char *name = a->words.at[0];
    struct queue_tasks tasks CLEANUP(tasks_release) = {0};
    int rc = queue_list(&tasks, s->arena, s->repo);

    if (rc) {
        return rc;
    }
    const struct queue_task *task = queue_find(&tasks, name, RUNNING | ENDED);
    if (!task && a->follow) {
        task = queue_find(&tasks, name, WAITING);
    }
    if (!task) {
        return queue_find(&tasks, name, WAITING)
                   ? err_set(ERR_FAILED, "the experiment '%s' waits in the queue, it has not begun",
                             name)
                   : err_set(ERR_FAILED, "'%s' is not a valid queued experiment name", name);
    }
    if (!task->log && !a->follow) {
        return err_set(ERR_FAILED, "there is no output of the experiment '%s'", name);
    }
    if (a->follow) {
        show_line(s->out,
                  "Following logs for experiment '%s'. Use Ctrl+C to stop following logs "
                  "(experiment execution will continue).\n",
                  name);
    }
    rc = queue_log(s->repo, task, a->follow, queue_show_log, s);
    if (rc == ERR_INTERRUPTED && a->follow) {
        err_clear();
        return 0;
    }
    if (!rc && !a->follow) {
        show_line(s->out, "%s", "");
    }
    return rc;
}

/* ---- kill, remove */

/* The tasks of these names in these states; ERR_FAILED names those that are none. */
static int find_all(const struct queue_task **found, const struct queue_tasks *tasks,
                    const struct strv *names, unsigned states, const char *what) {
    struct str missing CLEANUP(str_release) = STR_INIT;
    size_t lost = 0;

    for (size_t i = 0; i < names->len; i++) {
        found[i] = queue_find(tasks, names->at[i], states);
        if (!found[i]) {
            str_addf(&missing, "%s%s", lost++ ? "; " : "", names->at[i]);
        }
    }
    return lost ? err_set(ERR_FAILED, "'%s' %s valid %s name%s", missing.buf,
                          lost > 1 ? "are not" : "is not a", what, lost > 1 ? "s" : "")
                : 0;
}

static int kill_run(struct session *s, const void *args) {
    const struct queue_args *a = args;
    struct queue_tasks tasks CLEANUP(tasks_release) = {0};
    const struct queue_task **found = arena_alloc(s->arena, (a->words.len + 1) * sizeof *found);
    int rc = queue_list(&tasks, s->arena, s->repo);

    rc = rc ? rc : find_all(found, &tasks, &a->words, RUNNING, "running experiment");
    for (size_t i = 0; !rc && i < a->words.len; i++) {
        if (!(rc = queue_kill(s->repo, found[i], a->force))) {
            show_line(s->out, "%s has been killed.", a->words.at[i]);
        }
    }
    return rc;
}

static bool wanted(const struct queue_args *a, const struct queue_task *task) {
    switch (task->state) {
    case QUEUE_WAITING:
        return a->all || a->queued;
    case QUEUE_FAILED:
        return a->all || a->failed;
    case QUEUE_SUCCESS:
        return a->all || a->success;
    case QUEUE_RUNNING:
        break;
    }
    return false;
}

static int remove_run(struct session *s, const void *args) {
    const struct queue_args *a = args;
    bool by_state = a->all || a->queued || a->failed || a->success;
    struct queue_tasks tasks CLEANUP(tasks_release) = {0};
    struct str removed CLEANUP(str_release) = STR_INIT;
    int rc;

    if (by_state == (a->words.len > 0)) {
        return err_set(ERR_FAILED,
                       "name tasks, or give one of --all, --queued, --failed and --success");
    }
    const struct queue_task **found = arena_alloc(s->arena, (a->words.len + 1) * sizeof *found);
    if ((rc = queue_list(&tasks, s->arena, s->repo)) ||
        (rc = find_all(found, &tasks, &a->words, WAITING | ENDED, "experiment"))) {
        return rc;
    }
    for (size_t i = 0; !rc && i < a->words.len; i++) {
        rc = queue_remove(s->repo, found[i]);
        str_addf(&removed, "%s%s", removed.len ? ", " : "", a->words.at[i]);
    }
    for (size_t i = 0; !rc && i < tasks.len; i++) {
        const struct queue_task *t = &tasks.at[i];
        if (wanted(a, t)) {
            rc = queue_remove(s->repo, t);
            str_addf(&removed, "%s%.*s", removed.len ? ", " : "", t->name ? 1000 : 7,
                     t->name ? t->name : t->rev);
        }
    }
    if (!rc) {
        show_line(s->out, removed.len ? "Removed tasks in queue: %s" : "No tasks found named []%s",
                  removed.buf);
    }
    return rc;
}

/* ---- the commands */

static const struct opt start_opts[] = {
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "workers at a time; 1 if not given"},
    EXECUTOR_OPT(AT(executor)),
    {0, "gpus", OPT_TEXT, AT(gpus), "<id>,...",
     .help = "GPUs handed out to the workers in turn, as CUDA_VISIBLE_DEVICES"},
    OPT_END,
};

static const struct opt status_opts[] = {
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    OPT_END,
};

static const struct opt stop_opts[] = {
    {0, "kill", OPT_FLAG, AT(kill), .help = "kill the tasks that run"},
    OPT_END,
};

static const struct opt logs_opts[] = {
    {'f', "follow", OPT_FLAG, AT(follow), .help = "go on until the task has ended"},
    {'e', "encoding", OPT_TEXT, AT(encoding), "<encoding>",
     .help = "accepted: output is passed on as it is"},
    OPT_END,
};

static const struct opt kill_opts[] = {
    {'f', "force", OPT_FLAG, AT(force), .help = "at once, by SIGKILL, instead of a Ctrl-C"},
    OPT_END,
};

static const struct opt remove_opts[] = {
    {0, "all", OPT_FLAG, AT(all), .help = "all tasks that do not run"},
    {0, "queued", OPT_FLAG, AT(queued), .help = "those that wait"},
    {0, "success", OPT_FLAG, AT(success), .help = "those that succeeded"},
    {0, "failed", OPT_FLAG, AT(failed), .help = "those that failed"},
    OPT_END,
};

#define QUEUE_CMD                                                                                  \
    .group = GROUP_PIPELINE, .rest = AT(words), .args_size = sizeof(struct queue_args),            \
    .needs = NEED_REPO, .fail = 255

const struct cmd cmd_queue_start = {
    QUEUE_CMD,
    .name = "queue start",
    .summary = "run queued experiments in the background",
    .detail = "Workers end when nothing waits any more.",
    .opts = start_opts,
    .run = start_run,
};

const struct cmd cmd_queue_stop = {
    QUEUE_CMD,
    .name = "queue stop",
    .summary = "let the workers end after the tasks they run",
    .opts = stop_opts,
    .run = stop_run,
};

const struct cmd cmd_queue_status = {
    QUEUE_CMD,
    .name = "queue status",
    .summary = "list the tasks and what became of them",
    .opts = status_opts,
    .run = status_run,
};

const struct cmd cmd_queue_logs = {
    QUEUE_CMD,         .name = "queue logs", .summary = "show what a task has printed",
    .opts = logs_opts, .args = "<task>",     .min_args = 1,
    .max_args = 1,     .run = logs_run,
};

const struct cmd cmd_queue_remove = {
    QUEUE_CMD,           .name = "queue remove", .summary = "forget tasks that do not run",
    .opts = remove_opts, .args = "[<task>...]",  .max_args = -1,
    .run = remove_run,
};

const struct cmd cmd_queue_kill = {
    QUEUE_CMD,         .name = "queue kill",  .summary = "end tasks that run",
    .opts = kill_opts, .args = "[<task>...]", .max_args = -1,
    .run = kill_run,
};
