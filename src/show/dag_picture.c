/*
 * Rows: a layer of boxes takes three, the edges below it three. An edge is a line of '*' from the
 * rim of one box towards the centre of the other; boxes are drawn over lines.
 */
#include "show/dag_picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "show/dag_draw.h"
#include "show/dag_layout.h"
#include "show/out.h"

#define BOX_ROWS   3
#define LAYER_ROWS 6
#define MAX_CELLS  ((size_t)16 * 1024 * 1024)

struct canvas {
    char *cell;
    size_t columns, rows;
    double left; /* x of column 0 */
};

struct point {
    double x, y; /* y in rows, counted from the middle of the first layer's boxes */
};

static void put(struct canvas *c, long column, long row, char what) {
    if (column >= 0 && row >= 0 && (size_t)column < c->columns && (size_t)row < c->rows) {
        c->cell[(size_t)row * c->columns + (size_t)column] = what;
    }
}

static void draw_line(struct canvas *c, struct point from, struct point to) {
    long x0 = lrint(from.x - c->left), y0 = lrint(from.y), x1 = lrint(to.x - c->left),
         y1 = lrint(to.y);
    long dx = x1 - x0, dy = y1 - y0;
    long steps = labs(dx) > labs(dy) ? labs(dx) : labs(dy);
    for (long i = 0; i <= steps; i++) {
        double share = steps ? (double)i / (double)steps : 0;
        put(c, x0 + lrint((double)dx * share), y0 + lrint((double)dy * share), '*');
    }
}

static struct point node_point(const struct layout_node *n) {
    return (struct point){n->x, (double)(n->layer * LAYER_ROWS)};
}

/* Where the line from the centre of the node towards `other` leaves its box. */
static struct point rim_point(const struct layout_node *n, struct point other) {
    struct point centre = node_point(n);
    if (n->bend) {
        return centre;
    }
    double dx = other.x - centre.x, dy = other.y - centre.y;
    double half_width = (n->width - 1) / 2, half_height = (BOX_ROWS - 1) / 2.0;
    double share = half_height / fabs(dy);
    if (fabs(dx) * share > half_width) {
        share = half_width / fabs(dx);
    }
    return (struct point){centre.x + dx * share, centre.y + dy * share};
}

static void draw_edges(struct canvas *c, const struct layout *l) {
    for (size_t i = 0; i < l->len; i++) {
        const struct layout_node *from = &l->node[i];
        for (size_t k = 0; k < from->down.len; k++) {
            const struct layout_node *to = &l->node[from->down.at[k]];
            draw_line(c, rim_point(from, node_point(to)), rim_point(to, node_point(from)));
        }
    }
}

static long box_column(const struct canvas *c, const struct layout_node *n) {
    return lrint(n->x - n->width / 2 - c->left);
}

static void draw_box(struct canvas *c, const struct layout_node *n) {
    long left = box_column(c, n), top = (long)n->layer * LAYER_ROWS, last = (long)n->width - 1;
    for (long x = 0; x <= last; x++) {
        char rim = x == 0 || x == last ? '+' : '-';
        put(c, left + x, top, rim);
        put(c, left + x, top + 1, x == 0 || x == last ? '|' : ' ');
        put(c, left + x, top + 2, rim);
    }
}

/* The row of a layer in which the names stand; these may hold characters of several bytes or
 * columns. */
static void show_name_row(struct show *s, const struct canvas *c, const struct layout *l,
                          size_t layer, const char *const *names) {
    const char *row = c->cell + (layer * LAYER_ROWS + 1) * c->columns;
    size_t column = 0;
    for (size_t p = 0; p < l->layer[layer].len; p++) {
        size_t i = l->layer[layer].at[p];
        if (!l->node[i].bend) {
            size_t start = (size_t)box_column(c, &l->node[i]) + 2;
            show_text(s, "%.*s%s", (int)(start - column), row + column, names[i]);
            column = start + utf8_width(names[i]);
        }
    }
    show_line(s, "%.*s", (int)(c->columns - column), row + column);
}

static void show_canvas(struct show *s, const struct canvas *c, const struct layout *l,
                        const char *const *names) {
    for (size_t row = 0; row < c->rows; row++) {
        if (row % LAYER_ROWS == 1) {
            show_name_row(s, c, l, row / LAYER_ROWS, names);
        } else {
            show_line(s, "%.*s", (int)c->columns, c->cell + row * c->columns);
        }
    }
}

/* False if it would be too large. */
static bool canvas_open(struct canvas *c, const struct layout *l) {
    double left = 0, right = 0;
    for (size_t i = 0; i < l->len; i++) {
        double half = l->node[i].bend ? 0 : l->node[i].width / 2;
        left = i == 0 || l->node[i].x - half < left ? l->node[i].x - half : left;
        right = i == 0 || l->node[i].x + half > right ? l->node[i].x + half : right;
    }
    c->left = left;
    c->columns = (size_t)(ceil(right) - floor(left)) + 1;
    c->rows = (l->nlayers - 1) * LAYER_ROWS + BOX_ROWS;
    if (c->columns > MAX_CELLS / c->rows) {
        return false;
    }
    c->cell = mem_alloc(c->columns * c->rows);
    memset(c->cell, ' ', c->columns * c->rows);
    return true;
}

bool dag_picture(struct show *s, const char *const *names, size_t n, const struct dag_edge *edges,
                 size_t nedges) {
    double *width = mem_zalloc(n + 1, sizeof *width);
    for (size_t i = 0; i < n; i++) {
        width[i] = (double)utf8_width(names[i]) + 4;
    }
    struct layout *l = layout_new(width, n, edges, nedges);
    free(width);
    struct canvas canvas = {0};
    if (!l || !canvas_open(&canvas, l)) {
        layout_free(l);
        return false;
    }
    draw_edges(&canvas, l);
    for (size_t i = 0; i < n; i++) {
        draw_box(&canvas, &l->node[i]);
    }
    show_canvas(s, &canvas, l, names);
    free(canvas.cell);
    layout_free(l);
    return true;
}
