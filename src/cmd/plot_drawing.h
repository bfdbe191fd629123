/*
 * A plot made ready to be drawn: for plots show, plots diff, report and exp show.
 */
#ifndef CMD_PLOT_DRAWING_H
#define CMD_PLOT_DRAWING_H

#include "base/attr.h"

struct figure;
struct node;
struct plot;
struct plot_page;
struct plots;
struct session;

#define PLOT_TEMPLATE_FAILS 255 /* the exit status when a template does not fit, as DVC's */

/* *spec is the plot's specification, whose points the figure is made of. Sets the exit status where
 * that fails. */
int plot_drawing_make(struct figure *f, const struct node **spec, struct session *s,
                      struct plot *p) MUST_CHECK;

/* All of them onto the page, and what could not be read. */
int plot_drawing_page(struct plot_page *page, struct session *s,
                      const struct plots *plots) MUST_CHECK;

#endif
