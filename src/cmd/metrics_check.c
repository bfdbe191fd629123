#include "base/arena.h"
#include "base/num.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "measure/check.h"

struct metrics_check_args {
    struct strv conditions;
    bool json, markdown;
};
#define AT(member) offsetof(struct metrics_check_args, member)

static void print_json(struct session *s, const struct check_results *results) {
    struct json *j = json_begin(s->out);

    json_list(j, NULL);
    for (size_t i = 0; i < results->len; i++) {
        const struct check_result *r = &results->at[i];

        json_map(j, NULL);
        json_str(j, "path", r->path);
        json_str(j, "key", r->key);
        json_node(j, "value", r->value);
        json_str(j, "op", r->op);
        json_float(j, "limit", r->limit);
        json_str(j, "limit_text", r->limit_text);
        json_bool(j, "holds", r->holds);
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

/* ">= 0.95", ">= 0.93 (HEAD~1 - 0.01)" */
static const char *required(struct session *s, const struct check_result *r) {
    char number[NUM_FLOAT_MAX];

    if (r->plain) {
        return arena_printf(s->arena, "%s %s", r->op, r->limit_text);
    }
    return arena_printf(s->arena, "%s %s (%s)", r->op, num_float_repr(number, r->limit),
                        r->limit_text);
}

static void print_table(struct session *s, const struct check_results *results, bool markdown) {
    struct table *t = table_new();

    table_column(t, "Path");
    table_column(t, "Metric");
    table_column(t, "Value");
    table_column(t, "Required");
    for (size_t i = 0; i < results->len; i++) {
        const struct check_result *r = &results->at[i];

        if (!r->holds) {
            table_row(t);
            table_cell(t, r->path);
            table_cell(t, r->key);
            table_cell_value(t, r->value, -1);
            table_cell(t, required(s, r));
        }
    }
    table_print(t, s->out, markdown ? TABLE_MARKDOWN : TABLE_PLAIN);
    table_free(t);
}

static int metrics_check_run(struct session *s, const void *args) {
    const struct metrics_check_args *a = args;
    struct check_results results CLEANUP(check_results_release) = {0};
    int rc = measure_check(&results, s->arena, s->repo, &a->conditions);
    bool all = true;

    if (rc) {
        return rc;
    }
    for (size_t i = 0; i < results.len; i++) {
        all = all && results.at[i].holds;
    }
    if (a->json) {
        print_json(s, &results);
    } else if (!all) {
        print_table(s, &results, a->markdown);
    }
    s->exit_status = all ? 0 : 1;
    return 0;
}

static const struct opt metrics_check_opts[] = {
    {0, "json", OPT_FLAG, AT(json), .help = "print all conditions and values as JSON"},
    {0, "md", OPT_FLAG, AT(markdown), .help = "print a Markdown table"},
    OPT_END,
};

const struct cmd cmd_metrics_check = {
    .name = "metrics check",
    .group = GROUP_MEASURE,
    .summary = "fail unless metrics are as required",
    .detail =
        "Conditions read 'metrics.json:accuracy >= 0.95', or, against another revision, "
        "'accuracy >= HEAD~1 - 0.01'. Prints a table of the metrics that fall short, and then "
        "exits with 1.",
    .opts = metrics_check_opts,
    .args = "<condition>...",
    .min_args = 1,
    .max_args = -1,
    .rest = AT(conditions),
    .args_size = sizeof(struct metrics_check_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = metrics_check_run,
};
