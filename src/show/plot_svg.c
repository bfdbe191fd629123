#include "show/plot_svg.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/mem.h"
#include "base/str.h"
#include "show/html_text.h"
#include "show/plot_figure.h"

/* The drawing in units of its viewBox; the plot itself lies within the margins. */
enum {
    WIDTH = 520,
    HEIGHT = 330,
    LEFT = 66,
    RIGHT = 16,
    TOP = 12,
    BOTTOM = 48,
    LABEL_CHARS = 16, /* of names beside an axis */
    MARKERS_MAX = 60, /* a line of more values has no dots on it */
    BAR_ROW = 22,
    CELL = 40,
    LEGEND_ROW = 20,
};

/* The colours of the page in daylight. */
static const char style_alone[] =
    "<style>text{fill:#57606a;font:12px system-ui,sans-serif}.axis{fill:#24292f;font-size:13px}"
    ".on{fill:#fff}.grid{stroke:#d8dee4;fill:none}.frame{stroke:#57606a;fill:none}"
    ".line{stroke-width:2;stroke-linejoin:round}</style>\n";

static const char *const colors[] = {"#945dd6", "#13adc7", "#f46837", "#48bb78",
                                     "#4299e1", "#ed8936", "#f56565"};
static const char *const dashes[] = {"none", "8 8", "8 4", "4 4", "4 2", "2 1", "1 1"};

const char *plot_svg_color(size_t rev) {
    return colors[rev % COUNT_OF(colors)];
}

const char *plot_svg_dashes(size_t variant) {
    return dashes[variant % COUNT_OF(dashes)];
}

struct canvas {
    struct str *out;
    struct arena *arena;
    const struct figure *f;
    double width, height;            /* of all */
    double left, top, right, bottom; /* of the plot */
    double x_min, x_max, y_min, y_max;
    bool alone; /* a document of its own: with what else the page would give */
};

static double map_x(const struct canvas *c, double x) {
    return c->left + (x - c->x_min) / (c->x_max - c->x_min) * (c->right - c->left);
}

static double map_y(const struct canvas *c, double y) {
    return c->bottom - (y - c->y_min) / (c->y_max - c->y_min) * (c->bottom - c->top);
}

/* A range that is not empty, with some air. */
static void widen(double *min, double *max, double share) {
    double span;

    if (isnan(*min)) {
        *min = 0;
        *max = 1;
    }
    span = *max - *min;
    if (span <= 0) {
        span = *min != 0 ? fabs(*min) * 0.2 : 1;
        share = 0.5;
    }
    *min -= span * share;
    *max += span * share;
    if (!(*max > *min)) {
        *max = *min + 1;
    }
}

/* Text */

static void add_label(const struct canvas *c, const char *text, size_t max) {
    size_t len = strlen(text), cut = len;

    if (len > max) {
        cut = max - 1;
        while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80) {
            cut--;
        }
    }
    html_text(c->out, cut == len ? text : arena_strndup(c->arena, text, cut));
    str_adds(c->out, cut == len ? "" : "\xe2\x80\xa6");
}

static void add_words(const struct canvas *c, double x, double y, const char *anchor,
                      const char *text) {
    str_addf(c->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    add_label(c, text, LABEL_CHARS);
    str_adds(c->out, "</text>\n");
}

/* Below the drawing: what tells the series apart. */
static void add_legend(const struct canvas *c) {
    for (size_t i = 0; i < c->f->series.len; i++) {
        const struct figure_series *s = &c->f->series.at[i];
        double y = c->height + LEGEND_ROW * ((double)i + 0.5);

        str_addf(c->out,
                 "<path d=\"M%.1f %.1fh28\" stroke-width=\"%d\" stroke=\"%s\" "
                 "stroke-dasharray=\"%s\"/>\n",
                 c->left, y, c->f->kind == FIGURE_LINE ? 2 : 8, plot_svg_color(s->rev_at),
                 c->f->kind == FIGURE_LINE ? plot_svg_dashes(s->variant_at) : "none");
        str_addf(c->out, "<text x=\"%.1f\" y=\"%.1f\">", c->left + 36, y + 4);
        html_text(c->out, figure_series_name(c->f, c->arena, s));
        str_adds(c->out, "</text>\n");
    }
}

static void begin_alone(const struct canvas *c, const char *id) {
    double height =
        c->height + (figure_is_matrix(c->f) ? 0 : LEGEND_ROW * (double)c->f->series.len);

    str_addf(c->out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
             "aria-labelledby=\"%s-title %s-desc\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
             "height=\"%.0f\">\n%s<title id=\"%s-title\">",
             id, id, c->width, height, c->width, height, style_alone, id);
}

static void begin(const struct canvas *c, const char *id, const char *name) {
    const struct figure *f = c->f;

    if (c->alone) {
        begin_alone(c, id);
    } else {
        str_addf(c->out,
                 "<svg class=\"plot\" role=\"img\" aria-labelledby=\"%s-title %s-desc\" "
                 "viewBox=\"0 0 %.0f %.0f\" style=\"max-width:%.0fpx\">\n<title id=\"%s-title\">",
                 id, id, c->width, c->height, figure_is_matrix(f) ? c->width : c->width * 1.4, id);
    }
    html_text(c->out, f->title);
    if (name) {
        str_adds(c->out, ": ");
        html_text(c->out, name);
    }
    str_addf(c->out, "</title>\n<desc id=\"%s-desc\">", id);
    html_text(c->out, f->y_label);
    str_adds(c->out, " against ");
    html_text(c->out, f->x_label);
    for (size_t i = 0; i < f->series.len && !name; i++) {
        str_adds(c->out, i ? ", " : " of ");
        html_text(c->out, figure_series_name(f, c->arena, &f->series.at[i]));
    }
    str_adds(c->out, "</desc>\n");
    if (c->alone) {
        str_adds(c->out, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    }
    if (c->alone && !figure_is_matrix(f)) {
        add_legend(c);
    }
}

/* Axes */

static void grid_line(const struct canvas *c, bool upright, double at) {
    if (upright) {
        str_addf(c->out, "<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>\n", at, c->top, c->bottom);
    } else {
        str_addf(c->out, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>\n", c->left, at, c->right);
    }
}

/* Names that fit without touching. */
static size_t name_step(const struct strv *names, double room, double each) {
    size_t fit = (size_t)(room / each);

    return fit ? (names->len + fit - 1) / fit : names->len;
}

static void draw_x_axis(const struct canvas *c) {
    const struct strv *names = &c->f->x_names;
    struct figure_ticks t = figure_ticks(c->x_min, c->x_max, 7);
    size_t step = names->len ? name_step(names, c->right - c->left, 90) : 1;
    char number[FIGURE_NUMBER_MAX];

    for (size_t i = 0; i < names->len; i += step ? step : 1) {
        grid_line(c, true, map_x(c, (double)i));
        add_words(c, map_x(c, (double)i), c->bottom + 18, "middle", names->at[i]);
    }
    for (int i = 0; i < t.count && !names->len; i++) {
        double value = t.first + i * t.step;

        value = fabs(value) < t.step * 1e-6 ? 0 : value;
        grid_line(c, true, map_x(c, value));
        add_words(c, map_x(c, value), c->bottom + 18, "middle", figure_number(number, value));
    }
    str_addf(c->out, "<text class=\"axis\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
             (c->left + c->right) / 2, c->height - 6);
    add_label(c, c->f->x_label, 60);
    str_adds(c->out, "</text>\n");
}

static void draw_y_label(const struct canvas *c) {
    double y = (c->top + c->bottom) / 2;

    str_addf(c->out,
             "<text class=\"axis\" x=\"14\" y=\"%.1f\" text-anchor=\"middle\" "
             "transform=\"rotate(-90 14 %.1f)\">",
             y, y);
    add_label(c, c->f->y_label, 40);
    str_adds(c->out, "</text>\n");
}

static void draw_y_axis(const struct canvas *c) {
    const struct strv *names = &c->f->y_names;
    struct figure_ticks t = figure_ticks(c->y_min, c->y_max, 6);
    size_t step = names->len ? name_step(names, c->bottom - c->top, 16) : 1;
    char number[FIGURE_NUMBER_MAX];

    for (size_t i = 0; i < names->len; i += step ? step : 1) {
        grid_line(c, false, map_y(c, (double)i));
        add_words(c, c->left - 6, map_y(c, (double)i) + 4, "end", names->at[i]);
    }
    for (int i = 0; i < t.count && !names->len; i++) {
        double value = t.first + i * t.step;

        value = fabs(value) < t.step * 1e-6 ? 0 : value;
        grid_line(c, false, map_y(c, value));
        add_words(c, c->left - 6, map_y(c, value) + 4, "end", figure_number(number, value));
    }
    draw_y_label(c);
}

/* Lines */

struct pen {
    const struct canvas *c;
    bool down;
};

static void pen_to(struct pen *p, double x, double y) {
    str_addf(p->c->out, "%s%.1f %.1f", p->down ? "L" : "M", map_x(p->c, x), map_y(p->c, y));
    p->down = true;
}

/* A column of the drawing with more values than it can show has its first, lowest, highest and
 * last. */
static void draw_column(struct pen *pen, const struct figure_value *v, size_t n) {
    size_t low = 0, high = 0;

    for (size_t i = 0; i < n; i++) {
        low = v[i].y < v[low].y ? i : low;
        high = v[i].y > v[high].y ? i : high;
    }
    size_t first = low < high ? low : high, second = low < high ? high : low;

    pen_to(pen, v[0].x, v[0].y);
    if (first) {
        pen_to(pen, v[first].x, v[first].y);
    }
    if (second > first) {
        pen_to(pen, v[second].x, v[second].y);
    }
    if (n - 1 > second) {
        pen_to(pen, v[n - 1].x, v[n - 1].y);
    }
}

static void draw_dots(const struct canvas *c, const struct figure_series *s) {
    char x[FIGURE_NUMBER_MAX], y[FIGURE_NUMBER_MAX];

    for (size_t i = 0; i < s->values.len; i++) {
        const struct figure_value *v = &s->values.at[i];

        str_addf(c->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>",
                 map_x(c, v->x), map_y(c, v->y), plot_svg_color(s->rev_at));
        html_text(c->out, figure_series_name(c->f, c->arena, s));
        str_adds(c->out, ": ");
        html_text(c->out,
                  c->f->x_names.len ? c->f->x_names.at[(size_t)v->x] : figure_number(x, v->x));
        str_addf(c->out, ", %s</title></circle>\n", figure_number(y, v->y));
    }
}

static void draw_line(const struct canvas *c, const struct figure_series *s) {
    const struct figure_value *v = s->values.at;
    struct pen pen = {.c = c};
    size_t n = s->values.len, from = 0;

    str_addf(c->out,
             "<path class=\"line\" fill=\"none\" stroke=\"%s\" stroke-dasharray=\"%s\" d=\"",
             plot_svg_color(s->rev_at), plot_svg_dashes(s->variant_at));
    for (size_t i = 1; i <= n; i++) {
        if (i == n || (int)map_x(c, v[i].x) != (int)map_x(c, v[from].x)) {
            draw_column(&pen, v + from, i - from);
            from = i;
        }
    }
    str_adds(c->out, "\"/>\n");
    if (n <= MARKERS_MAX) {
        draw_dots(c, s);
    }
}

/* Points; those that fall on another of the series are drawn once. */
static void draw_points(const struct canvas *c, const struct figure_series *s) {
    static const char *const shapes[] = {"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "m-3 -3h6v6h-6z",
                                         "m0 -4l4 7h-8z", "m0 -4l4 4l-4 4l-4 -4z"};
    size_t columns = (size_t)c->width, rows = (size_t)c->height;
    CLEANUP(mem_freep) char *taken = mem_zalloc(columns * rows, 1);

    str_addf(c->out, "<path class=\"points\" fill=\"%s\" fill-opacity=\"0.35\" stroke=\"%s\" d=\"",
             plot_svg_color(s->rev_at), plot_svg_color(s->rev_at));
    for (size_t i = 0; i < s->values.len; i++) {
        double x = map_x(c, s->values.at[i].x), y = map_y(c, s->values.at[i].y);
        size_t cell = (size_t)y * columns + (size_t)x;

        if (cell < columns * rows && !taken[cell]) {
            taken[cell] = 1;
            str_addf(c->out, "M%.1f %.1f%s", x, y, shapes[s->variant_at % COUNT_OF(shapes)]);
        }
    }
    str_adds(c->out, "\"/>\n");
}

static void draw_graph(struct canvas *c, const char *id) {
    const struct figure *f = c->f;

    c->width = WIDTH;
    c->height = HEIGHT;
    c->left = f->y_names.len ? LEFT + 56 : LEFT;
    c->right = WIDTH - RIGHT;
    c->top = TOP;
    c->bottom = HEIGHT - BOTTOM;
    c->x_min = f->x_min;
    c->x_max = f->x_max;
    c->y_min = f->y_min;
    c->y_max = f->y_max;
    widen(&c->x_min, &c->x_max, f->kind == FIGURE_LINE ? 0 : 0.04);
    widen(&c->y_min, &c->y_max, 0.05);
    begin(c, id, NULL);
    draw_x_axis(c);
    draw_y_axis(c);
    str_addf(c->out, "<path class=\"frame\" d=\"M%.1f %.1fV%.1fH%.1f\"/>\n", c->left, c->top,
             c->bottom, c->right);
    for (size_t i = 0; i < f->series.len; i++) {
        if (f->kind == FIGURE_LINE) {
            draw_line(c, &f->series.at[i]);
        } else {
            draw_points(c, &f->series.at[i]);
        }
    }
    str_adds(c->out, "</svg>\n");
}

/* Bars */

static void draw_bar(const struct canvas *c, const struct figure_series *s, size_t row, double y,
                     double height) {
    double value = s->values.at[row].x, from = map_x(c, 0), to = map_x(c, value);
    char number[FIGURE_NUMBER_MAX];

    str_addf(c->out,
             "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
             "fill=\"%s\" fill-opacity=\"%.2f\"><title>",
             from < to ? from : to, y, fabs(to - from), height, plot_svg_color(s->rev_at),
             1 - 0.2 * (double)(s->variant_at % 4));
    html_text(c->out, c->f->y_names.at[row]);
    str_adds(c->out, ", ");
    html_text(c->out, figure_series_name(c->f, c->arena, s));
    str_addf(c->out, ": %s</title></rect>\n", figure_number(number, value));
}

static void draw_bars(struct canvas *c, const char *id) {
    const struct figure *f = c->f;
    size_t rows = f->y_names.len, each = f->series.len;
    double row = BAR_ROW * (each > 1 ? 0.5 + 0.5 * (double)each : 1),
           bar = row * 0.8 / (double)each;

    c->width = WIDTH;
    c->left = LEFT + 56;
    c->right = WIDTH - RIGHT;
    c->top = TOP;
    c->bottom = TOP + (double)rows * row;
    c->height = c->bottom + BOTTOM;
    c->x_min = f->x_min;
    c->x_max = f->x_max;
    c->y_min = (double)rows - 0.5; /* the first name is at the top */
    c->y_max = -0.5;
    widen(&c->x_min, &c->x_max, 0);
    begin(c, id, NULL);
    draw_x_axis(c);
    for (size_t i = 0; i < rows; i++) {
        double middle = map_y(c, (double)i);

        add_words(c, c->left - 6, middle + 4, "end", f->y_names.at[i]);
        for (size_t k = 0; k < each; k++) {
            const struct figure_series *s = &f->series.at[k];

            if (!isnan(s->values.at[i].x)) {
                draw_bar(c, s, i, middle - row * 0.4 + bar * (double)k, bar);
            }
        }
    }
    draw_y_label(c);
    str_adds(c->out, "</svg>\n");
}

/* Matrices */

static void draw_cell(const struct canvas *c, const struct figure_series *s, size_t x, size_t y) {
    double value = s->cells[y * c->f->x_names.len + x];
    double most = c->f->kind == FIGURE_MATRIX_NORMALIZED ? 1 : s->most;
    double share = most > 0 ? value / most : 0;
    double left = c->left + (double)x * CELL, top = c->top + (double)y * CELL;
    char number[FIGURE_NUMBER_MAX];

    if (c->f->kind == FIGURE_MATRIX_NORMALIZED) {
        value = round(value * 100) / 100;
    }
    str_addf(c->out,
             "<rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" "
             "fill=\"#1f6fb4\" fill-opacity=\"%.3f\"><title>",
             left, top, CELL - 1, CELL - 1, 0.04 + 0.96 * share);
    html_text(c->out, c->f->y_names.at[y]);
    str_adds(c->out, " / ");
    html_text(c->out, c->f->x_names.at[x]);
    str_addf(c->out, ": %s</title></rect>\n", figure_number(number, value));
    str_addf(c->out, "<text%s x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
             share > 0.5 ? " class=\"on\"" : "", left + CELL / 2.0, top + CELL / 2.0 + 4,
             figure_number(number, value));
}

static void draw_matrix(struct canvas *c, const struct figure_series *s, const char *id) {
    const struct figure *f = c->f;
    size_t columns = f->x_names.len, rows = f->y_names.len;

    c->left = LEFT + 56;
    c->top = TOP + 16;
    c->right = c->left + (double)columns * CELL;
    c->bottom = c->top + (double)rows * CELL;
    c->width = c->right + RIGHT;
    c->height = c->bottom + BOTTOM + 40;
    begin(c, id, figure_series_name(f, c->arena, s));
    str_addf(c->out, "<text class=\"axis\" x=\"%.1f\" y=\"16\" text-anchor=\"middle\">",
             (c->left + c->right) / 2);
    add_label(c, figure_series_name(f, c->arena, s), 40);
    str_adds(c->out, "</text>\n");
    for (size_t y = 0; y < rows; y++) {
        add_words(c, c->left - 6, c->top + ((double)y + 0.5) * CELL + 4, "end", f->y_names.at[y]);
        for (size_t x = 0; x < columns; x++) {
            draw_cell(c, s, x, y);
        }
    }
    for (size_t x = 0; x < columns; x++) {
        double at = c->left + ((double)x + 0.5) * CELL, below = c->bottom + 12;

        str_addf(
            c->out,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" transform=\"rotate(-40 %.1f %.1f)\">",
            at, below, at, below);
        add_label(c, f->x_names.at[x], 12);
        str_adds(c->out, "</text>\n");
    }
    str_addf(c->out, "<text class=\"axis\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
             (c->left + c->right) / 2, c->height - 6);
    add_label(c, f->x_label, 60);
    str_adds(c->out, "</text>\n");
    draw_y_label(c);
    str_adds(c->out, "</svg>\n");
}

void plot_svg(struct str *out, struct arena *arena, const struct figure *f, const char *id) {
    struct canvas c = {.out = out, .arena = arena, .f = f};

    if (figure_is_matrix(f)) {
        for (size_t i = 0; i < f->series.len; i++) {
            draw_matrix(&c, &f->series.at[i], arena_printf(arena, "%s-%zu", id, i));
        }
    } else if (f->kind == FIGURE_BARS || f->kind == FIGURE_BARS_SORTED) {
        draw_bars(&c, id);
    } else {
        draw_graph(&c, id);
    }
}

size_t plot_svg_pictures(const struct figure *f) {
    return figure_is_empty(f) ? 0 : figure_is_matrix(f) ? f->series.len : 1;
}

void plot_svg_alone(struct str *out, struct arena *arena, const struct figure *f, size_t i) {
    struct canvas c = {.out = out, .arena = arena, .f = f, .alone = true};

    if (figure_is_matrix(f)) {
        draw_matrix(&c, &f->series.at[i], "plot");
    } else if (f->kind == FIGURE_BARS || f->kind == FIGURE_BARS_SORTED) {
        draw_bars(&c, "plot");
    } else {
        draw_graph(&c, "plot");
    }
}
