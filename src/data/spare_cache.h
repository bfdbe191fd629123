/*
 * A cache that takes the place of the repository's for a while and is removed again: for data that
 * only passes through here.
 */
#ifndef DATA_SPARE_CACHE_H
#define DATA_SPARE_CACHE_H

#include "base/attr.h"
#include "data/data.h"

struct arena;
struct cache;

struct spare_cache {
    struct data data; /* as the repository's, with this cache for new data */
    struct cache *cache;
    const char *dir;
};

/* Below .dvc/tmp. Close also after an error. */
int spare_cache_open(struct spare_cache *out, struct arena *arena, const struct data *d) MUST_CHECK;
/* Removes it. Returns rc, with its error. */
int spare_cache_close(struct spare_cache *s, int rc) MUST_CHECK;

#endif
