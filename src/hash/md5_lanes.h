/*
 * Several md5 at once, one in each lane of a vector register: for many small files, where one digest after the
 * other leaves most of the processor idle.
 */
#ifndef HASH_MD5_LANES_H
#define HASH_MD5_LANES_H

#include <stdbool.h>
#include <stddef.h>

struct digest;

enum { MD5_LANES = 8 };

/* Whether this processor has what it takes (AVX2). */
bool md5_lanes_usable(void);

/* The digests of n texts, 1 to MD5_LANES; best of about equal lengths. Only where usable. */
void md5_lanes(struct digest *out, const char *const *data, const size_t *len, size_t n);

#endif
