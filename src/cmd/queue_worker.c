/*
 * What `queue start` runs in the background, see exp/worker.h. Nobody else needs them.
 */
#include "base/err.h"
#include "base/num.h"
#include "show/diag.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "exp/worker.h"

struct worker_args {
    struct strv words;
};

static int worker_run(struct session *s, const void *args) {
    const struct worker_args *a = args;
    int64_t slot, jobs = 1;

    if (!num_int(&slot, a->words.at[0]) || slot < 0 || slot > WORKER_MAX) {
        return err_set(ERR_USAGE, "'%s' is no number of a worker", a->words.at[0]);
    }
    if (a->words.len > 1 && (!num_int(&jobs, a->words.at[1]) || jobs < 0 || jobs > WORKER_MAX)) {
        return err_set(ERR_USAGE, "'%s' is no number of tasks", a->words.at[1]);
    }
    return worker_loop(s->repo, (int)slot, (int)jobs);
}

/* How the run ended is the task's affair: ours is that it was noted. */
static int task_run(struct session *s, const void *args) {
    const struct worker_args *a = args;
    struct worker_task w = {.copy = WORKCOPY_INIT};
    bool job = a->words.len == 2;
    int rc = worker_begin(&w, s->arena, s->repo, job ? a->words.at[0] : NULL,
                          job ? a->words.at[1] : NULL);

    if (!rc && !w.found) {
        s->exit_status = WORKER_NOTHING;
        return 0;
    }
    if (!rc) {
        int ended = worker_execute(&w, s->arena, s->repo, &s->progress);
        if (ended) {
            diag_error(s->out);
        }
        rc = worker_end(&w, s->repo, ended);
    }
    workcopy_release(&w.copy);
    return rc;
}

const struct cmd cmd_queue_worker = {
    .name = "queue worker",
    .group = GROUP_PIPELINE,
    .summary = "run tasks until none waits",
    .args = "<slot> [<jobs>]",
    .min_args = 1,
    .max_args = 2,
    .rest = offsetof(struct worker_args, words),
    .args_size = sizeof(struct worker_args),
    .needs = NEED_REPO,
    .hidden = true,
    .fail = 255,
    .run = worker_run,
};

const struct cmd cmd_queue_task = {
    .name = "queue task",
    .group = GROUP_PIPELINE,
    .summary = "run one task",
    .args = "[<message> <job>]",
    .max_args = 2,
    .rest = offsetof(struct worker_args, words),
    .args_size = sizeof(struct worker_args),
    .needs = NEED_REPO,
    .hidden = true,
    .fail = 255,
    .run = task_run,
};
