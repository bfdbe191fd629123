/*
 * What is kept of other repositories from one command to the next, below the user's cache folder:
 * clones, and what is remembered of their data. It is for one user alone, for a repository may be
 * private. What nobody used for 30 days goes when a clone comes in.
 */
#ifndef DATA_KEPT_H
#define DATA_KEPT_H

#include "base/attr.h"

struct arena;

#define KEPT_CLONES  "clones"
#define KEPT_SOURCES "sources"

/* The folder for the place of that address, with the end of the address to be recognised by; it need
 * not be there, and counts as used now if it is. */
int kept_place(const char **out, struct arena *arena, const char *kind,
               const char *address) MUST_CHECK;

/* Removes what has not been used for long; no clone that somebody fetches into. What cannot be
 * removed stays. */
void kept_expire(struct arena *arena);

#endif
