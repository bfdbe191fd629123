/*
 * Inside of store/: an object that is written piece by piece, because its bytes are made here: a
 * listing. Its digest is known beforehand.
 */
#ifndef STORE_CACHE_TEXT_H
#define STORE_CACHE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "hash/digest.h"

struct cache;

struct cache_text {
    struct cache *cache;
    struct digest digest;
    uint64_t number; /* in the staging folder */
    int fd;
    int rc; /* the first error of adding */
};

/* 1: the object is there and whole, nothing is to be written. 0: add the bytes, then end. */
int cache_text_begin(struct cache_text *t, struct cache *c, const struct digest *d) MUST_CHECK;
/* An error is kept for the end. */
void cache_text_add(struct cache_text *t, const void *data, size_t len);
/* Durable on return; after an error nothing is left. */
int cache_text_end(struct cache_text *t) MUST_CHECK;

#endif
