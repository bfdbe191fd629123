/*
 * Objects that were taken out of a cache but can be put back for a time. They lie below the object
 * root itself, so that taking out and putting back are renames, on whatever file system the cache
 * is: `.trash/<made>.<until>/<2>/<30>`, with the nanosecond at which the batch was begun and the
 * second after which it may go. DVC passes over folders that are called so.
 */
#ifndef STORE_TRASH_H
#define STORE_TRASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct cache;
struct digest;

#define TRASH_NAME_MAX 48

/* The name of a batch that is begun at this nanosecond and kept until that second. */
const char *trash_name(char out[TRASH_NAME_MAX], int64_t made_ns, int64_t until);

/* Opens the folder of a batch, making it. */
int trash_open(int *fd, struct cache *c, const char *batch) MUST_CHECK;
/* Moves one object there; one that is gone already is fine. Any thread. */
int trash_put(int batch, struct cache *c, const struct digest *d) MUST_CHECK;

/* The youngest batch; false if there is none. */
bool trash_newest(char out[TRASH_NAME_MAX], struct cache *c);
/* Puts the objects of a batch back, files before listings, and removes it; adds to *objects and
 * *bytes. A cache that has no such batch is fine. */
int trash_restore(uint64_t *objects, uint64_t *bytes, struct cache *c,
                  const char *batch) MUST_CHECK;
/* Deletes the batches whose time is over. */
int trash_expire(struct cache *c, int64_t now) MUST_CHECK;

#endif
