/*
 * metrics diff and params diff: one comparison, printed in two ways.
 */
#include "base/vec.h"
#include "show/json.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/measure_rows.h"
#include "measure/compare.h"

struct measure_diff_args {
    struct strv revs, targets;
    bool all, json, markdown, csv, no_path, recursive, deps;
    int precision;
};
#define AT(member) offsetof(struct measure_diff_args, member)

static int run_diff(struct session *s, const struct measure_diff_args *a, enum measure_kind kind) {
    struct measure_request request = {.kind = kind, .targets = a->targets, .deps_only = a->deps};
    struct measure_comparison found = {0};
    int rc =
        measure_diff(&found, s->arena, s->repo, &request, a->revs.len > 0 ? a->revs.at[0] : NULL,
                     a->revs.len > 1 ? a->revs.at[1] : NULL, a->all);

    if (!rc) {
        measure_rows_warn(s, &found);
        if (a->json) {
            struct json *j = json_begin(s->out);

            measure_rows_json(j, NULL, &found.changes);
            json_end(j);
        } else {
            measure_rows_table(
                s, &found.changes,
                &(struct measure_rows){.kind = kind,
                                       .old_title = a->revs.len > 0 ? a->revs.at[0] : "HEAD",
                                       .new_title = a->revs.len > 1 ? a->revs.at[1] : "workspace",
                                       .markdown = a->markdown,
                                       .csv = a->csv,
                                       .no_path = a->no_path,
                                       .precision = a->precision});
        }
    }
    measure_comparison_release(&found);
    return rc;
}

static int metrics_diff_run(struct session *s, const void *args) {
    return run_diff(s, args, MEASURE_METRICS);
}

static int params_diff_run(struct session *s, const void *args) {
    return run_diff(s, args, MEASURE_PARAMS);
}

static const struct opt metrics_diff_opts[] = {
    {0, "targets", OPT_MANY, AT(targets), "<path>",
     .help = "these files, or folders of files, alone"},
    {'R', "recursive", OPT_FLAG, AT(recursive),
     .help = "accepted: a folder always means all files in it"},
    {0, "all", OPT_FLAG, AT(all), .help = "unchanged metrics, too"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "md", OPT_FLAG, AT(markdown), .help = "print a Markdown table"},
    {0, "csv", OPT_FLAG, AT(csv), .help = "print comma-separated values, not rounded"},
    {0, "no-path", OPT_FLAG, AT(no_path), .help = "leave the column of paths out"},
    {0, "precision", OPT_INT, AT(precision), "<n>",
     .help = "round to this many decimals (default: 5)"},
    OPT_END,
};

const struct cmd cmd_metrics_diff = {
    .name = "metrics diff",
    .group = GROUP_MEASURE,
    .summary = "compare the metrics of two revisions",
    .detail = "Revisions are names of Git, or 'workspace'; by default HEAD and the workspace.",
    .opts = metrics_diff_opts,
    .args = "[<rev> [<rev>]]",
    .max_args = 2,
    .rest = AT(revs),
    .args_size = sizeof(struct measure_diff_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = metrics_diff_run,
};

static const struct opt params_diff_opts[] = {
    {0, "targets", OPT_MANY, AT(targets), "<path>",
     .help = "these files, or folders of files, alone"},
    {0, "all", OPT_FLAG, AT(all), .help = "unchanged parameters, too"},
    {0, "deps", OPT_FLAG, AT(deps), .help = "only parameters that stages depend on"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "md", OPT_FLAG, AT(markdown), .help = "print a Markdown table"},
    {0, "csv", OPT_FLAG, AT(csv), .help = "print comma-separated values, not rounded"},
    {0, "no-path", OPT_FLAG, AT(no_path), .help = "leave the column of paths out"},
    OPT_END,
};

const struct cmd cmd_params_diff = {
    .name = "params diff",
    .group = GROUP_MEASURE,
    .summary = "compare the parameters of two revisions",
    .detail = "Revisions are names of Git, or 'workspace'; by default HEAD and the workspace.",
    .opts = params_diff_opts,
    .args = "[<rev> [<rev>]]",
    .max_args = 2,
    .rest = AT(revs),
    .args_size = sizeof(struct measure_diff_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = params_diff_run,
};
