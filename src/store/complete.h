/*
 * Folders that a store across a network was found to hold whole: the listing and each of its files.
 * A listing is stored after its files and removed before them, so for a day the listing's presence
 * is taken for theirs, and a push with nothing to do asks for one object rather than for all. Kept
 * as notes (store/worknote.h); they are hints, and may be lost. One thread.
 */
#ifndef STORE_COMPLETE_H
#define STORE_COMPLETE_H

#include <stdbool.h>

struct complete;
struct digest;
struct odb;
struct statcache;

/* NULL when nothing is kept of this store, or by this process now; all take NULL. */
struct complete *complete_open(const struct statcache *state, const struct odb *o);
void complete_close(struct complete *c); /* saves what is new */

bool complete_has(const struct complete *c, const struct digest *listing);
void complete_add(struct complete *c, const struct digest *listing);

/* Something was removed from the store by itself. */
void complete_forget(const struct statcache *state, const struct odb *o);

#endif
