/*
 * Inside of store/: the folder of a cache, and single objects in it. Used by the files that make up
 * the cache; everyone else uses store/cache.h.
 *
 * Objects are reached as "ab/cdef…" from the root's descriptor. Each of the 256 folders is checked
 * once to be a real folder, so that a planted symlink neither takes writes nor lends its content.
 */
#ifndef STORE_CACHE_DIR_H
#define STORE_CACHE_DIR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct drafts;
struct file_id;
struct odb_item;
struct staging;
struct stat_table;
struct statcache;

#define OBJECT_MODE     0444
#define OBJECT_NAME_MAX (DIGEST_TEXT_MAX + 1 + sizeof ".corrupt")
#define FAN_OUT         256

/* A complete file in the staging folder. */
struct staged {
    struct digest digest;
    uint64_t number;
};

struct cache {
    char *dir, *label;
    char *root_path;     /* dir or dir/files/md5, for messages */
    enum hash_algo algo; /* of the names */
    bool flat;           /* the objects lie in dir itself */
    bool group_shared, follow;
    bool network;
    bool swept;    /* leftovers of dead runs were looked for */
    bool unsynced; /* nothing has to be durable */
    bool hold;     /* see cache_hold */
    VEC(struct staged) held;
    int root; /* descriptor of root_path; -1 until it is there */
    struct staging *staging;
    struct drafts *drafts;        /* see store/drafts.h; NULL: none are made */
    struct statcache *state;      /* NULL: nothing is remembered */
    struct stat_table *objects;   /* of state, once it was needed */
    _Atomic uint8_t fan[FAN_OUT]; /* enum fan_state */
};

/* The algorithm of the names here. */
enum hash_algo cache_algo(const struct cache *c);

/* Opens the root if it exists. False: there is none (no error), or it cannot be used (logged). */
bool cache_root_ready(struct cache *c);
/* Makes root and staging folder, and removes what dead runs left. */
int cache_root_make(struct cache *c) MUST_CHECK;
int cache_fan_make(struct cache *c, uint8_t first_byte) MUST_CHECK;
const char *fan_name(char out[3], uint8_t first_byte); /* "ab" */
mode_t cache_folder_mode(const struct cache *c);       /* of new folders */

/* Calls fn for each object's name in the fan-out folder below `root` (the path is for messages), as
 * the folder lists them: regular files, or what the system does not tell the kind of. Only the
 * spelling that we write counts. `name` lies in the folder `fd`. An absent folder is empty, and so
 * is what is no folder. Any thread. */
typedef int fan_fn(void *ctx, const struct digest *d, int fd, const char *name);
int fan_each(int root, const char *shown, enum hash_algo algo, uint8_t first_byte, fan_fn *fn,
             void *ctx) MUST_CHECK;

/* "ab/cdef…[.dir]" */
const char *object_name(char out[OBJECT_NAME_MAX], const struct digest *d);

/* Whether a regular file is there under the name of the object; its identity. Any thread. */
bool object_peek(struct cache *c, const struct digest *d, struct file_id *id);
/* Whether this identity is the one under which the object was found whole. Any thread, after
 * cache_settle_trust. */
bool object_trusted(const struct cache *c, const struct digest *d, const struct file_id *id);
void object_note(struct cache *c, const struct digest *d, const struct file_id *id);

/* object_peek (mode 0: it is not there) and object_trusted of many. */
int cache_look_many(struct cache *c, const struct odb_item *items, size_t n, struct file_id *ids,
                    bool *trusted) MUST_CHECK;

/* Before many objects are looked at: absent folders are looked for again, and what was noted meanwhile
 * is found. Who only asks for presence is spared the table of identities. */
void cache_settle(struct cache *c);
void cache_settle_trust(struct cache *c);

/* Opens for reading, never through a symlink. errno is set; -1 if it cannot be. */
int object_open(struct cache *c, const struct digest *d);
/* Whether the object holds these bytes. */
bool object_holds(struct cache *c, const struct digest *d, const void *data, size_t len);
/* Renames a damaged object to <name>.corrupt and says so. */
void object_set_aside(struct cache *c, const struct digest *d);

/* Gives a complete and durable staged file its name as object; the folders are not synced. */
int object_publish(struct cache *c, const struct digest *d, uint64_t number) MUST_CHECK;
/* Makes these staged files durable together, then gives them their names, listings last, and
 * remembers them as whole. */
int cache_name_staged(struct cache *c, const struct staged *list, size_t n) MUST_CHECK;
/* Makes the new names in these folders durable. */
int cache_sync_folders(struct cache *c, const bool touched[FAN_OUT]) MUST_CHECK;

#endif
