/*
 * Files for the workspace, written while their objects are fetched, from the bytes that are in
 * memory anyway: what is fetched and checked out in one go is read once. They lie in a staging
 * folder beside the state tables, named by their digests, and placing renames them; it does without
 * those that are not there. Only small objects, and one file of each content.
 */
#ifndef STORE_DRAFTS_H
#define STORE_DRAFTS_H

#include <stdbool.h>
#include <stddef.h>

struct cache;
struct digest;
struct drafts;
struct place_links;
struct statcache;

/* From here on `c` makes drafts of what it gets, and placing takes them. NULL, and nothing is done,
 * where the workspace would not be given copies, by cache.type or because bytes can be shared. */
struct drafts *drafts_open(struct cache *c, struct statcache *state,
                           const struct place_links *links);
void drafts_close(struct drafts *d); /* with all that is left; NULL is fine */

/* Any thread. Trouble means only that there is no draft. */
void drafts_add(struct drafts *d, const struct digest *digest, const void *data, size_t len);

/* Any thread. Whether there was one, which has now this name; errno is ENOENT if there was none.
 * `flags` are those of renameat2. */
bool drafts_take(struct drafts *d, const struct digest *digest, int dir, const char *name,
                 unsigned flags);

#endif
