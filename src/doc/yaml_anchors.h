/*
 * Which lists and maps of a tree hang together by an alias, and the names that ruamel.yaml would give them.
 */
#ifndef DOC_YAML_ANCHORS_H
#define DOC_YAML_ANCHORS_H

#include <stdbool.h>

struct node;

struct anchors;

/* NULL if there are none. */
struct anchors *anchors_find(const struct node *root);
void anchors_free(struct anchors *a);

/* The number of the anchor that the list or map shares with others, 0 if it is alone. *first: it was not
 * asked for before, so it is written here. `a` may be NULL. */
unsigned anchors_number(struct anchors *a, const struct node *n, bool *first);

#endif
