/*
 * A graph as ASCII boxes, Graphviz dot, or Mermaid. Repeated edges are drawn once. What is printed
 * depends on the order of names and edges only.
 */
#ifndef SHOW_DAG_DRAW_H
#define SHOW_DAG_DRAW_H

#include <stddef.h>

struct show;

struct dag_edge {
    size_t from, to; /* indexes of names: `to` needs `from`, which is drawn above it */
};

/* One picture a connected part. A part that is cyclic or too large for a picture is listed instead.
 */
void dag_draw_ascii(struct show *s, const char *const *names, size_t n,
                    const struct dag_edge *edges, size_t nedges);
void dag_draw_dot(struct show *s, const char *const *names, size_t n, const struct dag_edge *edges,
                  size_t nedges);
void dag_draw_mermaid(struct show *s, const char *const *names, size_t n,
                      const struct dag_edge *edges, size_t nedges, int fenced);

#endif
