/*
 * Parallel coordinates: an axis for each quantity, a line for each row through its values, as SVG for
 * plot_page. The lines are coloured by one axis, from pale to strong; hovering names a line.
 */
#ifndef SHOW_PARALLEL_H
#define SHOW_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct arena;
struct node;
struct str;

enum { PARALLEL_AXES_MAX = 24, PARALLEL_ROWS_MAX = 2000 };

struct parallel_row {
    const char *name;
    const struct node **values; /* one for each axis: numbers, or texts as categories; or NULL */
    bool best;                  /* drawn thick, and above the others */
};

struct parallel {
    struct strv axes;
    VEC(struct parallel_row) rows;
    size_t colored; /* the axis that the colours follow */
    bool descends;  /* less is stronger */
};

/* Appends the drawing. What is beyond the limits is left out: *left_out rows. */
void parallel_svg(struct str *out, size_t *left_out, struct arena *arena, const struct parallel *p);

#endif
