/*
 * cache migrate: objects of DVC 2 under the names of DVC 3.
 */
#ifndef DATA_MIGRATE_H
#define DATA_MIGRATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct data;

/* Takes the repository lock. *objects: those that are new in the layout of DVC 3; with `dry`, which
 * takes no lock, those that would be looked at. */
int data_migrate(uint64_t *objects, struct data *d, bool dry) MUST_CHECK;

#endif
