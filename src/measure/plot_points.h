/*
 * Data of any shape to the points of a plot: which lists are data, which fields are x and y where
 * nobody says, several files and fields put under each other.
 */
#ifndef MEASURE_PLOT_POINTS_H
#define MEASURE_PLOT_POINTS_H

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct plot;

/* A file of a plot that holds something. */
struct plot_file {
    const char *path;        /* as shown */
    const struct node *data; /* as read */
};
struct plot_files VEC_OF(struct plot_file);

/* Adds the points of one revision to p->points and the revision to p->revs; the first revision that
 * has points fills in what p says of axes and sources. `props` are those of all revisions. Errors
 * are ERR_INVALID, and *error_type is Python's name for them. */
int plot_points_add(struct plot *p, struct arena *arena, const char *rev, const char *id,
                    const struct node *props, const struct plot_files *files,
                    const char **error_type) MUST_CHECK;

#endif
