/*
 * CSV and TSV: rows are maps with the same names, and what is a plot of them can be drawn by a
 * template that comes from a stranger, too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/csv.h"
#include "doc/node.h"
#include "doc/read.h"
#include "measure/plot_points.h"
#include "measure/plots.h"
#include "show/html_text.h"
#include "show/plot_figure.h"
#include "show/plot_svg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

/* Draws the points in every way that there is. */
static void draw(struct arena *arena, const struct plot *p) {
    for (int kind = FIGURE_LINE; kind <= FIGURE_MATRIX_NORMALIZED; kind++) {
        struct figure_spec spec = {.kind = (enum figure_kind)kind,
                                   .title = p->name,
                                   .x_label = p->x_label,
                                   .y_label = p->y_label,
                                   .x = p->x,
                                   .y = p->y,
                                   .revs = &p->revs,
                                   .points = p->points};
        struct figure f CLEANUP(figure_release) = {0};
        struct str svg CLEANUP(str_release) = STR_INIT;

        figure_init(&f, arena, &spec);
        if (!figure_is_empty(&f)) {
            plot_svg(&svg, arena, &f, "id");
            check(!strstr(svg.buf, "<script") && !strstr(svg.buf, "=\"nan") &&
                  !strstr(svg.buf, "=\"Mnan"));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct csv_form form = {size && data[0] == '\t' ? '\t' : ',', !(size & 1)};
    struct plots plots CLEANUP(plots_release) = {0};
    struct plot p = {.name = "f"};
    const char *type = NULL;
    struct node *rows;

    if (csv_read(&rows, arena, (const char *)data, size, &form, "f.csv")) {
        check(err_text()[0] != '\0');
        err_clear();
        return 0;
    }
    check(rows->kind == NODE_LIST);
    for (size_t i = 0; i < rows->list.len; i++) {
        check(rows->list.at[i]->kind == NODE_MAP);
    }
    if (!rows->list.len || size > 65536) {
        return 0;
    }
    struct plot_file file = {"f.csv", rows};
    struct plot_files files = {.at = &file, .len = 1, .cap = 1};

    p.points = node_list(arena);
    if (plot_points_add(&p, arena, "workspace", "f.csv", node_map(arena), &files, &type)) {
        check(type && err_text()[0] != '\0');
        err_clear();
    } else if (p.revs.len) {
        draw(arena, &p);
    }
    vec_push(&plots.plots, p);
    return 0;
}
