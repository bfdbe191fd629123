/*
 * The part that fetch and pull share.
 */
#ifndef DATA_FETCH_H
#define DATA_FETCH_H

#include <stddef.h>

#include "base/attr.h"

struct arena;
struct data;
struct drafts;
struct sync_request;
struct sync_result;

/* Brings into the cache what is to be had and warns of the rest, listed in
 * result->transfer.failed. *broken is the number of those that should have arrived: all but outs
 * that no store has ever got. With `drafts`, what is fetched will be checked out: *drafts may become
 * files for that, which the caller closes afterwards. */
int fetch_wanted(struct sync_result *result, size_t *broken, struct drafts **drafts,
                 struct arena *arena, struct data *d, const struct sync_request *o) MUST_CHECK;

#endif
