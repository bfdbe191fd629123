#include "base/err.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/ruled.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "cmd/exp_page.h"
#include "cmd/exp_scope_opts.h"
#include "cmd/exp_show_json.h"
#include "exp/rows.h"
#include "exp/table.h"

#define DEFAULT_PRECISION 5

struct exp_show_args {
    struct exp_scope_opts scope;
    struct exp_table_choice choice;
    const char *sort_by, *sort_order;
    bool all_branches, all_tags, param_deps, sha, json, csv, markdown, no_pager, force, fetch, html,
        pcp;
    bool hide_workspace, hide_queued, hide_failed;
    int precision;
};
#define AT(member) offsetof(struct exp_show_args, member)

static void print_flat(struct session *s, const struct exp_table *t, enum table_style style) {
    struct table *out = table_new();

    for (size_t c = 0; c < t->columns.len; c++) {
        if (!t->columns.at[c].dropped) {
            table_column(out, t->columns.at[c].title);
        }
    }
    for (size_t r = 0; r < t->rows.len; r++) {
        table_row(out);
        for (size_t c = 0; c < t->columns.len; c++) {
            if (!t->columns.at[c].dropped) {
                table_cell(out, t->rows.at[r].cells[c].text);
            }
        }
    }
    table_print(out, s->out, style);
    table_free(out);
}

static enum show_color color_of(const struct exp_table_cell *cell) {
    return cell->best ? SHOW_GREEN : cell->changed ? SHOW_YELLOW : SHOW_PLAIN;
}

static void print_ruled(struct session *s, const struct exp_table *t) {
    struct ruled *out = ruled_new();

    for (size_t c = 0; c < t->columns.len; c++) {
        const struct exp_column *column = &t->columns.at[c];

        if (!column->dropped) {
            ruled_column(out, column->title, column->kind == EXP_COLUMN_METRIC);
        }
    }
    for (size_t r = 0; r < t->rows.len; r++) {
        ruled_row(out, t->rows.at[r].baseline ? SHOW_BOLD : SHOW_PLAIN);
        for (size_t c = 0; c < t->columns.len; c++) {
            const struct exp_table_cell *cell = &t->rows.at[r].cells[c];

            if (!t->columns.at[c].dropped) {
                ruled_cell(out, cell->text, color_of(cell));
            }
        }
    }
    ruled_print(out, s->out);
    ruled_free(out);
}

static int print_table(struct session *s, const struct exp_baselines *rows,
                       const struct exp_show_args *a) {
    struct exp_table t CLEANUP(exp_table_release) = {0};
    const struct exp_table_request q = {
        .fill = a->csv ? "" : "-",
        .precision = !a->csv        ? DEFAULT_PRECISION
                     : a->precision ? a->precision
                                    : -1,
        .iso = a->csv,
        .sort_by = a->sort_by,
        .descending = str_eq(a->sort_order, "desc"),
    };
    int rc = exp_table_make(&t, s->arena, rows, &q);

    if (!rc && !a->csv) {
        exp_table_merge_names(&t, s->arena);
    }
    struct exp_table_choice choice = a->choice;
    choice.only_changed |= a->html && t.rows.len > 1; /* a page is as wide as a screen */
    if (rc || (rc = exp_table_choose(&t, &choice))) {
        s->exit_status = 255;
        return rc;
    }
    if (a->html || a->pcp) {
        return exp_page_write(s, &t, a->pcp && !a->html);
    }
    if (a->csv || a->markdown) {
        print_flat(s, &t, a->csv ? TABLE_CSV : TABLE_MARKDOWN);
        return 0;
    }
    if (!a->no_pager) {
        show_page(s->out);
    }
    print_ruled(s, &t);
    return 0;
}

static int exp_show_run(struct session *s, const void *args) {
    const struct exp_show_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct exp_baselines rows CLEANUP(exp_rows_release) = {0};
    struct exp_rows_request q = {.hide_workspace = a->hide_workspace,
                                 .hide_queued = a->hide_queued,
                                 .hide_failed = a->hide_failed,
                                 .no_names = a->sha,
                                 .param_deps = a->param_deps};
    int rc = exp_scope_read(&q.scope, &a->scope);

    q.scope.all_branches = a->all_branches;
    q.scope.all_tags = a->all_tags;
    if (rc || (rc = data_open(&d, s->repo, &s->progress)) ||
        (rc = exp_rows_collect(&rows, s->arena, d, &q))) {
        return rc;
    }
    if (a->json) {
        exp_show_json(s, &rows);
        return 0;
    }
    return print_table(s, &rows, a);
}

static const char *const orders[] = {"asc", "desc", NULL};

static const struct opt exp_show_opts[] = {
    {'a', "all-branches", OPT_FLAG, AT(all_branches), .help = "from the tips of all branches"},
    {'T', "all-tags", OPT_FLAG, AT(all_tags), .help = "from all tags"},
    EXP_SCOPE_OPTS(AT(scope), "from all commits"),
    {0, "only-changed", OPT_FLAG, AT(choice.only_changed),
     .help = "leave out columns that say the same in all rows"},
    {0, "drop", OPT_LIST, AT(choice.drop), "<regex>",
     .help = "leave out columns whose title begins so"},
    {0, "keep", OPT_LIST, AT(choice.keep), "<regex>", .help = "but never those"},
    {0, "param-deps", OPT_FLAG, AT(param_deps), .help = "only parameters that stages depend on"},
    {0, "sort-by", OPT_TEXT, AT(sort_by), "<column>",
     .help = "sort experiments of a commit by this metric or parameter"},
    {0, "sort-order", OPT_TEXT, AT(sort_order), "<order>", .choices = orders,
     .help = "asc (default) or desc"},
    {0, "sha", OPT_FLAG, AT(sha), .help = "show ids of commits, not branches and tags"},
    {0, "hide-workspace", OPT_FLAG, AT(hide_workspace), .help = "leave out the workspace"},
    {0, "hide-queued", OPT_FLAG, AT(hide_queued), .help = "leave out queued experiments"},
    {0, "hide-failed", OPT_FLAG, AT(hide_failed), .help = "leave out failed experiments"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "csv", OPT_FLAG, AT(csv), .help = "print comma-separated values, not rounded"},
    {0, "md", OPT_FLAG, AT(markdown), .help = "print a Markdown table"},
    {0, "html", OPT_FLAG, AT(html), .help = "write a page with the table, lines and plots"},
    {0, "pcp", OPT_FLAG, AT(pcp), .help = "write a page with parallel coordinates"},
    {0, "precision", OPT_INT, AT(precision), "<n>",
     .help = "with --csv: round to this many significant digits"},
    {0, "no-pager", OPT_FLAG, AT(no_pager), .help = "do not read the table in a pager"},
    {0, "no-fetch", OPT_FLAG, AT(fetch), .help = "accepted: nothing is fetched", .hidden = true},
    {'f', "force", OPT_FLAG, AT(force), .help = "accepted: nothing is taken from a cache"},
    OPT_END,
};

const struct cmd cmd_exp_show = {
    .name = "exp show",
    .group = GROUP_EXPERIMENT,
    .summary = "compare experiments in a table",
    .detail =
        "On a terminal, parameters that differ from the commit's are yellow, the best of each "
        "metric is green.",
    .opts = exp_show_opts,
    .args_size = sizeof(struct exp_show_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = exp_show_run,
};
