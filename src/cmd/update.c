#include "base/err.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/importing.h"
#include "data/data.h"
#include "data/update.h"

struct update_args {
    struct strv targets;
    const char *rev, *remote;
    bool recursive, no_download, to_remote;
    int jobs;
};
#define AT(member) offsetof(struct update_args, member)

static void show_unchanged(void *ctx, const char *stage) {
    struct session *s = ctx;

    if (s->verbosity >= 0) {
        show_line(s->out, "'%s' didn't change, skipping", stage);
    }
}

static int update_run(struct session *s, const void *args) {
    const struct update_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    const struct update_request o = {
        .targets = a->targets,
        .rev = a->rev && a->rev[0] ? a->rev : NULL,
        .remote = a->remote,
        .recursive = a->recursive,
        .no_download = a->no_download,
        .to_remote = a->to_remote,
        .jobs = a->jobs,
        .begin = importing_show,
        .unchanged = show_unchanged,
        .ctx = s,
    };
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    s->no_hint = true; /* as DVC */
    return data_update(d, &o);
}

static const struct opt update_opts[] = {
    {0, "rev", OPT_MAYBE, AT(rev), "<rev>", .help = "of sources with revisions: go to this one"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "all imports in the folder"},
    {0, "no-download", OPT_FLAG, AT(no_download),
     .help = "record what is there; `pull` brings the data"},
    {0, "to-remote", OPT_FLAG, AT(to_remote), .help = "send the data to a remote, not here"},
    {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = "the remote of --to-remote"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    OPT_END,
};

const struct cmd cmd_update = {
    .name = "update",
    .group = GROUP_DATA,
    .summary = "bring imports to what their sources are now",
    .opts = update_opts,
    .args = "<target>...",
    .min_args = 1,
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct update_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = update_run,
};
