/*
 * remove: stop tracking.
 */
#ifndef DATA_REMOVE_H
#define DATA_REMOVE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct data;

struct remove_request {
    struct strv
        targets; /* stages, or .dvc files; a path of data is refused with a hint, as by DVC */
    bool outs;   /* --outs: the data in the workspace too */
};

/* Takes the repository lock. Removes the .dvc file or the stage from dvc.yaml and dvc.lock, and the
 * .gitignore lines. Nothing is staged in Git, nor asked to be. */
int data_remove(struct data *d, const struct remove_request *o) MUST_CHECK;

#endif
