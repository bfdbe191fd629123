/*
 * A directory of objects in DVC's layout: <dir>/files/<algo>/<2>/<30>[.dir], mode 0444; those of
 * DVC 2 <dir>/<2>/<30>. The repository's cache, its DVC 2 twin, and a directory remote are all this.
 *
 * Objects arrive in batches: written under temporary names (in a folder of this run below the
 * object root, held by a flock, swept by the next run when its owner has died), made durable
 * together, then renamed. An object that is there is trusted while the identity recorded for it
 * holds; else it is hashed before it is used. A damaged one is set aside as <name>.corrupt and
 * reported as missing.
 */
#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "hash/digest.h"
#include "store/odb.h"

struct cache;
struct hash_item;
struct progress;
struct statcache;
struct str;

struct cache_config {
    const char *dir;     /* absolute and normal; made when first written to */
    bool follow;         /* dir may itself be a symlink, for the user named it; the default
                                folder may not: it may come with a stranger's repository */
    const char *label;   /* "cache", or the remote's name, for messages */
    enum hash_algo algo; /* of the names; HASH_NONE is HASH_MD5 */
    bool group_shared;   /* cache.shared = group: new folders 02775 */
    bool unsynced; /* objects need not be durable before they are named: cairn.fsync = false */
    struct statcache
        *state; /* where identities of objects are kept; NULL: objects are always hashed */
};

/* Where objects of this algorithm lie in a store: "files/md5"; "" for HASH_MD5_DOS2UNIX. */
const char *cache_layout(enum hash_algo algo);

int cache_open(struct cache **out, const struct cache_config *cfg) MUST_CHECK;
void cache_close(struct cache *c);
void cache_closep(struct cache **c);

/* The same directory seen as a remote (ops of the kind "local"); takes ownership of c. */
struct odb *cache_as_odb(struct cache *c, const char *name, const char *url);

/* The cache behind such a remote; NULL for those of other kinds. */
struct cache *odb_as_cache(struct odb *o);

/* Removes what dead runs left in it, which the first write does too. Once; fine when there is no
 * such folder. */
void cache_sweep(struct cache *c);

const char *cache_dir(const struct cache *c);
const char *cache_objects(const struct cache *c); /* the folder of the objects, for messages */
/* Appends the absolute path of the object (whether or not it exists). */
void cache_path(const struct cache *c, const struct digest *d, struct str *out);

/* Whether an object of this name is there; nothing is read. */
bool cache_has(struct cache *c, const struct digest *d);

/* cache_has for many at once, in any order. */
int cache_has_many(struct cache *c, const struct digest *d, size_t n, bool *have) MUST_CHECK;
/* The same for digests that lie `stride` bytes apart, as members of an array's items. `asked` (NULL:
 * all) leaves out the others, whose have[i] is false. */
int cache_has_members(struct cache *c, const struct digest *first, size_t stride, size_t n,
                      const bool *asked, bool *have) MUST_CHECK;
/* Which are there under the identity recorded for them; nothing is read. */
int cache_trusts_many(struct cache *c, const struct digest *d, size_t n, bool *trusted) MUST_CHECK;

/* Makes sure that each object is there and whole: trusts a recorded identity, else hashes it (on
 * all cores) and records it. A damaged object is set aside. items[i].rc: 0, ERR_NOT_FOUND or
 * ERR_CORRUPT. */
int cache_verify(struct cache *c, struct odb_item *items, size_t n, struct progress *p) MUST_CHECK;

/* The same, but every object is read, whatever is known of it; `set_aside`: damaged ones are. */
int cache_rehash(struct cache *c, struct odb_item *items, size_t n, bool set_aside,
                 struct progress *p) MUST_CHECK;

/* Appends the bytes of an object, at most `max`, checked against the digest. */
int cache_read(struct str *out, struct cache *c, const struct digest *d, size_t max) MUST_CHECK;

/* Stores a text (a `.dir` listing); durable on return. `d` receives its digest; d->is_dir as given.
 * */
int cache_write(struct digest *d, struct cache *c, enum hash_algo algo, bool is_dir,
                const void *data, size_t len) MUST_CHECK;

/* Stores files: hashes each while it is copied, skips what is there already. Everything is durable
 * and named on return. items[i].digest and .id are filled; a file that kept changing is stored
 * under no name (items[i].changed). Paths are relative to dirfd and followed if symlinks. */
int cache_ingest(struct cache *c, struct hash_item *items, size_t n, int dirfd,
                 struct progress *p) MUST_CHECK;

/* From here on cache_ingest and cache_write do the work up to the name: what they store waits under
 * temporary names, unknown to all other functions, until cache_publish makes all of it durable, then
 * names it, files before listings. What is never published is lost, as by a crash. */
void cache_hold(struct cache *c);
int cache_publish(struct cache *c) MUST_CHECK; /* fine when nothing waits */

/* Copies objects from one cache to another, hashing on the way; damaged ones are not copied
 * (ERR_CORRUPT in their item), and, with `set_aside`, renamed in `from`. An error only when nothing
 * can go on. */
int cache_copy(struct cache *to, struct cache *from, struct odb_item *items, size_t n,
               bool set_aside, struct progress *p) MUST_CHECK;

/* Opens an object for reading after cache_verify said it is whole. */
int cache_open_object(int *fd, struct cache *c, const struct digest *d) MUST_CHECK;

int cache_remove(struct cache *c, const struct digest *d) MUST_CHECK;
int cache_list(struct cache *c, odb_list_fn *fn, void *ctx) MUST_CHECK;

#endif
