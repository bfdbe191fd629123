/*
 * gc: take out of the cache, and with `cloud` out of remotes, what the workspace and the revisions in
 * scope do not use. Everything is found before anything goes, and whatever cannot be read is a
 * reason to stop: not to know what is used must never look like not using it.
 */
#ifndef DATA_GC_H
#define DATA_GC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/scope.h"
#include "store/garbage.h"

struct arena;
struct data;

struct gc_request {
    struct scope scope;
    struct strv projects;  /* roots of other projects whose data is kept too */
    bool cloud;            /* remotes, too: the one named or the default, and those of outs */
    bool not_in_remote;    /* keep nothing that a remote has */
    const char *remote;    /* NULL: the default */
    bool skip_failed;      /* go on without what cannot be read */
    bool dry;              /* only find; takes no lock */
    int64_t trash_seconds; /* put what goes from the cache into the trash for so long; 0: delete */
    int jobs;              /* 0: the remote's `jobs` */
};

/* What goes, or went, from one store. */
struct gc_store {
    bool cache;        /* one of ours, not a remote */
    const char *name;  /* "the cache", "remote 'r'" */
    const char *where; /* folder or url of the objects, for messages */
    struct garbage garbage;
};

struct gc_result {
    VEC(struct gc_store) stores;
};

/* Takes the repository's lock and those of the other projects. The result is filled as far as it
 * came also after an error. ERR_CONFIG when a remote is needed and none is configured. */
int data_gc(struct gc_result *result, struct arena *arena, struct data *d,
            const struct gc_request *o) MUST_CHECK;
void gc_result_release(struct gc_result *r); /* for CLEANUP; fine for a zeroed one */

/* Brings back what the last collection put into the trash. ERR_NOT_FOUND if that is empty. */
int data_gc_undo(uint64_t *objects, uint64_t *bytes, struct data *d) MUST_CHECK;

#endif
