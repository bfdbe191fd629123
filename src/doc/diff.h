/*
 * Trees flattened to dotted keys, and two of them compared: what params and metrics show.
 */
#ifndef DOC_DIFF_H
#define DOC_DIFF_H

#include "base/vec.h"

struct arena;
struct node;

struct flat_item {
    const char *key; /* "a.b.c"; lists are leaves */
    const struct node *value;
};
struct flat VEC_OF(struct flat_item);

/* Leaves of a map in the text's order; an empty map is a leaf. A root that is no map has the key "". */
void node_flatten(struct flat *out, struct arena *arena, const struct node *root);

#endif
