#include "base/attr.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/changes.h"
#include "cmd/sync_events.h"
#include "data/data.h"
#include "data/sync.h"

struct push_args {
    struct strv targets;
    const char *remote;
    bool all_branches, all_tags, all_commits, with_deps, recursive, run_cache, glob;
    bool json_progress;
    int jobs;
};
#define AT(member) offsetof(struct push_args, member)

static int push_run(struct session *s, const void *args) {
    const struct push_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct sync_result result CLEANUP(sync_result_release) = {0};
    const struct sync_request o = {
        .targets = a->targets,
        .remote = a->remote,
        .all_branches = a->all_branches,
        .all_tags = a->all_tags,
        .all_commits = a->all_commits,
        .with_deps = a->with_deps,
        .recursive = a->recursive,
        .run_cache = a->run_cache,
        .glob = a->glob,
        .jobs = a->jobs,
        .max_size = -1,
    };
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    sync_events_begin(s, a->json_progress);
    rc = data_push(&result, s->arena, d, &o);
    sync_events_end(s, d, &result, rc);
    const struct change_count count = {"pushed", result.transfer.moved + result.run_cache_files};
    if (!rc || count.files > 0) {
        changes_count(s, &count, 1, "Everything is up to date.");
    }
    return rc;
}

static const struct opt push_opts[] = {
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = "to this remote"},
    {'a', "all-branches", OPT_FLAG, AT(all_branches), .help = "what all branches use"},
    {'T', "all-tags", OPT_FLAG, AT(all_tags), .help = "what all tags use"},
    {'A', "all-commits", OPT_FLAG, AT(all_commits), .help = "what all commits use"},
    {'d', "with-deps", OPT_FLAG, AT(with_deps), .help = "and all that the targets depend on"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {0, "run-cache", OPT_FLAG, AT(run_cache), .help = "and the record of runs"},
    {0, "no-run-cache", OPT_UNSET, AT(run_cache), .help = "not the record of runs (default)"},
    {0, "glob", OPT_FLAG, AT(glob), .help = "targets are patterns"},
    SYNC_EVENTS_OPT(struct push_args),
    OPT_END,
};

const struct cmd cmd_push = {
    .name = "push",
    .group = GROUP_REMOTE,
    .summary = "upload tracked data to a remote",
    .detail = "Targets are stages, .dvc files, and tracked paths; without one, everything. What is "
              "missing in the "
              "cache is named, all else is pushed, and the exit status is 1.",
    .opts = push_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct push_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = push_run,
};
