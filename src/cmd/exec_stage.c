/*
 * What a job on a cluster runs, see pipeline/slurm_node.h. Nobody else needs it.
 */
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "pipeline/slurm_node.h"

struct exec_stage_args {
    struct strv words;
};

static int exec_stage_run(struct session *s, const void *args) {
    const struct exec_stage_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, s->repo, &s->progress);

    return rc ? rc : slurm_node_run(d, a->words.at[0]);
}

const struct cmd cmd_exec_stage = {
    .name = "exec-stage",
    .group = GROUP_PIPELINE,
    .summary = "run the commands of a stage on a node",
    .args = "<key>",
    .min_args = 1,
    .max_args = 1,
    .rest = offsetof(struct exec_stage_args, words),
    .args_size = sizeof(struct exec_stage_args),
    .needs = NEED_REPO,
    .hidden = true,
    .fail = 1,
    .run = exec_stage_run,
};
