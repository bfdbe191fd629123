/*
 * Which of many objects a remote has, at the least cost: one page of a listing tells how many there
 * are in all, for digests are spread evenly; then the rest is listed, or each is asked for.
 */
#ifndef REMOTE_PRESENCE_H
#define REMOTE_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "hash/digest.h"
#include "remote/files.h"

/* `layout` is what stands before "ab/cdef…": "files/md5/" or "". Digests of want are of `algo`. */
int presence_find(struct files *f, const char *layout, enum hash_algo algo,
                  const struct digest *want, size_t n, bool *have, struct progress *p) MUST_CHECK;

/* All keys of the layout. */
int presence_list(struct files *f, const char *layout, files_list_fn *fn, void *ctx) MUST_CHECK;

/* The object that a key means; false if it means none. */
bool presence_digest(struct digest *out, const char *layout, enum hash_algo algo, const char *key);

#endif
