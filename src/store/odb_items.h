/*
 * Objects on their way as a set: sorted by digest, each once.
 */
#ifndef STORE_ODB_ITEMS_H
#define STORE_ODB_ITEMS_H

#include "base/vec.h"
#include "store/odb.h"

struct odb_items VEC_OF(struct odb_item);

void odb_items_add(struct odb_items *v, const struct digest *d); /* its size is not known */
void odb_items_sort(struct odb_items *v);                        /* and drops what is there twice */
const struct odb_item *odb_items_find(const struct odb_items *v, const struct digest *d);
void odb_items_release(struct odb_items *v); /* with the words of its failures */

#endif
