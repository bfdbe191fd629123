#include "cmd/repro_args.h"

#include "base/str.h"
#include "cli/session.h"
#include "pipeline/repro.h"

const char *const executor_choices[] = {"local", "slurm", NULL};

void repro_args_place(struct repro_request *out, const char *executor) {
    if (executor) {
        out->place = str_eq(executor, "slurm") ? REPRO_SLURM : REPRO_HERE;
    }
}

void repro_args_request(struct repro_request *out, struct session *s, const struct repro_args *a) {
    *out = (struct repro_request){
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
        .confirm = session_agree,
        .confirm_ctx = s,
    };
}
