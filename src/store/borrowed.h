/*
 * A cache that lives for one transfer or question, in a temporary folder below the real one.
 * Listings are fetched into it to learn what they name, before the real cache may have them, or
 * without it ever having them.
 */
#ifndef STORE_BORROWED_H
#define STORE_BORROWED_H

#include "base/attr.h"

struct cache;
struct staging;

struct borrowed {
    struct cache *home; /* whose folder is used */
    struct cache *cache;
    struct staging *staging;
};

int borrowed_open(struct borrowed *b) MUST_CHECK;
void borrowed_release(struct borrowed *b); /* for CLEANUP; fine when not open */

#endif
