#include "base/log.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "exp/apply.h"

struct exp_apply_args {
    struct strv words;
    bool force, no_force;
};
#define AT(member) offsetof(struct exp_apply_args, member)

static int exp_apply_run(struct session *s, const void *args) {
    const struct exp_apply_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    const char *name = a->words.at[0];
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    if ((rc = exp_apply(s->arena, d, name, a->force))) {
        return rc;
    }
    log_info("Changes for experiment '%s' have been applied to your current workspace.", name);
    return 0;
}

static const struct opt exp_apply_opts[] = {
    {'f', "force", OPT_FLAG, AT(force), .help = "overwrite data that no cache holds"},
    {0, "no-force", OPT_FLAG, AT(no_force), .help = "what is done anyway", .hidden = true},
    OPT_END,
};

const struct cmd cmd_exp_apply = {
    .name = "exp apply",
    .group = GROUP_PIPELINE,
    .summary = "put an experiment into the workspace",
    .detail = "Makes files and data those of the experiment. What the workspace had is kept in "
              "refs/exps/apply/stash: git stash apply brings it back.",
    .opts = exp_apply_opts,
    .args = "<experiment>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct exp_apply_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_apply_run,
};
