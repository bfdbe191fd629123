/*
 * exp push and exp pull.
 */
#include "base/err.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "cmd/changes.h"
#include "cmd/exp_scope_opts.h"
#include "exp/share_sync.h"

struct exp_share_args {
    struct strv words;
    struct exp_scope_opts scope;
    const char *remote;
    bool force, no_cache, run_cache;
    int jobs;
};
#define AT(member) offsetof(struct exp_share_args, member)

static void list_names(struct session *s, const char *before, const struct strv *names,
                       const char *after, const char *place) {
    if (!names->len) {
        return;
    }
    show_text(s->out, "%s", before);
    for (size_t i = 0; i < names->len; i++) {
        show_text(s->out, "%s'%s'", i ? ", " : " ", names->at[i]);
    }
    show_line(s->out, " %s '%s'.", after, place);
}

static int read_request(struct exp_share_request *q, const struct exp_share_args *a) {
    *q = (struct exp_share_request){
        .place = a->words.at[0],
        .names = {.at = a->words.at + 1, .len = a->words.len - 1},
        .force = a->force,
        .no_data = a->no_cache,
        .remote = a->remote,
        .jobs = a->jobs,
        .run_cache = a->run_cache,
    };
    int rc = exp_scope_read(&q->scope, &a->scope);
    if (q->scope.all_commits) {
        q->names.len = 0;
    }
    return rc;
}

typedef int share_fn(struct exp_share_result *result, struct arena *arena, struct data *d,
                     const struct exp_share_request *q);

static int share(struct session *s, const struct exp_share_args *a, share_fn *verb,
                 struct exp_share_result *result) {
    struct data *d CLEANUP(data_closep) = NULL;
    struct exp_share_request q;
    int rc = read_request(&q, a);

    if (rc || (rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    return verb(result, s->arena, d, &q);
}

static void tell_files(struct session *s, const char *verb, const struct exp_share_result *result) {
    const struct change_count count = {verb,
                                       result->sync.transfer.moved + result->sync.run_cache_files};

    if (count.files > 0) {
        changes_count(s, &count, 1, "");
    }
}

static int exp_push_run(struct session *s, const void *args) {
    const struct exp_share_args *a = args;
    struct exp_share_result result CLEANUP(exp_share_release) = {0};
    int rc = share(s, a, exp_push, &result);

    list_names(s, "Up to date:", &result.same, "on Git remote", a->words.at[0]);
    list_names(s, "Pushed", &result.moved, "to Git remote", a->words.at[0]);
    if (!rc && !result.same.len && !result.moved.len) {
        show_line(s->out, "There is no experiment to push.");
    }
    tell_files(s, "pushed", &result);
    return rc;
}

static int exp_pull_run(struct session *s, const void *args) {
    const struct exp_share_args *a = args;
    struct exp_share_result result CLEANUP(exp_share_release) = {0};
    int rc = share(s, a, exp_pull, &result);

    list_names(s, "Pulled", &result.moved, "from Git remote", a->words.at[0]);
    if (!rc && !result.moved.len) {
        show_line(s->out, "There is no experiment to pull.");
    }
    tell_files(s, "fetched", &result);
    return rc;
}

#define SHARE_OPTS(replaced, where)                                                                \
    EXP_SCOPE_OPTS(AT(scope), "all there are"),                                                    \
        {'f', "force", OPT_FLAG, AT(force), .help = replaced},                                     \
        {0, "no-cache", OPT_FLAG, AT(no_cache), .help = "only the experiments, not their data"},   \
        {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = where},                            \
        {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},               \
        {0, "run-cache", OPT_FLAG, AT(run_cache), .help = "and the record of runs"},               \
        {0, "no-run-cache", OPT_UNSET, AT(run_cache), .help = "not the record of runs (default)"}, \
        OPT_END

static const struct opt exp_push_opts[] = {
    SHARE_OPTS("replace what the remote has", "to this remote for data"),
};

const struct cmd cmd_exp_push = {
    .name = "exp push",
    .group = GROUP_EXPERIMENT,
    .summary = "upload experiments and their data",
    .detail = "To a Git remote (name or URL), and the data to a DVC remote. Without a name, those "
              "started from HEAD.",
    .opts = exp_push_opts,
    .args = "<git-remote> [<experiment>...]",
    .min_args = 1,
    .max_args = -1,
    .rest = AT(words),
    .args_size = sizeof(struct exp_share_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_push_run,
};

static const struct opt exp_pull_opts[] = {
    SHARE_OPTS("replace what is here", "from this remote for data"),
};

const struct cmd cmd_exp_pull = {
    .name = "exp pull",
    .group = GROUP_EXPERIMENT,
    .summary = "download experiments and their data",
    .detail = "From a Git remote (name or URL), and the data from a DVC remote into the cache. "
              "Without a name, those started from HEAD.",
    .opts = exp_pull_opts,
    .args = "<git-remote> [<experiment>...]",
    .min_args = 1,
    .max_args = -1,
    .rest = AT(words),
    .args_size = sizeof(struct exp_share_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_pull_run,
};
