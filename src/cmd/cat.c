#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/cat.h"
#include "data/data.h"

struct cat_args {
    struct strv words;
    int jobs;
};
#define AT(member) offsetof(struct cat_args, member)

static int show_part(void *ctx, const void *data, size_t len) {
    struct session *s = ctx;

    return show_bytes(s->out, data, len);
}

static int cat_run(struct session *s, const void *args) {
    const struct cat_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->jobs = a->jobs;
    for (size_t i = 0; i < a->words.len && !rc; i++) {
        rc = data_cat(d, a->words.at[i], show_part, s);
    }
    return rc;
}

static const struct opt cat_opts[] = {
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "transfers at a time"},
    OPT_END,
};

const struct cmd cmd_cat = {
    .name = "cat",
    .group = GROUP_DATA,
    .summary = "print a file, tracked or not, of the workspace or a revision",
    .detail =
        "Of a tracked folder only the file that is asked for is fetched, if the cache lacks it.",
    .opts = cat_opts,
    .args = "<path>...",
    .min_args = 1,
    .max_args = -1,
    .rest = AT(words),
    .args_size = sizeof(struct cat_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = cat_run,
};
