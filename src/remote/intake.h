/*
 * Files of a place that become objects of a cache as they arrive.
 */
#ifndef REMOTE_INTAKE_H
#define REMOTE_INTAKE_H

#include <stddef.h>

#include "base/attr.h"

struct cache;
struct digest;
struct files;
struct files_item;
struct odb_item;
struct progress;

/* Gets items[i], and stores it as objects[i], which says what is expected and learns what came
 * (store/incoming.h). What a single one failed for is in its item. `names`: as for
 * incoming_keep_parts, or NULL. */
int files_intake(struct files *from, struct files_item *items, struct cache *to,
                 struct odb_item *objects, size_t n, const struct digest *names,
                 struct progress *p) MUST_CHECK;

#endif
