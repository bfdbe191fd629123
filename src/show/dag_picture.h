/*
 * One connected graph as boxes and lines of ASCII characters.
 */
#ifndef SHOW_DAG_PICTURE_H
#define SHOW_DAG_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

struct dag_edge;
struct show;

/* False, nothing printed: there is a cycle, or the picture would be too large. No edge may occur
 * twice. */
bool dag_picture(struct show *s, const char *const *names, size_t n, const struct dag_edge *edges,
                 size_t nedges);

#endif
