#include "base/err.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "pipeline/stage_add.h"

#define AT(member) offsetof(struct stage_add_request, member)

static int stage_add_run(struct session *s, const void *args) {
    const struct stage_add_request *request = args;
    struct data *d CLEANUP(data_closep) = NULL;
    int rc;

    if (!request->name) {
        return err_set(ERR_USAGE, "missing: -n/--name");
    }
    if ((rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return pipeline_stage_add(d, request);
}

static const struct opt stage_add_opts[] = {
    {'n', "name", OPT_TEXT, AT(name), "<name>", .help = "name of the stage"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace a stage of that name"},
    {'d', "deps", OPT_LIST, AT(deps), "<path>", .help = "a file or folder that the command reads"},
    {'p', "params", OPT_LIST, AT(params), "[<file>:]<key,...>",
     .help = "parameters that the command reads (default file: params.yaml)"},
    {'o', "outs", OPT_LIST, AT(outs), "<path>", .help = "a file or folder that the command makes"},
    {'O', "outs-no-cache", OPT_LIST, AT(outs_no_cache), "<path>",
     .help = "the same, not put into the cache"},
    {0, "outs-persist", OPT_LIST, AT(outs_persist), "<path>",
     .help = "the same, not removed before the command runs"},
    {0, "outs-persist-no-cache", OPT_LIST, AT(outs_persist_no_cache), "<path>",
     .help = "the same, neither cached nor removed"},
    {'m', "metrics", OPT_LIST, AT(metrics), "<path>",
     .help = "a file of metrics that the command makes"},
    {'M', "metrics-no-cache", OPT_LIST, AT(metrics_no_cache), "<path>",
     .help = "the same, not put into the cache"},
    {0, "plots", OPT_LIST, AT(plots), "<path>", .help = "a file of plots that the command makes"},
    {0, "plots-no-cache", OPT_LIST, AT(plots_no_cache), "<path>",
     .help = "the same, not put into the cache"},
    {'w', "wdir", OPT_TEXT, AT(wdir), "<path>", .help = "folder in which the command runs"},
    {0, "always-changed", OPT_FLAG, AT(always_changed), .help = "run the stage every time"},
    {0, "desc", OPT_TEXT, AT(desc), "<text>", .help = "a description"},
    {0, "run", OPT_FLAG, AT(run), .help = "run the stage after it was added"},
    OPT_END,
};

const struct cmd cmd_stage_add = {
    .name = "stage add",
    .group = GROUP_PIPELINE,
    .summary = "write a stage into dvc.yaml",
    .detail = "All words from the first that is no option on are the command. Several words are "
              "joined by blanks; quote them as one word to hand them to the shell as they are.",
    .opts = stage_add_opts,
    .args = "<command>...",
    .min_args = 0,
    .max_args = -1,
    .verbatim = true,
    .rest = AT(command),
    .args_size = sizeof(struct stage_add_request),
    .needs = NEED_REPO,
    .fail = 255,
    .run = stage_add_run,
};
