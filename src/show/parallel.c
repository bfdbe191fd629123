#include "show/parallel.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/node.h"
#include "doc/write.h"
#include "show/html_text.h"

enum {
    LEFT = 90,
    RIGHT = 90,
    TOP = 44,
    BOTTOM = 24,
    HEIGHT = 320,
    STEP_MIN = 130,
    STEP_MAX = 240,
    WIDTH = 1180, /* of few axes, in all */
    TICKS = 5,
    LETTER = 7, /* about as wide as one */
    NAME_MAX = 14,
    FIRST_MAX = 44 /* letters of a category: the first axis has room for more */
};

/* From this many times the least number on, an axis is one of logarithms. */
#define LOG_FROM 50

/* Where the axes are. */
struct frame {
    double left, step;
};

/* Numbers between two ends, or categories one below the other. */
struct axis {
    bool any, categories, log;
    double min, max;   /* logarithms where it is log */
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
    } else if (a->min > 0 && a->max >= LOG_FROM * a->min) {
        a->log = true;
        a->min = log10(a->min);
        a->max = log10(a->max);
    }
}

/* Between 0 (below) and 1; NaN if there is nothing. */
static double share(const struct axis *a, struct arena *arena, const struct node *n) {
    if (!n) {
        return NAN;
    }
    double value = a->categories
                       ? (double)((uintptr_t)map_get(&a->places, value_name(arena, n)) - 1)
                   : a->log ? log10(node_number(n))
                            : node_number(n);
    return a->max > a->min ? (value - a->min) / (a->max - a->min) : 0.5;
}

static double axis_x(const struct frame *f, size_t at) {
    return f->left + (double)at * f->step;
}

static double share_y(double part) {
    return TOP + (1 - part) * HEIGHT;
}

static void draw_tick(struct str *out, double x, double part, const char *text) {
    str_addf(out, "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">", x - 6, share_y(part) + 4);
    html_text(out, text);
    str_adds(out, "</text>\n");
}

static const char *shortened(struct arena *arena, const char *name, size_t letters) {
    const char *at = name, *end = name + strlen(name);

    while (letters-- && at < end) {
        (void)utf8_next(&at, end);
    }
    return at < end ? arena_printf(arena, "%.*s…", (int)(at - name), name) : name;
}

static void draw_axis(struct str *out, struct arena *arena, const struct frame *f,
                      const struct axis *a, const char *title, size_t at) {
    double x = axis_x(f, at);

    str_addf(out, "<path class=\"frame\" d=\"M%.0f %dV%d\"/>\n", x, TOP, TOP + HEIGHT);
    str_addf(out, "<text class=\"axis\" x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">", x,
             TOP - (at % 2 ? 26 : 12));
    html_text(out, title);
    str_adds(out, "</text>\n");
    for (size_t i = 0; a->categories && i < a->places.len && i < 20; i++) {
        draw_tick(out, x, a->places.len > 1 ? (double)i / (double)(a->places.len - 1) : 0,
                  shortened(arena, a->places.at[i].key, at ? NAME_MAX : FIRST_MAX));
    }
    for (int i = 0; !a->categories && a->any && i < TICKS; i++) {
        double part = a->max > a->min ? (double)i / (TICKS - 1) : 0.5;
        double value = a->min + part * (a->max - a->min);

        draw_tick(out, x, part, arena_printf(arena, "%.4g", a->log ? pow(10, value) : value));
        if (!(a->max > a->min)) {
            break;
        }
    }
}

/* A gap where a value is missing. */
static void draw_row(struct str *out, struct arena *arena, const struct parallel *p,
                     const struct frame *f, const struct axis *axes, size_t naxes,
                     const struct parallel_row *row) {
    double strong =
        p->colored < naxes ? share(&axes[p->colored], arena, row->values[p->colored]) : NAN;
    bool pen = false;

    strong = isnan(strong) ? 0 : p->descends ? 1 - strong : strong;
    str_addf(out, "<path class=\"row%s\" style=\"stroke:hsl(%.0f 70%% 48%%)\" d=\"",
             row->best ? " best" : "", 270 - 100 * strong);
    for (size_t i = 0; i < naxes; i++) {
        double part = share(&axes[i], arena, row->values[i]);

        if (!isnan(part)) {
            str_addf(out, "%c%.0f %.1f", pen ? 'L' : 'M', axis_x(f, i), share_y(part));
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

/* Few axes stand further apart, and the names of the first one's categories have room. */
static struct frame frame_of(const struct axis *axes, size_t naxes) {
    size_t longest = 0;

    for (size_t i = 0; naxes && axes[0].categories && i < axes[0].places.len; i++) {
        size_t width = utf8_width(axes[0].places.at[i].key);
        longest = width > longest ? width : longest;
    }
    longest = longest < FIRST_MAX ? longest : FIRST_MAX;
    double room = (double)(LETTER * longest + 20), left = room > LEFT ? room : LEFT;
    double step = naxes > 1 ? (WIDTH - left - RIGHT) / (double)(naxes - 1) : STEP_MAX;
    return (struct frame){.left = left,
                          .step = step < STEP_MIN   ? STEP_MIN
                                  : step > STEP_MAX ? STEP_MAX
                                                    : step};
}

void parallel_svg(struct str *out, size_t *left_out, struct arena *arena,
                  const struct parallel *p) {
    size_t naxes = p->axes.len < PARALLEL_AXES_MAX ? p->axes.len : PARALLEL_AXES_MAX;
    size_t nrows = p->rows.len < PARALLEL_ROWS_MAX ? p->rows.len : PARALLEL_ROWS_MAX;
    struct axis *axes = arena_alloc(arena, (naxes + 1) * sizeof *axes);

    for (size_t i = 0; i < naxes; i++) {
        scan_axis(&axes[i], arena, p, i, nrows);
    }
    struct frame f = frame_of(axes, naxes);
    double width = axis_x(&f, naxes ? naxes - 1 : 0) + RIGHT;
    *left_out = p->rows.len - nrows;
    str_addf(out,
             "<svg class=\"parallel\" role=\"img\" aria-label=\"parallel coordinates\" "
             "width=\"%.0f\" viewBox=\"0 0 %.0f %d\">\n",
             width, width, TOP + HEIGHT + BOTTOM);
    for (int best = 0; best < 2; best++) {
        for (size_t i = 0; i < nrows; i++) {
            if (p->rows.at[i].best == (best == 1)) {
                draw_row(out, arena, p, &f, axes, naxes, &p->rows.at[i]);
            }
        }
    }
    for (size_t i = 0; i < naxes; i++) {
        draw_axis(out, arena, &f, &axes[i], p->axes.at[i], i);
        map_release(&axes[i].places);
    }
    str_adds(out, "</svg>\n");
}
