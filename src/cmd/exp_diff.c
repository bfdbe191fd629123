#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/measure_rows.h"
#include "exp/compare.h"

struct exp_diff_args {
    struct strv revs;
    bool all, param_deps, json, markdown, no_path;
    int precision;
};
#define AT(member) offsetof(struct exp_diff_args, member)

static void print_table(struct session *s, const struct measure_changes *changes,
                        const struct exp_diff_args *a, enum measure_kind kind) {
    measure_rows_table(s, changes,
                       &(struct measure_rows){
                           .kind = kind,
                           .old_title = a->revs.len > 0 ? a->revs.at[0] : "HEAD",
                           .new_title = a->revs.len > 1 ? a->revs.at[1] : "workspace",
                           .markdown = a->markdown,
                           .no_path = a->no_path,
                           .experiments = true,
                           .precision = kind == MEASURE_METRICS ? a->precision : -1,
                       });
}

static void print_json(struct session *s, const struct exp_comparison *c) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    if (c->any) {
        measure_rows_json(j, "metrics", &c->metrics.changes);
        measure_rows_json(j, "params", &c->params.changes);
    }
    json_close(j);
    json_end(j);
}

static int exp_diff_run(struct session *s, const void *args) {
    const struct exp_diff_args *a = args;
    struct exp_comparison c CLEANUP(exp_comparison_release) = {0};
    int rc = exp_compare(&c, s->arena, s->repo, a->revs.len > 0 ? a->revs.at[0] : NULL,
                         a->revs.len > 1 ? a->revs.at[1] : NULL, a->all, a->param_deps);

    if (rc) {
        return rc;
    }
    if (a->json) {
        print_json(s, &c);
    } else if (c.any) {
        print_table(s, &c.metrics.changes, a, MEASURE_METRICS);
        show_line(s->out, "%s", "");
        print_table(s, &c.params.changes, a, MEASURE_PARAMS);
    }
    return 0;
}

static const struct opt exp_diff_opts[] = {
    {0, "all", OPT_FLAG, AT(all), .help = "unchanged metrics and parameters, too"},
    {0, "param-deps", OPT_FLAG, AT(param_deps), .help = "only parameters that stages depend on"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "md", OPT_FLAG, AT(markdown), .help = "print Markdown tables"},
    {0, "no-path", OPT_FLAG, AT(no_path), .help = "leave the column of paths out"},
    {0, "precision", OPT_INT, AT(precision), "<n>",
     .help = "round metrics to this many significant digits (default: 5)"},
    OPT_END,
};

const struct cmd cmd_exp_diff = {
    .name = "exp diff",
    .group = GROUP_EXPERIMENT,
    .summary = "compare two experiments",
    .detail = "Experiments, or revisions of Git; by default HEAD and the workspace.",
    .opts = exp_diff_opts,
    .args = "[<experiment> [<experiment>]]",
    .max_args = 2,
    .rest = AT(revs),
    .args_size = sizeof(struct exp_diff_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = exp_diff_run,
};
