/*
 * The points of a plot made ready to be drawn: numbers, categories and counts instead of nodes.
 */
#ifndef SHOW_PLOT_FIGURE_H
#define SHOW_PLOT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct arena;
struct node;

enum figure_kind {
    FIGURE_LINE,
    FIGURE_SCATTER,
    FIGURE_BARS,              /* horizontal: x is the number, y the category */
    FIGURE_BARS_SORTED,       /* the longest first */
    FIGURE_MATRIX,            /* how often each pair of x and y occurs */
    FIGURE_MATRIX_NORMALIZED, /* as a share of all with that y */
};

struct figure_spec {
    enum figure_kind kind;
    const char *title, *x_label, *y_label; /* labels may be NULL */
    const char *x, *y;                     /* fields of the points */
    const char *variant; /* field that tells apart the values of one revision, or NULL */
    const struct strv *revs;
    const struct node *points; /* list of maps, each with "rev" */
};

struct figure_value {
    double x, y; /* a number, or a place among the names of the axis */
};

/* What one revision has of one variant. */
struct figure_series {
    const char *rev, *variant;       /* variant NULL if there is one */
    size_t rev_at, variant_at;       /* places among revisions and variants: for colour and dash */
    VEC(struct figure_value) values; /* lines: sorted by x; bars: one for each name of y */
    double *cells;                   /* matrix: rows of y, columns of x; else NULL */
    double most;                     /* matrix: the largest cell */
};

struct figure {
    enum figure_kind kind;
    const char *title, *x_label, *y_label;
    struct strv x_names, y_names; /* categories; empty for an axis of numbers */
    VEC(struct figure_series) series;
    double x_min, x_max, y_min, y_max; /* of all values */
    size_t left_out;                   /* points without numbers to draw */
    size_t names_left_out;             /* categories beyond what can be drawn */
    bool several_variants, several_revs;
};

/* Strings are borrowed from the points or live in the arena. */
void figure_init(struct figure *f, struct arena *arena, const struct figure_spec *spec);
void figure_release(struct figure *f);

bool figure_is_matrix(const struct figure *f);
bool figure_is_empty(const struct figure *f);
/* "HEAD", "HEAD, acc", "acc", or "": what tells the series from the others. */
const char *figure_series_name(const struct figure *f, struct arena *arena,
                               const struct figure_series *s);

/* Round numbers from min to max, about `wanted` of them: the first, their distance, how many. */
struct figure_ticks {
    double first, step;
    int count;
};
struct figure_ticks figure_ticks(double min, double max, int wanted);
/* A number as axes show it: at most six digits. */
#define FIGURE_NUMBER_MAX 32
const char *figure_number(char out[FIGURE_NUMBER_MAX], double value);

#endif
