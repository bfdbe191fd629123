/*
 * Inside of store/: one file from the cache to its name in the workspace, as copy or link. It is
 * made under another name and renamed when it is complete.
 */
#ifndef STORE_PLACE_FILE_H
#define STORE_PLACE_FILE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/attr.h"
#include "os/link.h"

struct cache;
struct digest;
struct place_links;
struct staging;

#define PLACE_BUFFER (64u << 10)

/* What all files of one run share. */
struct place_means {
    struct cache *cache;
    const struct place_links *links;
    bool isexec; /* copies get the owner's x bit */
    /* Files on their way are in a folder of ours beside the state tables, so that a run that is
     * ended leaves nothing among the user's files. NULL or not usable (another file system): a
     * temporary name in the target's folder. */
    struct staging *staging;
    atomic_bool beside;
    atomic_bool cannot[LINK_COPY + 1]; /* link types that the file systems do not have */
};

struct place_target {
    struct place_means *means;
    const struct digest *digest;
    const char *full; /* repo-relative, for messages */
    int parent;       /* descriptor of its folder */
    const char *name; /* in there */
    char *buffer;     /* PLACE_BUFFER bytes */
    bool staged;      /* the staging folder can be used: it is on the same file system */
    bool replace;     /* what stands there is replaced; else it is ERR_EXISTS */
};

/* Whether files for the folder can wait in the staging folder: below an out another file system may
 * be mounted. */
bool place_can_stage(const struct place_means *m, int parent);

/* By the first link type that works. */
int place_file(const struct place_target *t) MUST_CHECK;

#endif
