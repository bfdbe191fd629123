/*
 * The source of data that was imported from another repository.
 */
#ifndef DATA_IMPORT_SOURCE_H
#define DATA_IMPORT_SOURCE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/source.h"
#include "hash/digest.h"

struct arena;
struct data;
struct dep;
struct transfer_result;

/* One imported out: what it holds and where that came from. */
struct import_want {
    struct source_spec spec; /* the commit that it was taken from */
    const char *source;      /* path in it */
    const char *path;        /* of the out here */
    const char *below;       /* only this part of it, or NULL */
    struct digest digest;    /* of the out */
};
struct import_wants VEC_OF(struct import_want);

/* Whether the branch or tag that the import follows has moved since. `wdir` is that of its stage.
 * Sources are asked once. */
int import_source_moved(bool *yes, struct arena *arena, struct data *d, const struct dep *dep,
                        const char *wdir) MUST_CHECK;

/* Brings what the cache lacks of these imports from their sources: the caches and remotes of those
 * repositories, or their Git history. What cannot be had is listed in result->failed. */
int import_source_fetch(struct transfer_result *result, struct arena *arena, struct data *d,
                        const struct import_wants *wants) MUST_CHECK;

#endif
