/*
 * cat: one file of this repository, tracked or not, at a revision or in the workspace.
 */
#ifndef DATA_CAT_H
#define DATA_CAT_H

#include <stddef.h>

#include "base/attr.h"

struct data;

/* Gets the bytes of the file, part by part; non-zero ends it and is returned. */
typedef int cat_fn(void *ctx, const void *data, size_t len);

/* `what`: "<path>" or "<rev>:<path>", the path as source_path takes it. Of tracked data that the cache
 * lacks only this file is fetched, into the cache. ERR_REFUSED if there is no such path. */
int data_cat(struct data *d, const char *what, cat_fn *fn, void *ctx) MUST_CHECK;

#endif
