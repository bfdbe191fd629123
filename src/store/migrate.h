/*
 * Objects under new names: those of a cache in DVC 2 layout become objects of DVC 3, as hard links
 * where the file system has them, so that both names are there and the bytes once.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include <stdint.h>

#include "base/attr.h"

struct cache;
struct progress;

/* Each whole object of `from` gets the name that its bytes have in `to`; a listing keeps its bytes,
 * and so the names of its files. *moved: how many are new there. Damaged objects are set aside and
 * left behind. Both are of one cache folder. */
int migrate_objects(uint64_t *moved, struct cache *from, struct cache *to,
                    struct progress *p) MUST_CHECK;
/* How many objects that would look at. */
int migrate_count(uint64_t *objects, struct cache *from) MUST_CHECK;

#endif
