/*
 * A running digest of any algorithm, used again and again: new, then add … end, reset, add … end,
 * free. Fits one thread at a time. OpenSSL's methods are fetched once per process.
 */
#ifndef HASH_HASHER_H
#define HASH_HASHER_H

#include <stddef.h>

#include "hash/digest.h"

struct hasher;

struct hasher *hasher_new(enum hash_algo algo);
void hasher_free(struct hasher *h);
void hasher_freep(struct hasher **h);
void hasher_reset(struct hasher *h);
void hasher_add(struct hasher *h, const void *data, size_t len);
void hasher_end(struct hasher *h, struct digest *out); /* then reset or free */

/* One buffer. */
void hash_bytes(struct digest *out, enum hash_algo algo, const void *data, size_t len);

#endif
