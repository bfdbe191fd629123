/*
 * Plots: which there are, and the points or images they show, of one revision or several overlaid.
 */
#ifndef MEASURE_PLOTS_H
#define MEASURE_PLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct repo;

/* What the command line says of all plots; NULL where it says nothing. */
struct plot_options {
    const char *template, *x, *y, *x_label, *y_label, *title;
    bool no_header; /* CSV and TSV files have no row of names */
};

struct plots_request {
    struct strv
        targets;      /* plot ids (as regular expressions, from their start) and paths, as typed */
    bool compare;     /* several revisions: `revs`, or those that differ from the workspace */
    struct strv revs; /* names of Git, or "workspace" */
    bool experiment;  /* one rev: beside it the commit it started from */
    struct plot_options o;
};

struct plot_image {
    const char *rev, *path; /* path as shown */
    const char *data;       /* the bytes of the file */
    size_t len;
};

/* One of the values drawn, where a plot has several. */
struct plot_source {
    const char *file, *field; /* file without the folder that all have in common */
};

enum plot_mark {
    PLOT_LINE,
    PLOT_SCATTER,
    PLOT_BARS,
    PLOT_BARS_SORTED,
    PLOT_MATRIX,
    PLOT_MATRIX_NORMALIZED,
};

/* All revisions of one plot. */
struct plot {
    const char *name;
    bool is_image;
    VEC(struct plot_image) images;
    struct strv revs;    /* those with points, in order */
    struct node *points; /* list of maps: the fields of the data, and "rev", "filename", "field" */
    const char *template, *title, *x, *y, *x_label, *y_label; /* NULL: not known */
    VEC(struct plot_source) sources;
};

/* What could not be read. */
struct plot_error {
    const char *name, *source; /* the plot; the file; NULL: not tied to one */
    const char *rev;
    const char *type, *text; /* type: Python's name of the error in DVC's JSON */
};

struct plots {
    VEC(struct plot) plots;
    VEC(struct plot_error) errors;
    struct strv failed; /* revisions of which something could not be read */
    bool none;          /* no revision defines any plot */
};

/* ERR_NOT_FOUND for a revision that is not there; what else goes wrong is told in out->errors. */
int plots_collect(struct plots *out, struct arena *arena, struct repo *r,
                  const struct plots_request *q) MUST_CHECK;
void plots_release(struct plots *p);

/* The id of a plot that is not `typed` but was likely meant by it, in the arena; NULL if none is near
 * or the workspace's plots cannot be listed. */
const char *plots_suggest(struct arena *arena, struct repo *r, const char *typed);

/* Whether a file of that name is an image. */
bool plots_is_image(const char *path);

#endif
