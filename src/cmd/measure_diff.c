/*
 * metrics diff and params diff: one comparison, printed in two ways.
 */
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "measure/compare.h"

#define DEFAULT_PRECISION 5

struct measure_diff_args {
    struct strv revs, targets;
    bool all, json, markdown, csv, no_path, recursive, deps;
    int precision;
};
#define AT(member) offsetof(struct measure_diff_args, member)

static void warn_of_failures(struct session *s, const struct strv *failed) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!failed->len) {
        return;
    }
    str_adds(&text, "some values could not be loaded for these revisions: '");
    for (size_t i = 0; i < failed->len; i++) {
        str_addf(&text, "%s%s", i ? ", " : "", failed->at[i]);
    }
    str_adds(&text, "'.");
    show_note(s->out, SHOW_PLAIN, NULL, text.buf);
}

static void print_side(struct json *j, const char *key, const struct node *value) {
    if (value) {
        json_node(j, key, value);
    } else {
        json_null(j, key);
    }
}

static void print_json(struct session *s, const struct measure_changes *changes) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    for (size_t i = 0; i < changes->len; i++) {
        const struct measure_change *c = &changes->at[i];

        if (!i || !str_eq(changes->at[i - 1].path, c->path)) {
            json_map(j, c->path);
        }
        json_map(j, c->key);
        print_side(j, "old", c->old);
        print_side(j, "new", c->new);
        if (c->diff) {
            json_node(j, "diff", c->diff);
        }
        json_close(j);
        if (i + 1 == changes->len || !str_eq(changes->at[i + 1].path, c->path)) {
            json_close(j);
        }
    }
    json_close(j);
    json_end(j);
}

static void print_table(struct session *s, const struct measure_changes *changes,
                        const struct measure_diff_args *a, enum measure_kind kind) {
    bool metrics = kind == MEASURE_METRICS;
    int precision = a->precision ? a->precision : !metrics || a->csv ? -1 : DEFAULT_PRECISION;
    struct table *t = table_new();

    if (!a->no_path) {
        table_column(t, "Path");
    }
    table_column(t, metrics ? "Metric" : "Param");
    table_column(t, a->revs.len > 0 ? a->revs.at[0] : "HEAD");
    table_column(t, a->revs.len > 1 ? a->revs.at[1] : "workspace");
    if (metrics) {
        table_column(t, "Change");
    }
    for (size_t i = 0; i < changes->len; i++) {
        const struct measure_change *c = &changes->at[i];

        table_row(t);
        if (!a->no_path) {
            table_cell(t, c->path);
        }
        table_cell(t, c->key);
        table_cell_value(t, c->old, precision);
        table_cell_value(t, c->new, precision);
        if (metrics) {
            table_cell_value(t, c->diff, precision);
        }
    }
    table_print(t, s->out, a->csv ? TABLE_CSV : a->markdown ? TABLE_MARKDOWN : TABLE_PLAIN);
    table_free(t);
}

static int run_diff(struct session *s, const struct measure_diff_args *a, enum measure_kind kind) {
    struct measure_request request = {.kind = kind, .targets = a->targets, .deps_only = a->deps};
    struct measure_comparison found = {0};
    int rc =
        measure_diff(&found, s->arena, s->repo, &request, a->revs.len > 0 ? a->revs.at[0] : NULL,
                     a->revs.len > 1 ? a->revs.at[1] : NULL, a->all);

    if (!rc) {
        warn_of_failures(s, &found.failed);
        if (a->json) {
            print_json(s, &found.changes);
        } else {
            print_table(s, &found.changes, a, kind);
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
