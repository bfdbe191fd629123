/*
 * Cache to workspace: makes a path hold what a digest names, touching only what differs.
 *
 * All writes go through os/beneath. A file that would be overwritten or deleted and whose bytes are
 * not in the cache is the user's only copy: without `force` nothing at all is changed and
 * ERR_EXISTS says which path. What the cache lacks is found before the first change; then nothing
 * is deleted or written unless `partial` is set.
 */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"
#include "os/link.h"

struct arena;
struct cache;
struct progress;
struct scan;
struct statcache;

struct place_links {
    enum link_type type[4]; /* tried in order, from cache.type */
    int n;
};

struct place_spec {
    int root_fd;
    const char *path;       /* of the out, repo-relative */
    const char *below;      /* only this file or folder inside a folder out; "" or NULL: all */
    struct digest digest;   /* what should be there; unset: nothing (the path is removed) */
    bool isexec;            /* single files: add the owner's x bit */
    const struct scan *now; /* what is there, hashed */
    struct cache *cache;
    const struct place_links *links;
    struct statcache *state;
    bool force;
    bool relink;  /* make every link anew, by the types in `links` */
    bool partial; /* place what the cache has, name the rest (checkout --allow-missing) */
    struct progress *progress;
};

enum place_change { PLACE_NONE, PLACE_ADDED, PLACE_MODIFIED, PLACE_DELETED };

struct place_result {
    enum place_change change;          /* of the out as a whole */
    uint64_t added, modified, deleted; /* files */
    struct strv missing;               /* hex digests the cache lacks or holds damaged */
};

/* Removes the folders of spec->now that hold nothing, for no listing has them; whether there were
 * any. place_apply does it too. */
bool place_prune(const struct place_spec *spec);

/* ERR_NOT_FOUND with result->missing filled when the cache lacks objects (and !partial). */
int place_apply(struct place_result *result, struct arena *arena,
                const struct place_spec *spec) MUST_CHECK;

/* After add or commit: replaces workspace files by links to their objects where `links` asks for
 * links (hardlink, symlink, or reflink where the file system has it); copies stay as they are. */
int place_relink(struct arena *arena, const struct place_spec *spec) MUST_CHECK;

/* Whether the path is a symlink to an object of the cache that is gone: it holds nothing of the
 * user's. */
bool place_is_dead_link(struct cache *cache, int root_fd, const char *path);

/* Which kind of link the file at path is to its object; for unprotect and relink decisions. */
enum link_type place_link_type(struct cache *cache, int root_fd, const char *path,
                               const struct digest *d);

#endif
