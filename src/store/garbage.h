/*
 * Objects of a cache that nothing names: found, then taken away, listings before the files that they
 * name. What a command that is running has made is left alone: its pointers may be written yet.
 */
#ifndef STORE_GARBAGE_H
#define STORE_GARBAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct cache;
struct digest_set;
struct progress;

struct garbage_object {
    struct digest digest;
    uint64_t size;
};

struct garbage {
    VEC(struct garbage_object) at; /* sorted by digest */
    uint64_t bytes;
    uint64_t young; /* so many more, but too young */
};

/* Objects that were made or changed after this moment (ns, as of ctime) are young: the start of the
 * oldest command that writes into the cache, or now. To be asked before what is referenced is
 * collected. */
int64_t garbage_horizon(struct cache *c);

/* On all cores. An empty result if there is no cache. */
int garbage_find(struct garbage *out, struct cache *c, const struct digest_set *keep,
                 int64_t horizon) MUST_CHECK;
void garbage_sort(struct garbage *g); /* for a list that came from elsewhere */
void garbage_release(struct garbage *g);

/* On all cores. `batch` is a name of store/trash.h to move them to, or NULL: deleted. What is gone
 * already is fine. */
int garbage_remove(const struct garbage *g, struct cache *c, const char *batch,
                   struct progress *p) MUST_CHECK;

#endif
