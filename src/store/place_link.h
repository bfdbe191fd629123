/*
 * Inside of store/: whether a file with the right content is linked as cache.type wants it.
 */
#ifndef STORE_PLACE_LINK_H
#define STORE_PLACE_LINK_H

#include <stdbool.h>

struct place_spec;
struct scan_file;

/* Whether cache and workspace can share blocks: tried when it is first asked. */
enum place_reflinks { REFLINKS_UNTRIED, REFLINKS_NO, REFLINKS_YES };

/* Whether it is not what the first type of cache.type that works here would make of it. A copy and
 * a reflink look alike: after `add` either is taken for what is wanted, with spec->relink neither.
 */
bool place_needs_relink(enum place_reflinks *reflinks, const struct place_spec *spec,
                        const struct scan_file *now);

#endif
