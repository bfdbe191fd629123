/*
 * Objects that arrive as streams of bytes, one after the other, under digests known beforehand: out
 * of an archive. Each is hashed on its way; they are made durable and get their names together,
 * when enough have come or the caller asks for it. Between open and close nobody else writes to the
 * cache through the same handle. One thread.
 */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include <stddef.h>

#include "base/attr.h"
#include "hash/digest.h"

struct cache;
struct intake;

int intake_open(struct intake **out, struct cache *c) MUST_CHECK;
void intake_close(struct intake *in); /* what was not flushed is dropped; NULL is fine */

int intake_begin(struct intake *in, const struct digest *d) MUST_CHECK;
int intake_add(struct intake *in, const void *data, size_t len) MUST_CHECK;
/* ERR_CORRUPT if the bytes are not those that the digest names: then they are dropped, and the next
 * object may begin. */
int intake_end(struct intake *in) MUST_CHECK;

/* All that has ended is durable and has its name. Before a listing begins, so that its files are
 * there before it. */
int intake_flush(struct intake *in) MUST_CHECK;

#endif
