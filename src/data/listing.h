/*
 * The listing of a tracked folder, from the cache or, failing that, from a remote.
 */
#ifndef DATA_LISTING_H
#define DATA_LISTING_H

#include "base/attr.h"

struct arena;
struct data;
struct digest;
struct tree;

/* Fetched into the cache from `remote` (NULL: the default one, if there is one) when it is not there
 * whole. ERR_NOT_FOUND if nobody has it, ERR_INVALID if it is no listing. */
int listing_load(struct tree *tree, struct arena *arena, struct data *d,
                 const struct digest *digest, const char *remote) MUST_CHECK;

#endif
