/*
 * Finds the keys of a map by hash, for files may hold 60,000 of them. Keys are equal as in Python: 1, 1.0
 * and true are one key, "1" is another.
 */
#ifndef DOC_KEYS_H
#define DOC_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"

struct node;

struct keys {
    const struct node *few; /* a map so small that it is searched as it is */
    struct map text;        /* string keys */
    struct map other;       /* all others, by a text of their value */
    struct arena *texts;    /* of those, NULL until there is one */
};

#define KEYS_INIT                                                                                  \
    { .texts = NULL }

void keys_release(struct keys *k);

/* Notes the position of a key, which must outlive `k`; false if an equal one is there. */
bool keys_add(struct keys *k, const struct node *key, size_t position);

/* Whether the key is there, and where. */
bool keys_find(const struct keys *k, const struct node *key, size_t *position);

/* All keys of a map, which must not change; of equal ones the first. */
struct keys keys_of(const struct node *map);

/* The position of the first key that an earlier one equals, or the length of the map. */
size_t keys_duplicate(const struct node *map);

#endif
