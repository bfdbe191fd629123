#include "cli/cmd.h"
#include "cli/session.h"
#include "model/index.h"
#include "model/repo_lock.h"
#include "measure/plot_modify.h"
#include "measure/plots.h"

struct plots_modify_args {
    struct strv targets, unset;
    struct plot_options set;
};
#define AT(member)     offsetof(struct plots_modify_args, member)
#define SET_AT(member) offsetof(struct plots_modify_args, set.member)

static int plots_modify_run(struct session *s, const void *args) {
    const struct plots_modify_args *a = args;
    struct repo_lock lock CLEANUP(repo_lock_release) = {.file = FILE_LOCK_INIT};
    struct index *idx CLEANUP(index_freep) = NULL;
    struct plot_options set = a->set;
    int rc;

    if (set.template && !set.template[0]) {
        set.template = NULL;
    }
    if ((rc = repo_lock_take(&lock, s->repo, s->lock_seconds)) ||
        (rc = index_load(&idx, s->repo, NULL))) {
        return rc;
    }
    return plot_modify(s->repo, idx, a->targets.at[0], &set, &a->unset);
}

static const struct opt plots_modify_opts[] = {
    {'t', "template", OPT_MAYBE, SET_AT(template), "<template>",
     .help = "draw by this built-in template, or file of .dvc/plots"},
    {'x', NULL, OPT_TEXT, SET_AT(x), "<field>", .help = "what is on the x axis"},
    {'y', NULL, OPT_TEXT, SET_AT(y), "<field>", .help = "what is on the y axis"},
    {0, "no-header", OPT_FLAG, SET_AT(no_header),
     .help = "the first row of the CSV or TSV file is data"},
    {0, "title", OPT_TEXT, SET_AT(title), "<text>", .help = "above the plot"},
    {0, "x-label", OPT_TEXT, SET_AT(x_label), "<text>", .help = "beside the x axis"},
    {0, "y-label", OPT_TEXT, SET_AT(y_label), "<text>", .help = "beside the y axis"},
    {0, "unset", OPT_MANY, AT(unset), "<property>",
     .help = "drop these: template, x, y, x_label, y_label, title, header"},
    OPT_END,
};

const struct cmd cmd_plots_modify = {
    .name = "plots modify",
    .group = GROUP_MEASURE,
    .summary = "change how the plot of a stage is drawn",
    .detail = "Changes the definition of the output in dvc.yaml; an output that is no plot becomes "
              "one.",
    .opts = plots_modify_opts,
    .args = "<path>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(targets),
    .args_size = sizeof(struct plots_modify_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = plots_modify_run,
};
