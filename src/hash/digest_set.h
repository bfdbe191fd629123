/*
 * Many digests, asked whether one is among them: an array that is sorted once it is complete.
 */
#ifndef HASH_DIGEST_SET_H
#define HASH_DIGEST_SET_H

#include <stdbool.h>

#include "base/vec.h"
#include "hash/digest.h"

struct digest_set VEC_OF(struct digest);

void digest_set_sort(struct digest_set *s); /* after the last push; drops what is there twice */
bool digest_set_has(const struct digest_set *s, const struct digest *d); /* of a sorted one */
void digest_set_release(struct digest_set *s);                           /* for CLEANUP */

#endif
