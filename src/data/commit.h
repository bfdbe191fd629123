/*
 * commit: record what the workspace has.
 */
#ifndef DATA_COMMIT_H
#define DATA_COMMIT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct data;
struct stage;

struct commit_request {
    struct strv targets;
    bool force, with_deps, recursive, no_relink, data_only;
};

/* Takes the repository lock. Without force a stage whose deps, command or file list changed is refused
 * ("Use `-f|--force` to force."). */
int data_commit(struct data *d, const struct commit_request *o) MUST_CHECK;

#endif
