/*
 * The graph of stages: an edge from a stage to each stage that makes one of its dependencies (or
 * something in, or above, it).
 */
#ifndef MODEL_GRAPH_H
#define MODEL_GRAPH_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"
#include "model/pipefile.h"

struct arena;
struct index;
struct stage;

struct graph {
    const struct index *index;
    struct graph_node {
        struct stage *stage;
        VEC(size_t) up;   /* nodes it depends on, in order of its deps */
        VEC(size_t) down; /* nodes that depend on it */
    } * node;
    size_t len; /* as index->stages, same order */
};

/* ERR_FAILED naming the stages on a cycle, or outs that overlap. Memory: index->arena and vecs
 * until graph_free. */
int graph_build(struct graph **out, const struct index *idx) MUST_CHECK;
void graph_free(struct graph *g);
void graph_freep(struct graph **g);
/* Takes the edges from frozen stages to what they depend on out: nothing is run for their sake. */
void graph_detach_frozen(struct graph *g);

/* Depth-first post-order (dependencies first, stages in file order), as DVC runs them: of
 * everything (targets NULL or empty), or of what the targets need. Appends to `out`. */
int graph_order(struct stages *out, const struct graph *g, const struct stages *targets) MUST_CHECK;
/* The targets and all that depends on them, in run order. */
int graph_downstream(struct stages *out, const struct graph *g,
                     const struct stages *targets) MUST_CHECK;
/* The connected parts that hold the targets (all of it with none), in run order. */
int graph_pipeline(struct stages *out, const struct graph *g,
                   const struct stages *targets) MUST_CHECK;

#endif
