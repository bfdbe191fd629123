/*
 * `data status`: the last commit, what .dvc files and dvc.yaml record now, and what the workspace
 * has; and where all that data is not.
 */
#ifndef DATA_THREEWAY_H
#define DATA_THREEWAY_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/compare.h"

struct arena;
struct data;

struct threeway_request {
    struct strv targets; /* paths as typed */
    bool files;          /* --granular */
    bool same;           /* what did not change, too */
    bool not_in_remote;
    const char *remote; /* for not_in_remote; NULL: the default one */
};

/* Lists are sorted by path_compare. */
struct threeway {
    struct comparison committed;   /* from HEAD to the records; empty without a Git repository */
    struct comparison uncommitted; /* from the records to the workspace; with what is in no cache */
    struct strv unchanged;         /* between all three */
    struct strv not_in_remote;
};

/* Takes no lock and writes nothing but the statcache. Values live in `arena`; release `out` also
 * after an error. */
int threeway_status(struct threeway *out, struct arena *arena, struct data *d,
                    const struct threeway_request *o) MUST_CHECK;
void threeway_release(struct threeway *t); /* for CLEANUP */

#endif
