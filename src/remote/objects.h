/*
 * A store of objects made of files by key: DVC's layout (store/cache.h has it)
 * over any kind of remote. What is there is learned by listing or by asking for each, whichever
 * costs less for the set that is asked for.
 */
#ifndef REMOTE_OBJECTS_H
#define REMOTE_OBJECTS_H

#include "hash/digest.h"

struct files;
struct odb;

/* Takes ownership of f. */
struct odb *objects_open(struct files *f, enum hash_algo algo);

#endif
