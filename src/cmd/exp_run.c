#include "base/err.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/exp_queue.h"
#include "cmd/queue_parts.h"
#include "cmd/repro_args.h"
#include "data/data.h"
#include "exp/hydra.h"
#include "exp/run.h"
#include "exp/worker.h"

struct exp_run_args {
    struct strv targets, set_param;
    struct repro_args repro;
    const char *name, *message;
    struct strv copy;
    bool no_hydra, temp, queue, run_all;
    const char *gpus, *executor;
    int jobs, stage_jobs;
};
#define AT(member) offsetof(struct exp_run_args, member)

static int run_here(struct session *s, const struct exp_spec *spec) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct exp_result result;
    int rc;

    if ((rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    if ((rc = exp_run_here(&result, s->arena, d, spec))) {
        return rc;
    }
    if (!result.ref) {
        return 0;
    }
    log_info("\nRan experiment(s): %s", result.name);
    log_info("Experiment results have been applied to your workspace.");
    return 0;
}

static int run_all(struct session *s, const struct exp_run_args *a) {
    struct worker_request q CLEANUP(worker_request_release) = {0};
    int rc = queue_workers(&q, s, a->executor, a->jobs, a->gpus);

    return rc ? rc : exp_queue_run_all(s, &q);
}

static int exp_run_run(struct session *s, const void *args) {
    const struct exp_run_args *a = args;
    struct exp_spec spec = {.name = a->name, .message = a->message};
    int rc;

    if (a->stage_jobs < 0) {
        return err_set(ERR_FAILED, "--stage-jobs takes a number above 0");
    }
    if (a->run_all) {
        return run_all(s, a);
    }
    if (a->queue && a->executor) {
        rc = err_set(ERR_FAILED, "--executor counts when queued experiments are run");
        err_hint("`%s queue start --executor %s`", s->prog, a->executor);
        return rc;
    }
    repro_args_request(&spec.repro, s, &a->repro);
    spec.repro.targets = a->targets;
    spec.repro.jobs = (size_t)a->stage_jobs;
    repro_args_place(&spec.repro, a->executor);
    override_group(&spec.params, s->arena, &a->set_param);
    if (!a->no_hydra) {
        hydra_claim(&spec.params, s->repo);
    }
    rc = a->queue                   ? exp_queue_put(s, &spec, &a->copy)
         : a->temp && !a->repro.dry ? exp_queue_temp(s, &spec, &a->copy)
                                    : run_here(s, &spec);
    override_sets_release(&spec.params);
    return rc;
}

static const struct opt exp_run_opts[] = {
    REPRO_OPTS(AT(repro)),
    {'n', "name", OPT_TEXT, AT(name), "<name>", .help = "of the experiment; else one is made up"},
    {'S', "set-param", OPT_LIST, AT(set_param), "[<file>:]<key>=<value>",
     .help = "set a parameter for this run"},
    {0, "queue", OPT_FLAG, AT(queue), .help = "run later: `exp run --run-all`, `queue start`"},
    {0, "run-all", OPT_FLAG, AT(run_all), .help = "run all that is queued, and follow it"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "experiments at a time, with --run-all"},
    {0, "gpus", OPT_TEXT, AT(gpus), "<id>,...",
     .help = "GPUs handed out to the experiments at a time, as CUDA_VISIBLE_DEVICES"},
    EXECUTOR_OPT(AT(executor)),
    {0, "temp", OPT_FLAG, AT(temp), .help = "run in a copy beside the workspace"},
    {'C', "copy-paths", OPT_LIST, AT(copy), "<path>",
     .help = "copied too, though Git does not know it; with --temp or --queue"},
    {0, "stage-jobs", OPT_INT, AT(stage_jobs), "<number>", .help = "stages at a time"},
    {'m', "message", OPT_TEXT, AT(message), "<text>", .help = "of the experiment's commit"},
    {'M', NULL, OPT_TEXT, AT(message), "<text>", .help = "the same", .hidden = true},
    {0, "no-hydra", OPT_FLAG, AT(no_hydra), .help = "do not compose params.yaml by Hydra's rules"},
    OPT_END,
};

const struct cmd cmd_exp_run = {
    .name = "exp run",
    .group = GROUP_PIPELINE,
    .summary = "run the pipeline as an experiment",
    .detail = "Sets parameters, runs what is stale, as repro does, and keeps what came of it as a "
              "commit under refs/exps: exp list and exp show find it, exp apply brings it back. "
              "Branches, the index and the stash of Git stay as they are.",
    .opts = exp_run_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct exp_run_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_run_run,
};
