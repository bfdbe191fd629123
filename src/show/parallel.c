#include "show/parallel.h"

#include <math.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "show/html_text.h"
#include "show/plot_figure.h"

enum { LEFT = 90, RIGHT = 90, TOP = 44, BOTTOM = 24, HEIGHT = 320, STEP = 130, TICKS = 5 };

/* Numbers between two ends, or categories one below the other. */
struct axis {
    bool any, categories;
    double min, max;
    struct map places; /* text of a category -> place + 1, as a pointer */
};

static const char *value_name(struct arena *arena, const struct node *n) {
    struct str text CLEANUP(str_release) = STR_INIT;

    python_write(&text, n);
    return arena_strdup(arena, text.buf);
}

static bool is_finite_number(const struct node *n) {
    return node_is_number(n) && isfinite(node_number(n));
}

static void scan_axis(struct axis *a, struct arena *arena, const struct parallel *p, size_t at,
                      size_t nrows) {
    *a = (struct axis){.min = 0, .max = 0};
    for (size_t i = 0; i < nrows; i++) {
        const struct node *n = p->rows.at[i].values[at];
        a->categories |= n && !is_finite_number(n);
    }
    for (size_t i = 0; i < nrows; i++) {
        const struct node *n = p->rows.at[i].values[at];

        if (n && a->categories) {
            const char *name = value_name(arena, n);
            (void)map_add(&a->places, name, (void *)(uintptr_t)(a->places.len + 1));
        } else if (n) {
            double value = node_number(n);
            a->min = !a->any || value < a->min ? value : a->min;
            a->max = !a->any || value > a->max ? value : a->max;
        }
        a->any |= n != NULL;
    }
    if (a->categories) {
        a->max = a->places.len > 1 ? (double)(a->places.len - 1) : 1;
    }
}

/* Between 0 (below) and 1; NaN if there is nothing. */
static double share(const struct axis *a, struct arena *arena, const struct node *n) {
    if (!n) {
        return NAN;
    }
    double value = a->categories
                       ? (double)((uintptr_t)map_get(&a->places, value_name(arena, n)) - 1)
                       : node_number(n);
    return a->max > a->min ? (value - a->min) / (a->max - a->min) : 0.5;
}

static double axis_x(size_t at) {
    return LEFT + (double)at * STEP;
}

static double share_y(double part) {
    return TOP + (1 - part) * HEIGHT;
}

static void draw_tick(struct str *out, double x, double part, const char *text) {
    str_addf(out, "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">", x - 6, share_y(part) + 4);
    html_text(out, text);
    str_adds(out, "</text>\n");
}

static void draw_axis(struct str *out, struct arena *arena, const struct axis *a, const char *title,
                      size_t at) {
    double x = axis_x(at);

    str_addf(out, "<path class=\"frame\" d=\"M%.0f %dV%d\"/>\n", x, TOP, TOP + HEIGHT);
    str_addf(out, "<text class=\"axis\" x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">", x,
             TOP - (at % 2 ? 26 : 12));
    html_text(out, title);
    str_adds(out, "</text>\n");
    for (size_t i = 0; a->categories && i < a->places.len && i < 20; i++) {
        draw_tick(out, x, a->places.len > 1 ? (double)i / (double)(a->places.len - 1) : 0,
                  arena_strndup(arena, a->places.at[i].key, 14));
    }
    for (int i = 0; !a->categories && a->any && i < TICKS; i++) {
        double part = a->max > a->min ? (double)i / (TICKS - 1) : 0.5;
        char number[FIGURE_NUMBER_MAX];

        draw_tick(out, x, part, figure_number(number, a->min + part * (a->max - a->min)));
        if (!(a->max > a->min)) {
            break;
        }
    }
}

/* A gap where a value is missing. */
static void draw_row(struct str *out, struct arena *arena, const struct parallel *p,
                     const struct axis *axes, size_t naxes, const struct parallel_row *row) {
    double strong =
        p->colored < naxes ? share(&axes[p->colored], arena, row->values[p->colored]) : NAN;
    bool pen = false;

    strong = isnan(strong) ? 0 : p->descends ? 1 - strong : strong;
    str_addf(out, "<path class=\"row%s\" style=\"stroke:hsl(%.0f 70%% 48%%)\" d=\"",
             row->best ? " best" : "", 270 - 100 * strong);
    for (size_t i = 0; i < naxes; i++) {
        double part = share(&axes[i], arena, row->values[i]);

        if (!isnan(part)) {
            str_addf(out, "%c%.0f %.1f", pen ? 'L' : 'M', axis_x(i), share_y(part));
        }
        pen = !isnan(part);
    }
    str_adds(out, "\"><title>");
    html_text(out, row->name);
    for (size_t i = 0; i < naxes; i++) {
        if (row->values[i]) {
            str_adds(out, "\n");
            html_text(out, p->axes.at[i]);
            str_adds(out, ": ");
            html_text(out, value_name(arena, row->values[i]));
        }
    }
    str_adds(out, "</title></path>\n");
}

void parallel_svg(struct str *out, size_t *left_out, struct arena *arena,
                  const struct parallel *p) {
    size_t naxes = p->axes.len < PARALLEL_AXES_MAX ? p->axes.len : PARALLEL_AXES_MAX;
    size_t nrows = p->rows.len < PARALLEL_ROWS_MAX ? p->rows.len : PARALLEL_ROWS_MAX;
    struct axis *axes = arena_alloc(arena, (naxes + 1) * sizeof *axes);
    double width = axis_x(naxes ? naxes - 1 : 0) + RIGHT;

    *left_out = p->rows.len - nrows;
    str_addf(out,
             "<svg class=\"parallel\" role=\"img\" aria-label=\"parallel coordinates\" "
             "width=\"%.0f\" viewBox=\"0 0 %.0f %d\">\n",
             width, width, TOP + HEIGHT + BOTTOM);
    for (size_t i = 0; i < naxes; i++) {
        scan_axis(&axes[i], arena, p, i, nrows);
    }
    for (int best = 0; best < 2; best++) {
        for (size_t i = 0; i < nrows; i++) {
            if (p->rows.at[i].best == (best == 1)) {
                draw_row(out, arena, p, axes, naxes, &p->rows.at[i]);
            }
        }
    }
    for (size_t i = 0; i < naxes; i++) {
        draw_axis(out, arena, &axes[i], p->axes.at[i], i);
        map_release(&axes[i].places);
    }
    str_adds(out, "</svg>\n");
}
