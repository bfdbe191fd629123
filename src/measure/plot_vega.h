/*
 * The Vega-Lite specification of a plot: its template with the anchors filled in.
 */
#ifndef MEASURE_PLOT_VEGA_H
#define MEASURE_PLOT_VEGA_H

#include "base/attr.h"

struct arena;
struct node;
struct plot;
struct repo;

/* The specification of a plot with points. With `anchors` (split) those that hold data and
 * appearance are left in, and what they stand for is *anchors, a map. Changes the fields that
 * p->points have. ERR_INVALID for a template without room for data. */
int plot_vega_fill(const struct node **out, const struct node **anchors, struct arena *arena,
                   const struct repo *r, struct plot *p) MUST_CHECK;

/* What distinguishes the values of one revision: "filename", "field", "filename::field", NULL if
 * there is one value. Valid for points of a filled plot. */
const char *plot_vega_variant(struct arena *arena, const struct plot *p);

#endif
