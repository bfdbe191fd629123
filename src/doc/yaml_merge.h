/*
 * A map in the making, with what merge keys ("<<") bring in. As in DVC's parser, what is merged comes first;
 * of several maps in a list the first wins; own keys win over all.
 */
#ifndef DOC_YAML_MERGE_H
#define DOC_YAML_MERGE_H

#include <stdbool.h>

#include "base/vec.h"
#include "doc/node.h"

struct arena;

struct merge {
    VEC(struct node_pair) own, merged;
    bool seen; /* a merge key */
};

/* Takes the entries of the merge key's value, as aliases. The problem in words, or NULL. */
const char *merge_add(struct merge *m, struct arena *arena, const struct node *value);

struct node *merge_finish(const struct merge *m, struct arena *arena);
void merge_release(struct merge *m);

#endif
