/*
 * Figures as SVG that stands in a page of HTML. Colours of text and grid are the page's.
 */
#ifndef SHOW_PLOT_SVG_H
#define SHOW_PLOT_SVG_H

#include <stddef.h>

struct arena;
struct figure;
struct str;

/* Appends one drawing, or one per series of a matrix; `id` is unique in the page and plain. */
void plot_svg(struct str *out, struct arena *arena, const struct figure *f, const char *id);

/* The colour of a revision and the dashes of a variant, as attributes of SVG. */
const char *plot_svg_color(size_t rev);
const char *plot_svg_dashes(size_t variant);

#endif
