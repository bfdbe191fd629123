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
    int64_t slot;

    if (!num_int(&slot, a->words.at[0]) || slot < 1 || slot > WORKER_MAX) {
        return err_set(ERR_USAGE, "'%s' is no number of a worker", a->words.at[0]);
    }
    return worker_loop(s->repo, (int)slot);
}

/* How the run ended is the task's affair: ours is that it was noted. */
static int task_run(struct session *s, const void *args) {
    struct worker_task w = {.copy = WORKCOPY_INIT};
    int rc = worker_begin(&w, s->arena, s->repo);

    (void)args;
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
    .args = "<slot>",
    .min_args = 1,
    .max_args = 1,
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
    .needs = NEED_REPO,
    .hidden = true,
    .fail = 255,
    .run = task_run,
};
