#include "base/err.h"
#include "base/log.h"
#include "base/num.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/repro_args.h"
#include "data/data.h"
#include "pipeline/repro.h"

struct repro_command {
    struct strv targets;
    struct repro_args repro;
    int jobs;
    const char *executor, *timeout;
    bool attach, detach;
};
#define AT(member) offsetof(struct repro_command, member)

static int read_place(struct repro_request *out, const struct repro_command *a) {
    repro_args_place(out, a->executor);
    out->attach = a->attach;
    out->detach = a->detach;
    if (a->timeout && !num_duration(&out->timeout, a->timeout)) {
        return err_set(ERR_USAGE, "--timeout takes a time, as in 30m or 2h");
    }
    return 0;
}

static int reproduce(struct session *s, const struct repro_command *a,
                     struct repro_result *result) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct repro_request request;
    int rc = 0;

    if (a->jobs < 0) {
        return err_set(ERR_FAILED, "--jobs takes a number above 0");
    }
    if ((rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    repro_args_request(&request, s, &a->repro);
    request.targets = a->targets;
    request.jobs = (size_t)a->jobs;
    rc = read_place(&request, a);
    return rc ? rc : pipeline_repro(result, d, &request);
}

static int repro_run(struct session *s, const void *args) {
    const struct repro_command *a = args;
    struct repro_result result = {0};
    int rc = reproduce(s, a, &result);

    if (rc || (rc = session_stage(s))) {
        return rc;
    }
    if (result.left) {
        log_info("%zu %s: `%s repro` goes on with what they make.", result.left,
                 result.left == 1 ? "stage goes on as a job" : "stages go on as jobs", s->prog);
    } else if (result.ran + result.restored + result.verified == 0) {
        log_info("Data and pipelines are up to date.");
    } else if (!a->repro.dry) {
        log_info("Use `%s push` to send your updates to remote storage.", s->prog);
    }
    return 0;
}

static const struct opt repro_opts[] = {
    REPRO_OPTS(AT(repro)),
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "stages at a time"},
    EXECUTOR_OPT(AT(executor)),
    {0, "attach", OPT_FLAG, AT(attach), .help = "go on with the jobs of an earlier run"},
    {0, "detach", OPT_FLAG, AT(detach), .help = "hand over what can begin now, and leave"},
    {0, "timeout", OPT_TEXT, AT(timeout), "<time>",
     .help = "how long a job may wait to begin, as in 2h"},
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
    .args_size = sizeof(struct repro_command),
    .needs = NEED_REPO,
    .fail = 255,
    .run = repro_run,
};
