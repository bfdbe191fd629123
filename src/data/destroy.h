/*
 * destroy: the end of a repository. Its data stays in the workspace.
 */
#ifndef DATA_DESTROY_H
#define DATA_DESTROY_H

#include "base/attr.h"

struct data;

/* Removes all .dvc files, dvc.yaml and dvc.lock, .dvcignore and .dvc, with a cache that lies in it.
 * Links into the cache become files first. Takes the repository lock; closes *d, whose repository
 * has no folder any more. */
int data_destroy(struct data **d) MUST_CHECK;

#endif
