#include "base/err.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/add.h"
#include "data/data.h"

struct add_args {
    struct strv targets;
    bool no_commit, glob, to_remote, force, no_relink;
    const char *out, *remote;
    int remote_jobs;
};
#define AT(member) offsetof(struct add_args, member)

/* Options that exclude each other, as DVC has them. */
static int check_options(const struct add_args *a) {
    const char *with = a->to_remote ? "--to-remote" : "--out";

    if (!a->to_remote && a->remote) {
        return err_set(ERR_FAILED, "--remote goes with --to-remote only");
    }
    if (!a->to_remote && a->remote_jobs) {
        return err_set(ERR_FAILED, "--remote-jobs goes with --to-remote only");
    }
    if (!a->to_remote && !a->out) {
        return 0;
    }
    if (a->targets.len != 1) {
        return err_set(ERR_FAILED, "%s takes a single target", with);
    }
    if (a->glob) {
        return err_set(ERR_FAILED, "%s and --glob exclude each other", with);
    }
    if (a->no_commit) {
        return err_set(ERR_FAILED, "%s and --no-commit exclude each other", with);
    }
    return 0;
}

static int add_run(struct session *s, const void *args) {
    const struct add_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    const struct add_options o = {
        .targets = a->targets,
        .no_commit = a->no_commit,
        .force = a->force,
        .no_relink = a->no_relink,
        .glob = a->glob,
        .out = a->out,
        .to_remote = a->to_remote,
        .remote = a->remote,
        .jobs = a->remote_jobs,
    };
    int rc = check_options(a);

    if (rc) {
        return rc;
    }
    if ((rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_add(d, &o);
}

static const struct opt add_opts[] = {
    {0, "no-commit", OPT_FLAG, AT(no_commit), .help = "record the digest, do not fill the cache"},
    {0, "glob", OPT_FLAG, AT(glob), .help = "expand the patterns in targets"},
    {'o', "out", OPT_TEXT, AT(out), "<path>", .help = "copy the target there and track the copy"},
    {0, "to-remote", OPT_FLAG, AT(to_remote),
     .help = "send the data to a remote, not to the cache"},
    {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = "the remote of --to-remote"},
    {0, "remote-jobs", OPT_INT, AT(remote_jobs), "<number>",
     .help = "transfers at a time with --to-remote"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace what is at the path of --out"},
    {0, "no-relink", OPT_FLAG, AT(no_relink),
     .help = "leave the files in the workspace as they are"},
    OPT_END,
};

const struct cmd cmd_add = {
    .name = "add",
    .group = GROUP_DATA,
    .summary = "track files and folders",
    .detail = "Copies the data into the cache and writes a .dvc file beside it, for Git to keep. A "
              "path inside a "
              "tracked folder updates the .dvc file of that folder.",
    .opts = add_opts,
    .args = "<target>...",
    .min_args = 1,
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct add_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = add_run,
};
