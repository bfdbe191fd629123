#include "show/plot_term.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "os/term.h"
#include "show/escape.h"
#include "show/out.h"
#include "show/plot_figure.h"

enum {
    WIDTH_MIN = 30,
    WIDTH_MAX = 120,
    ROWS = 16, /* of a graph, in lines of text */
    NAME_COLUMNS = 20,
    CELL_COLUMNS = 7, /* of a matrix */
};

/* A character of a graph: dots of braille, or the letter of the series on top. */
struct cell {
    uint8_t dots;
    uint16_t series; /* 0: none; else the last to draw here, plus one */
};

struct term {
    struct show *out;
    struct arena *arena;
    const struct figure *f;
    int width;
    bool letters; /* instead of dots */
    int spaces;   /* not printed yet: a line does not end in them */
};

static PRINTF(2, 3) void put(struct term *t, const char *fmt, ...) {
    struct str text CLEANUP(str_release) = STR_INIT;
    size_t from, end;
    va_list args;

    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    from = strspn(text.buf, " ");
    t->spaces += (int)from;
    if (from == text.len) {
        return;
    }
    for (end = text.len; text.buf[end - 1] == ' '; end--) {
    }
    show_text(t->out, "%*s%.*s", t->spaces, "", (int)(end - from), text.buf + from);
    t->spaces = (int)(text.len - end);
}

static void end_line(struct term *t) {
    t->spaces = 0;
    show_line(t->out, "%s", "");
}

static enum show_color color_of(size_t series) {
    static const enum show_color colors[] = {SHOW_BLUE, SHOW_RED, SHOW_GREEN, SHOW_YELLOW};

    return colors[series % COUNT_OF(colors)];
}

static char letter_of(size_t series) {
    return (char)('a' + series % 26);
}

/* Text of a stranger in at most `columns`, padded on the left or right. */
static void put_name(struct term *t, const char *name, int columns, bool to_right) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int width;

    escape_control(&text, name, ESCAPE_ALL);
    for (width = (int)utf8_width(text.buf); width > columns; width = (int)utf8_width(text.buf)) {
        do {
            str_truncate(&text, text.len - 1);
        } while (text.len && ((unsigned char)text.buf[text.len] & 0xc0) == 0x80);
    }
    put(t, "%*s%s%*s", to_right ? columns - width : 0, "", text.buf, to_right ? 0 : columns - width,
        "");
}

static void put_title(struct term *t, const char *name) {
    show_color(t->out, SHOW_BOLD);
    put_name(t, t->f->title[0] ? t->f->title : name, t->width, false);
    show_color(t->out, SHOW_PLAIN);
    end_line(t);
}

static void put_legend(struct term *t) {
    for (size_t i = 0; i < t->f->series.len; i++) {
        const char *name = figure_series_name(t->f, t->arena, &t->f->series.at[i]);

        put(t, "  ");
        show_color(t->out, color_of(i));
        if (t->letters) {
            put(t, "%c ", letter_of(i));
        } else {
            put(t, "\xe2\x96\xa0 ");
        }
        show_color(t->out, SHOW_PLAIN);
        put_name(t, name, (int)utf8_width(name) < 40 ? (int)utf8_width(name) : 40, false);
    }
    end_line(t);
}

/* Graphs */

struct grid {
    struct cell *cells;
    int columns, rows;
    double x_min, x_max, y_min, y_max;
};

static int scaled(double value, double min, double max, int steps) {
    double share = max > min ? (value - min) / (max - min) : 0.5;

    return (int)lround(share * (steps - 1));
}

static void put_dot(const struct grid *g, int x, int y, size_t series) {
    static const uint8_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    if (x < 0 || y < 0 || x >= g->columns * 2 || y >= g->rows * 4) {
        return;
    }
    y = g->rows * 4 - 1 - y;
    struct cell *cell = &g->cells[(y / 4) * g->columns + x / 2];

    cell->dots |= bit[y % 4][x % 2];
    cell->series = (uint16_t)(series + 1);
}

static void put_line(const struct grid *g, int x0, int y0, int x1, int y1, size_t series) {
    int steps = abs(x1 - x0) > abs(y1 - y0) ? abs(x1 - x0) : abs(y1 - y0);

    for (int i = 0; i <= steps; i++) {
        put_dot(g, steps ? x0 + (x1 - x0) * i / steps : x0, steps ? y0 + (y1 - y0) * i / steps : y0,
                series);
    }
}

static void draw_series(struct term *t, const struct grid *g, size_t at) {
    const struct figure_series *s = &t->f->series.at[at];
    int last_x = 0, last_y = 0;

    for (size_t i = 0; i < s->values.len; i++) {
        int x = scaled(s->values.at[i].x, g->x_min, g->x_max, g->columns * 2);
        int y = scaled(s->values.at[i].y, g->y_min, g->y_max, g->rows * 4);

        if (i && t->f->kind == FIGURE_LINE) {
            put_line(g, last_x, last_y, x, y, at);
        } else {
            put_dot(g, x, y, at);
        }
        last_x = x;
        last_y = y;
    }
}

static void print_cell(struct term *t, const struct cell *cell) {
    char text[5] = " ";

    if (!cell->series) {
        put(t, " ");
        return;
    }
    if (t->letters) {
        text[0] = letter_of(cell->series - 1u);
    } else {
        text[utf8_put(text, 0x2800u + cell->dots)] = '\0';
    }
    show_color(t->out, color_of(cell->series - 1u));
    put(t, "%s", text);
    show_color(t->out, SHOW_PLAIN);
}

/* The bounds of an axis as text: a name, or a number. */
static const char *bound(const struct strv *names, double value, char number[FIGURE_NUMBER_MAX]) {
    return names->len ? names->at[(size_t)value] : figure_number(number, value);
}

static void print_grid(struct term *t, const struct grid *g, int margin) {
    char number[FIGURE_NUMBER_MAX];

    for (int row = 0; row < g->rows; row++) {
        double share = 1 - (double)row / (g->rows - 1);
        bool labelled =
            row == 0 || row == g->rows - 1 || (row == g->rows / 2 && !t->f->y_names.len);
        double value = g->y_min + share * (g->y_max - g->y_min);

        put_name(t, labelled ? bound(&t->f->y_names, value, number) : "", margin, true);
        put(t, " \xe2\x94\x82");
        for (int x = 0; x < g->columns; x++) {
            print_cell(t, &g->cells[row * g->columns + x]);
        }
        end_line(t);
    }
    put(t, "%*s \xe2\x94\x94", margin, "");
    for (int x = 0; x < g->columns; x++) {
        put(t, "\xe2\x94\x80");
    }
    end_line(t);
    put(t, "%*s  ", margin, "");
    put_name(t, bound(&t->f->x_names, g->x_min, number), g->columns / 3, false);
    put_name(t, t->f->x_label, g->columns / 3, false);
    put_name(t, bound(&t->f->x_names, g->x_max, number), g->columns - g->columns / 3 * 2, true);
    end_line(t);
}

static void draw_graph(struct term *t) {
    const struct figure *f = t->f;
    int margin = f->y_names.len ? NAME_COLUMNS : 10;
    struct grid g = {.columns = t->width - margin - 2,
                     .rows = ROWS,
                     .x_min = f->x_min,
                     .x_max = f->x_max,
                     .y_min = f->y_min,
                     .y_max = f->y_max};

    CLEANUP(mem_freep)
    struct cell *cells = mem_zalloc((size_t)g.columns * (size_t)g.rows, sizeof *cells);
    g.cells = cells;
    for (size_t i = 0; i < f->series.len; i++) {
        draw_series(t, &g, i);
    }
    put_name(t, f->y_label, t->width, false);
    end_line(t);
    print_grid(t, &g, margin);
    put_legend(t);
}

/* Bars */

static void print_bar(struct term *t, double share, int columns, size_t series) {
    static const char *const parts[] = {"",
                                        "\xe2\x96\x8f",
                                        "\xe2\x96\x8e",
                                        "\xe2\x96\x8d",
                                        "\xe2\x96\x8c",
                                        "\xe2\x96\x8b",
                                        "\xe2\x96\x8a",
                                        "\xe2\x96\x89"};
    int eighths = (int)lround(share * columns * 8);

    show_color(t->out, color_of(series));
    for (int i = 0; i < eighths / 8; i++) {
        put(t, "\xe2\x96\x88");
    }
    put(t, "%s", parts[eighths % 8]);
    show_color(t->out, SHOW_PLAIN);
}

static void draw_bars(struct term *t) {
    const struct figure *f = t->f;
    double most = fabs(f->x_max) > fabs(f->x_min) ? fabs(f->x_max) : fabs(f->x_min);
    int columns = t->width - NAME_COLUMNS - 14;
    char number[FIGURE_NUMBER_MAX];

    put_name(t, f->x_label, t->width, false);
    end_line(t);
    for (size_t i = 0; i < f->y_names.len; i++) {
        bool first = true;

        for (size_t k = 0; k < f->series.len; k++) {
            double value = f->series.at[k].values.at[i].x;

            if (isnan(value)) {
                continue;
            }
            put_name(t, first ? f->y_names.at[i] : "", NAME_COLUMNS, true);
            put(t, " \xe2\x94\x82");
            print_bar(t, most > 0 ? fabs(value) / most : 0, columns, k);
            put(t, " %s", figure_number(number, value));
            end_line(t);
            first = false;
        }
    }
    put_legend(t);
}

/* Matrices */

static void print_count(struct term *t, const struct figure_series *s, double value) {
    static const char *const shades[] = {" ", "\xe2\x96\x91", "\xe2\x96\x92", "\xe2\x96\x93",
                                         "\xe2\x96\x88"};
    bool normalized = t->f->kind == FIGURE_MATRIX_NORMALIZED;
    double most = normalized ? 1 : s->most, share = most > 0 ? value / most : 0;
    char number[FIGURE_NUMBER_MAX];
    int shade = (int)ceil(share * 4);

    value = normalized ? round(value * 100) / 100 : value;
    put(t, "%*s", CELL_COLUMNS - 2, figure_number(number, value));
    put(t, "%s ", shades[shade < 0 ? 0 : shade > 4 ? 4 : shade]);
}

static void draw_matrix(struct term *t, const struct figure_series *s) {
    const struct figure *f = t->f;
    size_t columns = f->x_names.len, fit = (size_t)((t->width - NAME_COLUMNS - 1) / CELL_COLUMNS);
    const char *name = figure_series_name(f, t->arena, s);

    fit = columns < fit ? columns : fit;
    put_name(t,
             arena_printf(t->arena, "%s: %s \xe2\x86\x93 by %s \xe2\x86\x92", name, f->y_label,
                          f->x_label),
             t->width, false);
    end_line(t);
    put(t, "%*s", NAME_COLUMNS + 1, "");
    for (size_t x = 0; x < fit; x++) {
        put_name(t, f->x_names.at[x], CELL_COLUMNS - 1, true);
        put(t, " ");
    }
    put(t, "%s", fit < columns ? "\xe2\x80\xa6" : "");
    end_line(t);
    for (size_t y = 0; y < f->y_names.len; y++) {
        put_name(t, f->y_names.at[y], NAME_COLUMNS, true);
        put(t, " ");
        for (size_t x = 0; x < fit; x++) {
            print_count(t, s, s->cells[y * columns + x]);
        }
        end_line(t);
    }
}

void plot_term(struct show *s, struct arena *arena, const struct figure *f, const char *name) {
    int width = term_width(STDOUT_FILENO);
    struct term t = {.out = s, .arena = arena, .f = f};

    t.width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
    t.letters = !term_has_color(STDOUT_FILENO) && f->series.len > 1;
    put_title(&t, name);
    if (figure_is_empty(f)) {
        show_line(s, "there are no numbers to draw (words: `plots modify --template confusion`)");
    } else if (figure_is_matrix(f)) {
        for (size_t i = 0; i < f->series.len; i++) {
            draw_matrix(&t, &f->series.at[i]);
        }
    } else if (f->kind == FIGURE_BARS || f->kind == FIGURE_BARS_SORTED) {
        t.letters = false;
        draw_bars(&t);
    } else {
        draw_graph(&t);
    }
    show_line(s, "%s", "");
}
