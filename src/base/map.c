#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/mem.h"

void map_release(struct map *m) {
    free(m->at);
    free(m->slot);
    *m = (struct map)MAP_INIT;
}

/* The slot of the key, or the free one where it belongs. The address of the table seeds the hash,
 * so that no file can be made to collide everywhere. */
static size_t map_slot(const struct map *m, const char *key) {
    size_t mask = m->nslot - 1;
    size_t i = XXH3_64bits_withSeed(key, strlen(key), (uintptr_t)m->slot) & mask;
    while (m->slot[i] && strcmp(m->at[m->slot[i] - 1].key, key) != 0) {
        i = (i + 1) & mask;
    }
    return i;
}

static void map_grow(struct map *m) {
    free(m->slot);
    m->nslot = m->nslot ? m->nslot * 2 : 16;
    m->slot = mem_zalloc(m->nslot, sizeof *m->slot);
    m->cap = m->nslot / 2;
    m->at = mem_realloc(m->at, m->cap, sizeof *m->at);
    for (size_t i = 0; i < m->len; i++) {
        m->slot[map_slot(m, m->at[i].key)] = (unsigned)i + 1;
    }
}

static struct map_entry *map_find(const struct map *m, const char *key) {
    if (m->len == 0) {
        return NULL;
    }
    unsigned index = m->slot[map_slot(m, key)];
    return index ? &m->at[index - 1] : NULL;
}

/* `key` must not be there. */
static void map_append(struct map *m, const char *key, void *value) {
    if (m->len == m->cap) {
        map_grow(m);
    }
    m->slot[map_slot(m, key)] = (unsigned)m->len + 1;
    m->at[m->len++] = (struct map_entry){key, value};
}

void *map_get(const struct map *m, const char *key) {
    const struct map_entry *entry = map_find(m, key);
    return entry ? entry->value : NULL;
}

bool map_has(const struct map *m, const char *key) {
    return map_find(m, key) != NULL;
}

void map_put(struct map *m, const char *key, void *value) {
    struct map_entry *entry = map_find(m, key);
    if (entry) {
        entry->value = value;
        return;
    }
    map_append(m, key, value);
}

bool map_add(struct map *m, const char *key, void *value) {
    if (map_find(m, key)) {
        return false;
    }
    map_append(m, key, value);
    return true;
}
