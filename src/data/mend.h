/*
 * Objects that a store lacks, or had damaged, brought back from wherever they still are.
 */
#ifndef DATA_MEND_H
#define DATA_MEND_H

#include <stddef.h>

#include "base/attr.h"
#include "hash/digest.h"

struct arena;
struct data;
struct odb;

struct mend_item {
    struct digest digest;
    const char *out;    /* of the workspace, that records it; NULL: none does */
    const char *below;  /* the file inside of it, or NULL */
    const char *remote; /* that may have it; NULL: the default one, if there is one */
    const char *from;   /* out: where it came from, in words; NULL: nobody has it */
};

/* Into the cache: from the workspace, where the file still is what it was, else from remotes. A
 * remote that cannot be reached is warned of. */
int mend_cache(struct mend_item *items, size_t n, struct arena *arena, struct data *d) MUST_CHECK;

/* Into a remote whose objects these are, all of one algorithm: from the cache. */
int mend_remote(struct mend_item *items, size_t n, struct data *d, struct odb *o) MUST_CHECK;

#endif
