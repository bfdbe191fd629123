/*
 * Objects that come as streams, from a store across a network or out of an archive: hashed while they are written under
 * temporary names, named in the cache once they are whole and durable, in groups. Small ones are
 * held in memory until their last byte; large ones that a run leaves unfinished are kept in part for
 * the next (see store/partial.h). One thread.
 */
#ifndef STORE_INCOMING_H
#define STORE_INCOMING_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct cache;
struct digest;
struct incoming;
struct odb_item;

/* The items say what is expected; their sizes are filled as objects arrive, and the digests of those
 * that have none. They are lent until incoming_close; one that is not under way may be changed. */
int incoming_open(struct incoming **out, struct cache *to, struct odb_item *items,
                  size_t n) MUST_CHECK;

/* For items without a digest: names[i] tells the content of item i apart from all other, so that what
 * a run leaves of it unfinished is found by the next. An unset one: it begins anew. Lent. */
void incoming_keep_parts(struct incoming *in, const struct digest *names);

/* Item i begins, or begins again. `size` may be UINT64_MAX. *from: the bytes that are there from an
 * earlier run, and need not come again. */
int incoming_begin(struct incoming *in, size_t i, uint64_t size, uint64_t *from) MUST_CHECK;
/* Parts may come in any order when the size is known; each byte once. */
int incoming_write(struct incoming *in, size_t i, uint64_t at, const void *data,
                   size_t len) MUST_CHECK;
/* It is all there: ERR_CORRUPT if it is not what its digest says, and then nothing is kept. */
int incoming_end(struct incoming *in, size_t i) MUST_CHECK;

/* What has arrived has its name: before a listing begins, so that its files are there before it. It
 * is called by itself when enough has come. */
int incoming_flush(struct incoming *in) MUST_CHECK;

/* Names what has arrived, and drops what has not; also after an error. */
int incoming_close(struct incoming *in) MUST_CHECK;

#endif
