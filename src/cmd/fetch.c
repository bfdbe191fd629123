#include <string.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/num.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/changes.h"
#include "cmd/sync_events.h"
#include "data/data.h"
#include "data/sync.h"

struct fetch_args {
    struct strv targets, types;
    const char *remote, *max_size;
    bool all_branches, all_tags, all_commits, with_deps, recursive, run_cache;
    bool json_progress;
    int jobs;
};
#define AT(member) offsetof(struct fetch_args, member)

static int fetch_run(struct session *s, const void *args) {
    const struct fetch_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct sync_result result CLEANUP(sync_result_release) = {0};
    struct sync_request o = {
        .targets = a->targets,
        .remote = a->remote,
        .all_branches = a->all_branches,
        .all_tags = a->all_tags,
        .all_commits = a->all_commits,
        .with_deps = a->with_deps,
        .recursive = a->recursive,
        .run_cache = a->run_cache,
        .jobs = a->jobs,
        .max_size = -1,
    };
    int rc;

    if (a->max_size && !num_int(&o.max_size, a->max_size)) {
        return err_set(ERR_USAGE, "--max-size: '%s' is not a number of bytes", a->max_size);
    }
    for (size_t i = 0; i < a->types.len; i++) {
        o.only_metrics |= strcmp(a->types.at[i], "metrics") == 0;
        o.only_plots |= strcmp(a->types.at[i], "plots") == 0;
    }
    if ((rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    sync_events_begin(s, a->json_progress);
    rc = data_fetch(&result, s->arena, d, &o);
    sync_events_end(s, d, &result, rc);
    const struct change_count count = {"fetched", result.transfer.moved};
    if (!rc || count.files > 0) {
        changes_count(s, &count, 1, "Everything is up to date.");
    }
    return rc;
}

static const char *const types[] = {"metrics", "plots", NULL};

static const struct opt fetch_opts[] = {
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = "from this remote"},
    {'a', "all-branches", OPT_FLAG, AT(all_branches), .help = "what all branches use"},
    {'T', "all-tags", OPT_FLAG, AT(all_tags), .help = "what all tags use"},
    {'A', "all-commits", OPT_FLAG, AT(all_commits), .help = "what all commits use"},
    {'d', "with-deps", OPT_FLAG, AT(with_deps), .help = "and all that the targets depend on"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {0, "run-cache", OPT_FLAG, AT(run_cache), .help = "and the record of runs"},
    {0, "no-run-cache", OPT_UNSET, AT(run_cache), .help = "not the record of runs (default)"},
    {0, "max-size", OPT_TEXT, AT(max_size), "<bytes>",
     .help = "leave out outputs of this size or more"},
    {0, "type", OPT_LIST, AT(types), "<type>", .help = "only outputs of this type",
     .choices = types},
    SYNC_EVENTS_OPT(struct fetch_args),
    OPT_END,
};

const struct cmd cmd_fetch = {
    .name = "fetch",
    .group = GROUP_REMOTE,
    .summary = "download tracked data from a remote into the cache",
    .detail = "Targets are stages, .dvc files, and tracked paths, also inside a tracked folder; "
              "without one, "
              "everything.",
    .opts = fetch_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct fetch_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = fetch_run,
};
