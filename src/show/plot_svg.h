/*
 * Figures as SVG: in a page of HTML, whose colours text and grid have, or by themselves.
 */
#ifndef SHOW_PLOT_SVG_H
#define SHOW_PLOT_SVG_H

#include <stddef.h>

struct arena;
struct figure;
struct str;

/* Appends one drawing, or one per series of a matrix; `id` is unique in the page and plain. */
void plot_svg(struct str *out, struct arena *arena, const struct figure *f, const char *id);

/* The same as documents that need no page, with what tells the series apart below: how many there
 * are (none of a figure without numbers), and the i-th. */
size_t plot_svg_pictures(const struct figure *f);
void plot_svg_alone(struct str *out, struct arena *arena, const struct figure *f, size_t i);

/* The colour of a revision and the dashes of a variant, as attributes of SVG. */
const char *plot_svg_color(size_t rev);
const char *plot_svg_dashes(size_t variant);

#endif
