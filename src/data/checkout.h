/*
 * checkout: make the workspace what the .dvc files and dvc.lock say.
 */
#ifndef DATA_CHECKOUT_H
#define DATA_CHECKOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/data.h"

struct arena;

struct map;

struct checkout_request {
    struct strv targets;
    bool with_deps, recursive, glob, force, relink, allow_missing;
    const struct map *contents; /* path -> struct content, of outs that record nothing; or NULL */
    confirm_fn *confirm; /* asked before files that are in no cache are overwritten; may be NULL */
    void *confirm_ctx;
};

struct checkout_result {
    struct strv added, modified, deleted; /* outs, as shown; folders first, with a trailing slash */
    uint64_t files_added, files_modified, files_deleted;
    struct strv
        failed; /* outs, as shown, that the cache lacks (in part), or that nothing is recorded for */
};

/* Takes the repository lock. Outs that vanished from all .dvc files since the last checkout are
 * removed, as DVC does, if their content is in the cache. A file that is in no cache would be lost:
 * unless forced or confirmed nothing is changed and ERR_EXISTS names it. An out that the cache
 * lacks stays as it is (with allow_missing: gets what is there), the others are placed; then
 * ERR_NOT_FOUND with result->failed filled, or success with allow_missing. */
int data_checkout(struct checkout_result *result, struct arena *arena, struct data *d,
                  const struct checkout_request *o) MUST_CHECK;
void checkout_result_release(struct checkout_result *result); /* fine for a zeroed one */

#endif
