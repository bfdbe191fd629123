/*
 * A page of plots that needs no network: drawings in SVG, images within the page, and each plot's
 * Vega-Lite specification as data in a <script type="application/vnd.vegalite+json">.
 */
#ifndef SHOW_PLOT_PAGE_H
#define SHOW_PLOT_PAGE_H

#include <stddef.h>

struct arena;
struct figure;
struct node;
struct plot_page;
struct str;

/* Drawn in the order of the calls, images behind everything else. Close with plot_page_finish. */
struct plot_page *plot_page_new(struct arena *arena, const char *title);

void plot_page_figure(struct plot_page *p, const struct figure *f, const char *name,
                      const struct node *spec);
/* One revision of an image; calls for the same name one after another stand side by side. */
void plot_page_image(struct plot_page *p, const char *name, const char *rev, const char *data,
                     size_t len);
/* Something else that was made for the page, over its whole width: `markup` is put in as it is. */
void plot_page_wide(struct plot_page *p, const char *caption, const struct str *markup);
/* A plot, or part of one, that could not be drawn, and why. */
void plot_page_note(struct plot_page *p, const char *name, const char *text);

/* Appends the page, and frees. `outer`: the text of another page to put the plots into, at
 * "{plot_divs}" (and the style at "{scripts}"); NULL for ours. */
void plot_page_finish(struct plot_page *p, struct str *out, const char *outer);

#endif
