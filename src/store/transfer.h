/*
 * Objects from one store to another, each folder's files before its listing: a listing that is
 * there promises its files.
 */
#ifndef STORE_TRANSFER_H
#define STORE_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct cache;
struct odb;
struct progress;

/* One thing wanted: an object, and for a listing all that it names. */
struct transfer_want {
    struct digest digest;
    const char *path;  /* of the out, for messages */
    const char *below; /* only this part of a folder, or NULL */
};
struct transfer_wants VEC_OF(struct transfer_want);

struct transfer_failure {
    struct digest digest;
    const char *path; /* of the out or the file inside it */
    int rc;           /* ERR_NOT_FOUND: on neither side; ERR_CORRUPT: damaged; else why it failed */
    const char *why;
};

struct transfer_result {
    uint64_t moved; /* objects, listings included */
    uint64_t bytes;
    VEC(struct transfer_failure) failed;
};

/* Pushes what `to` lacks; pushes all that exists and lists the rest in result->failed (then a
 * folder's listing stays behind). Returns an error only when it could not go on at all. */
int transfer_push(struct transfer_result *result, struct arena *arena, struct cache *from,
                  struct odb *to, const struct transfer_wants *wants,
                  struct progress *p) MUST_CHECK;
/* Fetches what `to` lacks or holds damaged. Listings first (to learn the files), but they are named
 * in the cache last, once all that the other side has is there: a cache is asked for each file
 * anyway, and what could be fetched can be used. */
int transfer_fetch(struct transfer_result *result, struct arena *arena, struct odb *from,
                   struct cache *to, const struct transfer_wants *wants,
                   struct progress *p) MUST_CHECK;

/* What the wants mean in this cache, all of it verified: files, each once, then listings, each once.
 * What is missing or damaged is left out and listed in `missing` (rc ERR_NOT_FOUND, ERR_CORRUPT);
 * the listing of a folder that lacks files is there. Release `out` and missing->failed. */
struct transfer_objects VEC_OF(struct digest);
int transfer_collect(struct transfer_objects *out, struct transfer_result *missing,
                     struct arena *arena, struct cache *c, const struct transfer_wants *wants,
                     struct progress *p) MUST_CHECK;

/* For status -c: which of the wanted objects each side has. */
struct transfer_presence {
    struct digest digest;
    const char *path;
    bool here, there;
};
struct transfer_presences VEC_OF(struct transfer_presence);
int transfer_compare(struct transfer_presences *out, struct arena *arena, struct cache *here,
                     struct odb *there, const struct transfer_wants *wants,
                     struct progress *p) MUST_CHECK;

#endif
