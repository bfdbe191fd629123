/*
 * A hash map from string to pointer (XXH3, open addressing). Keys are borrowed and must outlive the
 * map. Iteration is in order of insertion; there is no single removal (map_put with NULL hides).
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map_entry {
    const char *key;
    void *value;
};

struct map {
    struct map_entry *at; /* in order of insertion */
    size_t len, cap;
    unsigned *slot; /* index + 1 into `at`, 0 = free */
    size_t nslot;
};

#define MAP_INIT                                                                                   \
    { 0 }

void map_release(struct map *m);
void *map_get(const struct map *m, const char *key); /* NULL if absent */
bool map_has(const struct map *m, const char *key);
void map_put(struct map *m, const char *key, void *value); /* replaces */
bool map_add(struct map *m, const char *key, void *value); /* false: was there, unchanged */

#endif
