/*
 * Files that come as streams, into a folder that is no cache: each is written under a temporary name
 * beside its own, which it gets when it is whole. One thread.
 */
#ifndef STORE_LANDING_H
#define STORE_LANDING_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct landing;

/* paths[i] (lent) is where file i goes below the folder `root_fd` (lent too): through os/beneath, so
 * never elsewhere; folders are made. What is there is replaced. */
int landing_open(struct landing **out, int root_fd, const char *const *paths, size_t n) MUST_CHECK;

/* File i begins, or begins again; `size` may be UINT64_MAX. */
int landing_begin(struct landing *l, size_t i, uint64_t size) MUST_CHECK;
/* Parts may come in any order when the size is known. */
int landing_write(struct landing *l, size_t i, uint64_t at, const void *data,
                  size_t len) MUST_CHECK;
/* It is all there: ERR_CORRUPT if that is not as much as was promised. */
int landing_end(struct landing *l, size_t i) MUST_CHECK;

/* Drops what is not whole. */
void landing_close(struct landing *l);

#endif
