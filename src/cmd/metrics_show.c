#include "base/map.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/prometheus.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/measure_rows.h"
#include "measure/compare.h"

#define DEFAULT_PRECISION 5

struct metrics_show_args {
    struct strv targets;
    bool all_branches, all_tags, all_commits, json, markdown, csv, recursive;
    const char *format;
    int precision;
};
#define AT(member) offsetof(struct metrics_show_args, member)

/* One line of the table. */
struct row {
    const char *rev, *path;
    struct measure_values values;
};
struct rows VEC_OF(struct row);

static void warn_of_failures(struct session *s, const struct measure_revs *revs) {
    struct strv failed CLEANUP(strv_release) = {0}, errors CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < revs->len; i++) {
        if (measure_rev_failed(&revs->at[i])) {
            vec_push(&failed, revs->at[i].name[0] ? revs->at[i].name : "workspace");
            measure_rev_errors(&errors, s->arena, &revs->at[i]);
        }
    }
    measure_failures_warn(s, "metrics", &failed, &errors);
}

static void print_json(struct session *s, const struct measure_revs *revs) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    for (size_t i = 0; i < revs->len; i++) {
        const struct measure_rev *rev = &revs->at[i];

        json_map(j, rev->name);
        if (rev->error_type) {
            measure_error_json(j, rev->error_type, rev->error_text);
            json_close(j);
            continue;
        }
        measure_files_json(j, "data", &rev->files);
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

static const struct node *find_value(const struct row *row, const char *key) {
    for (size_t i = 0; i < row->values.len; i++) {
        if (str_eq(row->values.at[i].key, key)) {
            return row->values.at[i].value;
        }
    }
    return NULL;
}

static bool with_revisions(const struct metrics_show_args *a) {
    return a->all_branches || a->all_tags || a->all_commits;
}

static void print_rows(struct session *s, const struct rows *rows, const struct strv *keys,
                       const struct metrics_show_args *a) {
    bool with_rev = with_revisions(a);
    int precision = a->precision ? a->precision : a->csv ? -1 : DEFAULT_PRECISION;
    struct table *t = table_new();

    if (with_rev) {
        table_column(t, "Revision");
    }
    table_column(t, "Path");
    for (size_t i = 0; i < keys->len; i++) {
        table_column(t, keys->at[i]);
    }
    for (size_t i = 0; i < rows->len; i++) {
        table_row(t);
        if (with_rev) {
            table_cell(t, rows->at[i].rev);
        }
        table_cell(t, rows->at[i].path);
        for (size_t k = 0; k < keys->len; k++) {
            table_cell_value(t, find_value(&rows->at[i], keys->at[k]), precision);
        }
    }
    table_print(t, s->out, a->csv ? TABLE_CSV : a->markdown ? TABLE_MARKDOWN : TABLE_PLAIN);
    table_free(t);
}

static void print_table(struct session *s, const struct measure_revs *revs,
                        const struct metrics_show_args *a) {
    struct strv keys CLEANUP(strv_release) = {0};
    struct map seen = MAP_INIT;
    struct rows rows = {0};

    for (size_t i = 0; i < revs->len; i++) {
        for (size_t k = 0; k < revs->at[i].files.len; k++) {
            const struct measure_file *f = &revs->at[i].files.at[k];
            struct row row = {.rev = revs->at[i].name, .path = f->path};

            if (f->data) {
                measure_flatten(&row.values, s->arena, f->data);
            }
            for (size_t n = 0; n < row.values.len; n++) {
                if (map_add(&seen, row.values.at[n].key, &seen)) {
                    vec_push(&keys, row.values.at[n].key);
                }
            }
            vec_push(&rows, row);
        }
    }
    strv_sort(&keys);
    print_rows(s, &rows, &keys, a);
    for (size_t i = 0; i < rows.len; i++) {
        vec_release(&rows.at[i].values);
    }
    vec_release(&rows);
    map_release(&seen);
}

/* One gauge for all, for the names of metrics are not names as Prometheus wants them. */
static void print_prometheus(struct session *s, const struct measure_revs *revs, bool with_rev) {
    static const char name[] = "dvc_metric";

    prometheus_gauge(s->out, name, "A number from a metrics file of a DVC project.");
    for (size_t i = 0; i < revs->len; i++) {
        for (size_t k = 0; k < revs->at[i].files.len; k++) {
            const struct measure_file *f = &revs->at[i].files.at[k];
            struct map seen CLEANUP(map_release) = MAP_INIT;
            struct measure_values values = {0};

            if (f->data) {
                measure_flatten(&values, s->arena, f->data);
            }
            for (size_t n = 0; n < values.len; n++) {
                const struct prometheus_label labels[] = {
                    {"path", f->path}, {"key", values.at[n].key}, {"rev", revs->at[i].name}};

                if (map_add(&seen, values.at[n].key, &seen)) { /* "a.b" and b in a */
                    prometheus_sample(s->out, name, labels, with_rev ? 3 : 2, values.at[n].value);
                }
            }
            vec_release(&values);
        }
    }
}

static bool is_format(const struct metrics_show_args *a, const char *name) {
    return str_eq(a->format, name);
}

/* --json is --format json. */
static int metrics_show_run(struct session *s, const void *args) {
    struct metrics_show_args chosen = *(const struct metrics_show_args *)args, *a = &chosen;
    struct measure_request request = {
        .kind = MEASURE_METRICS,
        .targets = a->targets,
        .all_branches = a->all_branches,
        .all_tags = a->all_tags,
        .all_commits = a->all_commits,
    };
    struct measure_revs revs = {0};
    int rc = measure_show(&revs, s->arena, s->repo, &request);

    if (!rc) {
        warn_of_failures(s, &revs);
        a->markdown |= is_format(a, "md");
        a->csv |= is_format(a, "csv");
        if (is_format(a, "prometheus")) {
            print_prometheus(s, &revs, with_revisions(a));
        } else if (a->json || is_format(a, "json")) {
            print_json(s, &revs);
        } else {
            print_table(s, &revs, a);
        }
    }
    measure_revs_release(&revs);
    return rc;
}

static const char *const formats[] = {"table", "json", "md", "csv", "prometheus", NULL};

static const struct opt metrics_show_opts[] = {
    {'a', "all-branches", OPT_FLAG, AT(all_branches), .help = "of the tips of all branches, too"},
    {'T', "all-tags", OPT_FLAG, AT(all_tags), .help = "of all tags, too"},
    {'A', "all-commits", OPT_FLAG, AT(all_commits), .help = "of all commits, too"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "md", OPT_FLAG, AT(markdown), .help = "print a Markdown table"},
    {0, "csv", OPT_FLAG, AT(csv), .help = "print comma-separated values, not rounded"},
    {0, "format", OPT_TEXT, AT(format), "<format>", .choices = formats,
     .help = "table, json, md, csv, or prometheus"},
    {'R', "recursive", OPT_FLAG, AT(recursive),
     .help = "accepted: a folder always means all files in it"},
    {0, "precision", OPT_INT, AT(precision), "<n>",
     .help = "round to this many decimals (default: 5)"},
    OPT_END,
};

const struct cmd cmd_metrics_show = {
    .name = "metrics show",
    .group = GROUP_MEASURE,
    .summary = "print metrics",
    .detail =
        "Without targets: the metrics of all stages and those listed at the top of dvc.yaml files.",
    .opts = metrics_show_opts,
    .args = "[<path>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct metrics_show_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = metrics_show_run,
};
