#include "base/err.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/importing.h"
#include "data/data.h"
#include "data/import_url.h"

struct import_url_args {
    struct strv words, fs_config;
    const char *remote;
    bool to_remote, no_exec, no_download, force, version_aware;
    int jobs;
};
#define AT(member) offsetof(struct import_url_args, member)

static int import_url_run(struct session *s, const void *args) {
    const struct import_url_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    const struct import_url_request o = {
        .url = a->words.at[0],
        .out = a->words.len > 1 ? a->words.at[1] : NULL,
        .fs_config = a->fs_config,
        .to_remote = a->to_remote,
        .remote = a->remote,
        .no_exec = a->no_exec,
        .no_download = a->no_download,
        .force = a->force,
        .version_aware = a->version_aware,
        .jobs = a->jobs,
        .begin = importing_show,
        .ctx = s,
    };

    if (a->no_exec && a->no_download) {
        return err_set(ERR_USAGE, "--no-exec and --no-download exclude each other");
    }
    int rc = data_open(&d, s->repo, &s->progress);
    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_import_url(d, &o);
}

static const struct opt import_url_opts[] = {
    {0, "to-remote", OPT_FLAG, AT(to_remote),
     .help = "send the data to a remote, and leave only the .dvc file here"},
    {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = "the remote of --to-remote"},
    {0, "no-exec", OPT_FLAG, AT(no_exec), .help = "write the .dvc file, ask for nothing"},
    {0, "no-download", OPT_FLAG, AT(no_download),
     .help = "record what is there; `pull` brings the data"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace what is at the path of the output"},
    {0, "version-aware", OPT_FLAG, AT(version_aware),
     .help = "record the version that the store keeps of each file"},
    {0, "fs-config", OPT_MANY, AT(fs_config), "<name>=<value>",
     .help = "options of the source, as those of a remote"},
    OPT_END,
};

const struct cmd cmd_import_url = {
    .name = "import-url",
    .group = GROUP_DATA,
    .summary = "fetch data from a URL and track it",
    .detail =
        "The .dvc file records where the data came from and what it was there; `update` brings "
        "what it has become. A URL is a path outside of the project, or begins with http://, "
        "https://, s3://, gs://, azure://, oss://, ssh://, webdav://, webdavs://, webhdfs:// or "
        "remote://<name>, which goes on from a configured remote.",
    .opts = import_url_opts,
    .args = "<url> [<out>]",
    .min_args = 1,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct import_url_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = import_url_run,
};
