#include "base/err.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/importing.h"
#include "cmd/other_repo.h"
#include "data/data.h"
#include "data/import_repo.h"
#include "data/source.h"

struct import_args {
    struct strv words;
    struct other_repo repo;
    const char *out;
    bool force, no_exec, no_download;
    int jobs;
};
#define AT(member) offsetof(struct import_args, member)

static int import_run(struct session *s, const void *args) {
    const struct import_args *a = args;
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    struct data *d CLEANUP(data_closep) = NULL;
    const struct import_repo_request o = {
        .spec = &spec,
        .path = a->words.at[1],
        .out = a->out && a->out[0] ? a->out : NULL,
        .no_exec = a->no_exec,
        .no_download = a->no_download,
        .force = a->force,
        .jobs = a->jobs,
        .begin = importing_show,
        .ctx = s,
    };

    if (a->no_exec && a->no_download) {
        return err_set(ERR_USAGE, "--no-exec and --no-download exclude each other");
    }
    if (a->repo.config && a->repo.remote && a->repo.remote_config.len > 0) {
        return err_set(ERR_FAILED, "--config excludes --remote with --remote-config");
    }
    other_repo_spec(&spec, s, a->words.at[0], &a->repo);
    spec.committed = true;
    int rc = data_open(&d, s->repo, &s->progress);
    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_import_repo(d, &o);
}

static const struct opt import_opts[] = {
    {'o', "out", OPT_MAYBE, AT(out), "<path>", .help = "where it goes, or the folder for it"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace what is at the path of the output"},
    {0, "no-exec", OPT_FLAG, AT(no_exec), .help = "write the .dvc file, ask for nothing"},
    {0, "no-download", OPT_FLAG, AT(no_download),
     .help = "record the commit; `pull` brings the data"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    OTHER_REPO_OPTIONS(AT(repo)),
    OPT_END,
};

const struct cmd cmd_import = {
    .name = "import",
    .group = GROUP_DATA,
    .summary = "fetch data from another repository and track it",
    .detail = "The repository is a path, or a URL as Git takes them. The .dvc file records the "
              "commit that the data was taken from; `update` goes on to what it has become.",
    .opts = import_opts,
    .args = "<repository> <path>",
    .min_args = 2,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct import_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = import_run,
};
