/*
 * Which objects a command means: those of the outs that its targets name, in the workspace or at
 * revisions, sorted by the remote they belong to.
 */
#ifndef DATA_USED_H
#define DATA_USED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"
#include "data/cloud.h"
#include "data/import_source.h"
#include "store/transfer.h"

struct arena;
struct data;
struct sync_request;

/* The objects of one remote and one kind of names. */
struct used_group {
    const char *remote; /* NULL: the default remote */
    bool bound;         /* by `remote:` of the outs, not by the request */
    enum hash_algo algo;
    struct transfer_wants wants;
    struct cloud_wants
        versions; /* USED_FETCH, of a remote that keeps versions: the same by paths */
    struct map seen;
};

struct used {
    VEC(struct used_group) groups;
    struct import_wants imports; /* from other repositories */
    struct map imports_seen;
    struct strv
        partial; /* USED_FETCH: paths of outs to be asked of their sources, see import_partial.h */
    bool empty;  /* no stage at all in the workspace */
};

enum used_for { USED_PUSH, USED_FETCH, USED_CLOUD_STATUS, USED_BUNDLE };

/* Release `out` also after an error. A revision that cannot be read is left out with a warning,
 * unless it is the only one. Values live in `arena`. */
int used_collect(struct used *out, struct arena *arena, struct data *d,
                 const struct sync_request *o, enum used_for what) MUST_CHECK;
void used_release(struct used *u); /* for CLEANUP */

void wants_release(struct transfer_wants *w); /* for CLEANUP */

#endif
