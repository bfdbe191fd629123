#include "base/err.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "pipeline/repro.h"

struct repro_args {
    struct strv targets;
    bool force, interactive, single, pipeline, all_pipelines, recursive, downstream;
    bool force_downstream, pull, allow_missing, dry, keep_going, ignore_errors, glob;
    bool no_commit, no_run_cache;
    int jobs;
};
#define AT(member) offsetof(struct repro_args, member)

static bool confirm(void *ctx, const char *question) {
    bool asked;

    return session_confirm(ctx, question, &asked);
}

static int reproduce(struct session *s, const struct repro_args *a, struct repro_result *result) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct repro_request request = {
        .targets = a->targets,
        .force = a->force,
        .interactive = a->interactive,
        .single = a->single,
        .pipeline = a->pipeline,
        .all_pipelines = a->all_pipelines,
        .recursive = a->recursive,
        .downstream = a->downstream,
        .force_downstream = a->force_downstream,
        .pull = a->pull,
        .allow_missing = a->allow_missing,
        .dry = a->dry,
        .keep_going = a->keep_going,
        .ignore_errors = a->ignore_errors,
        .glob = a->glob,
        .no_commit = a->no_commit,
        .no_run_cache = a->no_run_cache,
        .jobs = (size_t)a->jobs,
        .confirm = confirm,
        .confirm_ctx = s,
    };
    int rc = 0;

    if (a->jobs < 0) {
        return err_set(ERR_FAILED, "--jobs takes a number above 0");
    }
    if ((rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return pipeline_repro(result, d, &request);
}

static int repro_run(struct session *s, const void *args) {
    struct repro_result result = {0};
    int rc = reproduce(s, args, &result);

    if (rc || (rc = session_stage(s))) {
        return rc;
    }
    if (result.ran + result.restored + result.verified) {
        log_info("Use `%s push` to send your updates to remote storage.", s->prog);
    } else {
        log_info("Data and pipelines are up to date.");
    }
    return 0;
}

static const struct opt repro_opts[] = {
    {'f', "force", OPT_FLAG, AT(force), .help = "run stages although nothing changed"},
    {'i', "interactive", OPT_FLAG, AT(interactive), .help = "ask before each stage"},
    {'s', "single-item", OPT_FLAG, AT(single),
     .help = "look at the targets alone, not at what they depend on"},
    {'p', "pipeline", OPT_FLAG, AT(pipeline), .help = "the whole pipelines that hold the targets"},
    {'P', "all-pipelines", OPT_FLAG, AT(all_pipelines), .help = "all pipelines of the repository"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {0, "downstream", OPT_FLAG, AT(downstream), .help = "start at the targets and go downstream"},
    {0, "force-downstream", OPT_FLAG, AT(force_downstream),
     .help = "run all that depends on a stage that ran"},
    {0, "pull", OPT_FLAG, AT(pull), .help = "fetch what is missing here from the remote"},
    {0, "allow-missing", OPT_FLAG, AT(allow_missing),
     .help = "skip stages that lack data and have no other change"},
    {0, "dry", OPT_FLAG, AT(dry), .help = "print the commands that would run, and do nothing"},
    {'k', "keep-going", OPT_FLAG, AT(keep_going),
     .help = "go on with what does not depend on a stage that failed"},
    {0, "ignore-errors", OPT_FLAG, AT(ignore_errors), .help = "go on with all stages"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "stages at a time"},
    {0, "glob", OPT_FLAG, AT(glob), .help = "targets are patterns of stage names"},
    {0, "no-commit", OPT_FLAG, AT(no_commit), .help = "do not put outputs into the cache"},
    {0, "no-run-cache", OPT_FLAG, AT(no_run_cache),
     .help = "run a command although it ran before with the same inputs"},
    OPT_END,
};

const struct cmd cmd_repro = {
    .name = "repro",
    .group = GROUP_PIPELINE,
    .summary = "run the stages whose dependencies changed",
    .detail =
        "Targets are stage names, dvc.yaml and .dvc files, or path/dvc.yaml:stage; without one, "
        "the dvc.yaml of the current folder.",
    .opts = repro_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct repro_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = repro_run,
};
