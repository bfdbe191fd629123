/*
 * A plot made ready to be drawn: for plots show, plots diff and report.
 */
#ifndef CMD_PLOT_DRAWING_H
#define CMD_PLOT_DRAWING_H

#include "base/attr.h"

struct figure;
struct node;
struct plot;
struct session;

#define PLOT_TEMPLATE_FAILS 255 /* the exit status when a template does not fit, as DVC's */

/* *spec is the plot's specification, whose points the figure is made of. Sets the exit status where
 * that fails. */
int plot_drawing_make(struct figure *f, const struct node **spec, struct session *s,
                      struct plot *p) MUST_CHECK;

#endif
