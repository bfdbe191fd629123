#include "cmd/exp_page.h"

#include "base/arena.h"
#include "base/str.h"
#include "show/html_text.h"
#include "show/out.h"
#include "show/parallel.h"
#include "show/plot_page.h"
#include "cli/session.h"
#include "cmd/plot_drawing.h"
#include "measure/plot_output.h"
#include "measure/plots.h"
#include "exp/rows.h"
#include "exp/table.h"

#define PAGE "experiments.html"

enum {
    CURVES_MAX = 8, /* revisions whose plots are drawn over each other */
    NAMED_MAX = 3   /* of the best */
};

static void add_cell(struct str *out, const struct exp_column *column,
                     const struct exp_table_cell *cell) {
    const char *mark = cell->best ? " best" : cell->changed ? " changed" : "";

    str_addf(out, "<td class=\"%s%s\">", column->kind == EXP_COLUMN_METRIC ? "number" : "text",
             mark);
    html_text(out, cell->text);
    str_adds(out, "</td>");
}

/* The first metric that differs: what the runs are judged by. The number of columns if none does. */
static size_t judged_by(const struct exp_table *t) {
    size_t c = 0;

    while (c < t->columns.len &&
           (t->columns.at[c].kind != EXP_COLUMN_METRIC || !exp_table_varies(t, c))) {
        c++;
    }
    return c;
}

static void add_table(struct plot_page *page, const struct exp_table *t) {
    struct str out CLEANUP(str_release) = STR_INIT;
    size_t judge = judged_by(t);

    str_adds(&out, "<table>\n<tr>");
    for (size_t c = 0; c < t->columns.len; c++) {
        if (!t->columns.at[c].dropped) {
            str_adds(&out, "<th>");
            html_text(&out, t->columns.at[c].title);
            str_adds(&out, "</th>");
        }
    }
    str_adds(&out, "</tr>\n");
    for (size_t r = 0; r < t->rows.len; r++) {
        bool top = judge < t->columns.len && t->rows.at[r].cells[judge].best;
        str_addf(&out, "<tr class=\"%s%s\">", t->rows.at[r].baseline ? "base" : "run",
                 top ? " top" : "");
        for (size_t c = 0; c < t->columns.len; c++) {
            if (!t->columns.at[c].dropped) {
                add_cell(&out, &t->columns.at[c], &t->rows.at[r].cells[c]);
            }
        }
        str_adds(&out, "</tr>\n");
    }
    str_adds(&out, "</table>\n");
    plot_page_wide(page, "Experiments", &out);
}

static const char *row_name(struct session *s, const struct exp_table_row *row) {
    const struct exp_state *state = row->state;

    return state->name ? state->name : arena_strndup(s->arena, state->rev, 9);
}

/* "The best accuracy is 0.98, of a-1, a-4 and 3 more." */
static void add_best(struct str *out, struct session *s, const struct exp_table *t, size_t judge) {
    size_t n = 0;

    for (size_t r = 0; judge < t->columns.len && r < t->rows.len; r++) {
        const struct exp_table_row *row = &t->rows.at[r];

        if (!row->cells[judge].best) {
            continue;
        }
        if (!n) {
            str_adds(out, "<p class=\"note\">The best ");
            html_text(out, t->columns.at[judge].title);
            str_adds(out, " is <strong class=\"best\">");
            html_text(out, row->cells[judge].text);
            str_adds(out, "</strong>, of ");
        }
        if (n < NAMED_MAX) {
            str_adds(out, n ? ", " : "");
            html_text(out, row_name(s, row));
        }
        n++;
    }
    if (n > NAMED_MAX) {
        str_addf(out, " and %zu more", n - NAMED_MAX);
    }
    str_adds(out, n ? ": the thick lines.</p>\n" : "");
}

/* Params on the left, metrics on the right; the first metric gives the colours and the best. */
static void add_lines(struct plot_page *page, struct session *s, const struct exp_table *t) {
    struct str out CLEANUP(str_release) = STR_INIT;
    struct parallel p = {.colored = PARALLEL_AXES_MAX};
    VEC(size_t) columns = {0};
    size_t best = judged_by(t), left_out = 0;

    for (int metrics = 0; metrics < 2; metrics++) {
        for (size_t c = 0; c < t->columns.len; c++) {
            if ((t->columns.at[c].kind == EXP_COLUMN_METRIC) != (metrics == 1) ||
                !exp_table_varies(t, c)) {
                continue;
            }
            if (c == best) {
                p.colored = columns.len;
                p.descends = exp_metric_descends(t->columns.at[c].key);
            }
            vec_push(&columns, c);
            vec_push(&p.axes, t->columns.at[c].title);
        }
    }
    for (size_t r = 0; r < t->rows.len; r++) {
        const struct exp_table_row *row = &t->rows.at[r];
        const struct node **values = arena_alloc(s->arena, (columns.len + 1) * sizeof *values);

        for (size_t i = 0; i < columns.len; i++) {
            values[i] = row->cells[columns.at[i]].value;
        }
        vec_push(&p.rows,
                 ((struct parallel_row){.name = row_name(s, row),
                                        .values = values,
                                        .best = best < t->columns.len && row->cells[best].best}));
    }
    if (columns.len) {
        parallel_svg(&out, &left_out, s->arena, &p);
    } else {
        str_adds(&out, "<p class=\"note\">No number differs between the experiments.</p>\n");
    }
    if (left_out) {
        str_addf(&out, "<p class=\"note\">%zu experiments are not drawn.</p>\n", left_out);
    }
    add_best(&out, s, t, best);
    plot_page_wide(page, "Parameters and metrics", &out);
    vec_release(&columns);
    vec_release(&p.rows);
    strv_release(&p.axes);
}

/* The best of each metric first, then the newest. */
static void choose_curves(struct strv *out, struct session *s, const struct exp_table *t) {
    for (int best = 1; best >= 0; best--) {
        for (size_t r = 0; r < t->rows.len && out->len < CURVES_MAX; r++) {
            bool chosen = false;

            for (size_t c = EXP_FIXED; c < t->columns.len; c++) {
                chosen |= t->rows.at[r].cells[c].best;
            }
            if (t->rows.at[r].state->data && chosen == (best == 1)) {
                const char *name = t->rows.at[r].state->name;
                vec_push(out, name ? name : arena_strdup(s->arena, t->rows.at[r].state->rev));
            }
        }
    }
}

static int add_curves(struct plot_page *page, struct session *s, const struct exp_table *t) {
    struct plots plots CLEANUP(plots_release) = {0};
    struct plots_request q = {.compare = true};
    int rc;

    choose_curves(&q.revs, s, t);
    rc = q.revs.len ? plots_collect(&plots, s->arena, s->repo, &q) : 0;
    if (!rc) {
        rc = plot_drawing_page(page, s, &plots);
    }
    strv_release(&q.revs);
    return rc;
}

int exp_page_write(struct session *s, const struct exp_table *t, bool lines_alone) {
    struct plot_page *page = plot_page_new(s->arena, "Experiments");
    struct str html CLEANUP(str_release) = STR_INIT;
    struct plot_output o;
    int rc = 0;

    add_lines(page, s, t);
    if (!lines_alone) {
        add_table(page, t);
        rc = add_curves(page, s, t);
    }
    plot_page_finish(page, &html, NULL);
    if (rc || (rc = plot_output_open(&o, s->arena, s->repo, NULL)) ||
        (rc = plot_output_write(&o, s->arena, PAGE, html.buf, html.len))) {
        return rc;
    }
    show_line(s->out, "%s", plot_output_uri(&o, s->arena, PAGE));
    return 0;
}
