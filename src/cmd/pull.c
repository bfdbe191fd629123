#include "base/attr.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/changes.h"
#include "cmd/sync_events.h"
#include "data/data.h"
#include "data/sync.h"

struct pull_args {
    struct strv targets;
    const char *remote;
    bool all_branches, all_tags, all_commits, force, with_deps, recursive, run_cache, glob;
    bool allow_missing;
    bool json_progress;
    int jobs;
};
#define AT(member) offsetof(struct pull_args, member)

static void show_result(struct session *s, const struct sync_result *r) {
    const struct change_count counts[] = {
        {"fetched", r->transfer.moved},
        {"modified", r->checkout.files_modified},
        {"added", r->checkout.files_added},
        {"deleted", r->checkout.files_deleted},
    };

    changes_show(s, &r->checkout);
    changes_count(s, counts, COUNT_OF(counts), "Everything is up to date.");
}

static int pull_run(struct session *s, const void *args) {
    const struct pull_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct sync_result result CLEANUP(sync_result_release) = {0};
    const struct sync_request o = {
        .targets = a->targets,
        .remote = a->remote,
        .all_branches = a->all_branches,
        .all_tags = a->all_tags,
        .all_commits = a->all_commits,
        .force = a->force,
        .with_deps = a->with_deps,
        .recursive = a->recursive,
        .run_cache = a->run_cache,
        .glob = a->glob,
        .allow_missing = a->allow_missing,
        .confirm = session_agree,
        .confirm_ctx = s,
        .jobs = a->jobs,
        .max_size = -1,
    };
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    sync_events_begin(s, a->json_progress);
    rc = data_pull(&result, s->arena, d, &o);
    sync_events_end(s, d, &result, rc);
    if (!rc || result.transfer.moved > 0 || result.checkout.failed.len > 0) {
        show_result(s, &result);
    }
    return rc;
}

static const struct opt pull_opts[] = {
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = "from this remote"},
    {'a', "all-branches", OPT_FLAG, AT(all_branches), .help = "fetch what all branches use"},
    {'T', "all-tags", OPT_FLAG, AT(all_tags), .help = "fetch what all tags use"},
    {'A', "all-commits", OPT_FLAG, AT(all_commits), .help = "fetch what all commits use"},
    {'f', "force", OPT_FLAG, AT(force),
     .help = "overwrite changes that are in no cache without asking"},
    {'d', "with-deps", OPT_FLAG, AT(with_deps), .help = "and all that the targets depend on"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {0, "run-cache", OPT_FLAG, AT(run_cache), .help = "and the record of runs"},
    {0, "no-run-cache", OPT_UNSET, AT(run_cache), .help = "not the record of runs (default)"},
    {0, "glob", OPT_FLAG, AT(glob), .help = "targets are patterns", .hidden = true},
    {0, "allow-missing", OPT_FLAG, AT(allow_missing),
     .help = "do not fail where something is missing"},
    SYNC_EVENTS_OPT(struct pull_args),
    OPT_END,
};

const struct cmd cmd_pull = {
    .name = "pull",
    .group = GROUP_REMOTE,
    .summary = "fetch, then checkout",
    .detail = "Targets are stages, .dvc files, and tracked paths, also inside a tracked folder; "
              "without one, "
              "everything.",
    .opts = pull_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct pull_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = pull_run,
};
