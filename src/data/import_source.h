/*
 * The source of data that was imported from another repository. Sources on this machine (a path,
 * file://) are opened where they are; others are not supported yet.
 */
#ifndef DATA_IMPORT_SOURCE_H
#define DATA_IMPORT_SOURCE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct data;
struct dep;
struct transfer_result;

/* One imported out: what it holds and where that came from. */
struct import_want {
    const char *url, *rev; /* of the repository, and the commit in it */
    const char *source;    /* path in it */
    const char *wdir;      /* of the importing stage: relative urls may start there */
    const char *path;      /* of the out here */
    const char *below;     /* only this part of it, or NULL */
    struct digest digest;  /* of the out */
};
struct import_wants VEC_OF(struct import_want);

/* Whether the branch or tag that the import follows has moved since. `wdir` as below.
 * ERR_UNSUPPORTED for a source elsewhere. */
int import_source_moved(bool *yes, struct arena *arena, struct data *d, const struct dep *dep,
                        const char *wdir) MUST_CHECK;

/* Brings what the cache lacks of these imports from their sources: the caches and remotes of those
 * repositories, or their Git history. What cannot be had is listed in result->failed. */
int import_source_fetch(struct transfer_result *result, struct arena *arena, struct data *d,
                        const struct import_wants *wants) MUST_CHECK;

#endif
