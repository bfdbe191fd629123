/*
 * Inside of store/: files on their way into a cache. Hashed while they are copied to temporary
 * names, made durable together, then named. Each file of the same content is written once; an
 * object that is there already is kept if its identity is trusted or its bytes are the same, else
 * replaced by the fresh copy.
 */
#ifndef STORE_INGEST_H
#define STORE_INGEST_H

#include <stddef.h>

#include "base/attr.h"

struct cache;
struct hash_item;
struct hash_spec;
struct odb_item;

/* Fills items as hash_batch does. `expect`, if given, is aligned with items: bytes that do not
 * match its digest never get into the cache (items[i].digest tells), and names are taken from it,
 * so that listings keep their ".dir". The cache's root must have been made. On an error nothing of
 * this batch that is not whole is left behind. */
int ingest_files(struct cache *to, struct hash_item *items, size_t n, const struct hash_spec *spec,
                 const struct odb_item *expect) MUST_CHECK;

/* How many files go into one batch: bounds memory, and what an interruption makes undone. */
#define INGEST_FILES ((size_t)1 << 16)
#define INGEST_BYTES ((uint64_t)16 << 30)

#endif
