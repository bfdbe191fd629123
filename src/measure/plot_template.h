/*
 * Templates: Vega-Lite specifications in which anchors ("<DVC_METRIC_X>") stand for what a plot
 * fills in.
 */
#ifndef MEASURE_PLOT_TEMPLATE_H
#define MEASURE_PLOT_TEMPLATE_H

#include <stddef.h>

#include "base/attr.h"
#include "measure/plots.h"

struct arena;
struct node;
struct repo;

/* Names of the built-in ones, in DVC's order; NULL past the last. */
const char *plot_template_name(size_t i);
/* A built-in one. ERR_NOT_FOUND, with the one that was meant as a hint. */
int plot_template_builtin(const struct node **out, struct arena *arena,
                          const char *name) MUST_CHECK;

/* A template by name (NULL: "linear"): a file of .dvc/plots, with or without ".json", a file
 * relative to the working directory, or a built-in one. ERR_NOT_FOUND if there is none. */
int plot_template_load(const struct node **out, struct arena *arena, const struct repo *r,
                       const char *name) MUST_CHECK;
/* Whether it can be loaded. */
int plot_template_check(const struct repo *r, const char *name) MUST_CHECK;

/* How the plot is to be drawn by those who do not know Vega: by the name of a built-in template,
 * else by the mark that the specification has. */
enum plot_mark plot_template_mark(const char *name, const struct node *content);

#endif
