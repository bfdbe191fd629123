#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/other_repo.h"
#include "data/get.h"
#include "data/source.h"

struct get_args {
    struct strv words;
    struct other_repo repo;
    const char *out;
    bool show_url, force, glob;
    int jobs;
};
#define AT(member) offsetof(struct get_args, member)

static int show_location(struct session *s, const struct source_spec *spec, const char *path) {
    const char *url;
    int rc = data_get_location(&url, s->arena, spec, path, &s->progress);

    if (!rc) {
        show_line(s->out, "%s", url);
    }
    return rc;
}

static int get_run(struct session *s, const void *args) {
    const struct get_args *a = args;
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    const struct get_request o = {
        .spec = &spec,
        .path = a->words.at[1],
        .out = a->out && a->out[0] ? a->out : NULL,
        .force = a->force,
        .glob = a->glob,
        .jobs = a->jobs,
    };

    other_repo_spec(&spec, s, a->words.at[0], &a->repo);
    return a->show_url ? show_location(s, &spec, o.path) : data_get(&o, &s->progress);
}

static const struct opt get_opts[] = {
    {'o', "out", OPT_MAYBE, AT(out), "<path>", .help = "where it goes, or the folder for it"},
    {0, "show-url", OPT_FLAG, AT(show_url), .help = "print where the remote has it, fetch nothing"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace files that are there"},
    {0, "glob", OPT_FLAG, AT(glob), .help = "the path is a pattern"},
    OTHER_REPO_OPTIONS(AT(repo)),
    OPT_END,
};

const struct cmd cmd_get = {
    .name = "get",
    .group = GROUP_DATA,
    .summary = "download a file or folder of a repository, tracked or not",
    .detail = "The repository is a path, or a URL as Git takes them.",
    .opts = get_opts,
    .args = "<repository> <path>",
    .min_args = 2,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct get_args),
    .fail = 1,
    .run = get_run,
};
