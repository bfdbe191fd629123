#include "base/err.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/get_url.h"
#include "data/url_place.h"
#include "model/repo.h"

struct get_url_args {
    struct strv words, fs_config;
    bool force;
    int jobs;
};
#define AT(member) offsetof(struct get_url_args, member)

static int get_url_run(struct session *s, const void *args) {
    const struct get_url_args *a = args;
    const struct url_asked asked = {.url = a->words.at[0],
                                    .from = repo_abs(s->repo, s->repo->cwd),
                                    .options = &a->fs_config,
                                    .jobs = a->jobs};

    return data_get_url(s->repo, &asked, a->words.len > 1 ? a->words.at[1] : NULL, a->force,
                        &s->progress);
}

static const struct opt get_url_opts[] = {
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace files that are there"},
    {0, "fs-config", OPT_MANY, AT(fs_config), "<name>=<value>",
     .help = "options of the source, as those of a remote"},
    OPT_END,
};

const struct cmd cmd_get_url = {
    .name = "get-url",
    .group = GROUP_DATA,
    .summary = "fetch data from a URL, not to be tracked",
    .opts = get_url_opts,
    .args = "<url> [<out>]",
    .min_args = 1,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct get_url_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 1,
    .run = get_url_run,
};
