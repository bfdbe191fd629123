/*
 * What DVC starts behind the user's back to run its queue. Ours needs neither; who calls them by hand
 * is told what there is.
 */
#include "base/err.h"
#include "cli/cmd.h"
#include "cli/session.h"

struct exp_workers_args {
    struct strv words;
    const char *infofile;
};

static int exp_workers_run(struct session *s, const void *args) {
    (void)args;
    return err_set(
        ERR_UNSUPPORTED,
        "'%s' is a part of DVC's own workers: use `%s queue start`, or `%s exp run --temp`",
        s->cmd->name, s->prog, s->prog);
}

static const struct opt exp_workers_opts[] = {
    {0, "infofile", OPT_TEXT, offsetof(struct exp_workers_args, infofile), "<path>",
     .help = "of DVC's executor", .hidden = true},
    OPT_END,
};

const struct cmd cmd_exp_exec_run = {
    .name = "exp exec-run",
    .group = GROUP_OTHER,
    .summary = "refused: a part of DVC's workers",
    .opts = exp_workers_opts,
    .args = "[<word>...]",
    .max_args = -1,
    .verbatim = true,
    .rest = offsetof(struct exp_workers_args, words),
    .args_size = sizeof(struct exp_workers_args),
    .hidden = true,
    .fail = 255,
    .run = exp_workers_run,
};

const struct cmd cmd_exp_queue_worker = {
    .name = "exp queue-worker",
    .group = GROUP_OTHER,
    .summary = "refused: a part of DVC's workers",
    .opts = exp_workers_opts,
    .args = "[<word>...]",
    .max_args = -1,
    .verbatim = true,
    .rest = offsetof(struct exp_workers_args, words),
    .args_size = sizeof(struct exp_workers_args),
    .hidden = true,
    .fail = 255,
    .run = exp_workers_run,
};
