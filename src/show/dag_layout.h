/*
 * Where the boxes of one connected graph stand: layers from top to bottom, each edge leading from
 * one layer to the next (longer edges get a bend, a node without a box, in each layer between), few
 * crossings, boxes that do not touch.
 */
#ifndef SHOW_DAG_LAYOUT_H
#define SHOW_DAG_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct dag_edge;

struct layout_node {
    bool bend;         /* not a box: a long edge passes here */
    size_t layer, pos; /* pos: place in its layer from the left */
    double width;      /* columns that the box takes */
    double x;          /* its centre */
    VEC(size_t) up, down;
};

struct layout_layer VEC_OF(size_t); /* nodes from left to right */

struct layout {
    struct layout_node *node; /* the n boxes first, then the bends */
    size_t len;
    struct layout_layer *layer;
    size_t nlayers;
};

/* `width` holds the columns of each box. NULL if there is a cycle or the graph is too large to be
 * drawn. */
struct layout *layout_new(const double *width, size_t n, const struct dag_edge *edges,
                          size_t nedges);
void layout_free(struct layout *l);

#endif
