#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/pipeline_hooks.h"
#include "data/commit.h"
#include "data/data.h"

struct commit_args {
    struct strv targets;
    bool force, with_deps, recursive, no_relink;
};
#define AT(member) offsetof(struct commit_args, member)

static int commit_run(struct session *s, const void *args) {
    const struct commit_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    struct pipeline_hooks hooks CLEANUP(pipeline_hooks_release) = {0};
    struct commit_request o = {
        .targets = a->targets,
        .force = a->force,
        .with_deps = a->with_deps,
        .recursive = a->recursive,
        .no_relink = a->no_relink,
        .confirm = session_agree,
        .confirm_ctx = s,
    };
    pipeline_hooks_init(&o.hooks, &hooks, d);
    return data_commit(d, &o);
}

static const struct opt commit_opts[] = {
    {'f', "force", OPT_FLAG, AT(force), .help = "record what changed without asking"},
    {'d', "with-deps", OPT_FLAG, AT(with_deps),
     .help = "and all stages that the targets depend on"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {0, "no-relink", OPT_FLAG, AT(no_relink),
     .help = "leave the files in the workspace as they are"},
    OPT_END,
};

const struct cmd cmd_commit = {
    .name = "commit",
    .group = GROUP_DATA,
    .summary = "record what the workspace has, in cache and .dvc files or dvc.lock",
    .detail = "Targets are stages, .dvc files and tracked paths; without one, everything.",
    .opts = commit_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct commit_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = commit_run,
};
