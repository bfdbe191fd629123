#include "data/destroy.h"

#include "base/err.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"

struct destroy_args {
    bool force;
};

static int destroy_run(struct session *s, const void *args) {
    const struct destroy_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    bool asked;
    int rc;

    if (!a->force && !session_confirm(s,
                                      "This removes all that says what is tracked, and the cache "
                                      "in .dvc/cache. Go on?",
                                      &asked)) {
        return err_set(ERR_FAILED, asked ? "declined"
                                         : "this cannot be taken back, and nobody can be asked. "
                                           "Use `-f` to force.");
    }
    if ((rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_destroy(&d);
}

static const struct opt destroy_opts[] = {
    {'f', "force", OPT_FLAG, offsetof(struct destroy_args, force), .help = "do not ask"},
    OPT_END,
};

const struct cmd cmd_destroy = {
    .name = "destroy",
    .group = GROUP_DATA,
    .summary = "end the repository: remove .dvc and all files about data",
    .detail = "The data stays in the workspace; the cache goes, unless it lies elsewhere.",
    .opts = destroy_opts,
    .args_size = sizeof(struct destroy_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = destroy_run,
};
