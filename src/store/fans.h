/*
 * Inside of store/: many objects taken fan-out folder by fan-out folder, so that one thread works in
 * a folder at a time and names are looked up in the folder rather than from the root.
 */
#ifndef STORE_FANS_H
#define STORE_FANS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "store/cache_dir.h"

struct fans {
    size_t *order;            /* indexes of the objects, by folder, else as they came */
    size_t from[FAN_OUT + 1]; /* where those of each folder start in `order` */
};

/* The n digests lie `stride` bytes apart, as members of an array's items. One that is not set, or
 * not asked for (`asked`; NULL: all are), belongs to no folder. */
void fans_sort(struct fans *f, const struct digest *first, size_t stride, size_t n,
               const bool *asked);
void fans_release(struct fans *f);

#endif
