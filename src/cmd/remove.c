#include "data/remove.h"

#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"

static int remove_run(struct session *s, const void *args) {
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_remove(d, args);
}

static const struct opt remove_opts[] = {
    {0, "outs", OPT_FLAG, offsetof(struct remove_request, outs),
     .help = "delete the data in the workspace too"},
    OPT_END,
};

const struct cmd cmd_remove = {
    .name = "remove",
    .alias = "rm",
    .group = GROUP_DATA,
    .summary = "stop tracking data, or drop stages",
    .detail = "Targets are .dvc files, and stages of dvc.yaml. The data stays where it is, unless "
              "--outs is given, and in the cache.",
    .opts = remove_opts,
    .args = "<target>...",
    .min_args = 1,
    .max_args = -1,
    .rest = offsetof(struct remove_request, targets),
    .args_size = sizeof(struct remove_request),
    .needs = NEED_REPO,
    .fail = 1,
    .run = remove_run,
};
