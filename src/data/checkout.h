/*
 * checkout: make the workspace what the .dvc files and dvc.lock say.
 */
#ifndef DATA_CHECKOUT_H
#define DATA_CHECKOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct data;

struct checkout_request {
    struct strv targets;
    bool with_deps, recursive, force, relink, allow_missing;
};

struct checkout_result {
    struct strv added, modified, deleted; /* outs, repo-relative; folders with a trailing slash */
    uint64_t files_added, files_modified, files_deleted;
    struct strv failed; /* outs whose cache is missing */
};

/* Takes the repository lock. Outs that vanished from all .dvc files since the last checkout are removed, as DVC does, if
 * their content is in the cache. On missing cache: what can be placed is, ERR_NOT_FOUND, result->failed filled. */
int data_checkout(struct checkout_result *result, struct arena *arena, struct data *d,
                  const struct checkout_request *o) MUST_CHECK;

#endif
