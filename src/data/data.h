/*
 * What every data verb works with: the repository, its cache and what is known of files. Opened by
 * a command, passed to the verbs.
 */
#ifndef DATA_DATA_H
#define DATA_DATA_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/map.h"
#include "hash/digest.h"
#include "model/repo_lock.h"
#include "store/place.h"

struct cache;
struct cache_config;
struct index;
struct lenders;
struct odb;
struct placed;
struct progress;
struct repo;
struct statcache;

/* All algorithms that objects are named by, DVC's first: for loops over the caches. */
enum { DATA_ALGOS = 4 };
extern const enum hash_algo data_algos[DATA_ALGOS];

struct data {
    struct repo *repo;
    struct statcache *state;
    /* The folder cache.dir in the layout of each algorithm, see data_cache_for; in the order of
     * data_algos. */
    struct cache *caches[DATA_ALGOS];
    enum hash_algo hash;      /* of new data: HASH_MD5 unless cairn.hash says otherwise */
    struct place_links links; /* cache.type */
    struct placed *placed;    /* see data/placed.h */
    struct lenders *lenders;  /* see data/lend.h */
    struct progress *progress;
    struct repo_lock lock; /* held between data_lock and data_close, if `locked` */
    bool locked;
    double lock_seconds;    /* how long to wait for locks; negative: for ever */
    struct map source_tips; /* what data/import_source was told: key -> commit */
    int jobs; /* -j: transfers at a time instead of the remote's `jobs`; 0: as configured */
};

int data_open(struct data **out, struct repo *r, struct progress *p) MUST_CHECK;
/* The same, but what is hashed is remembered below `state_dir` (as statcache_open takes it), and
 * nothing is known of before: for work beside a process that has its own data open. */
int data_open_beside(struct data **out, struct repo *r, struct progress *p,
                     const char *state_dir) MUST_CHECK;
void data_close(struct data *d); /* saves the statcache, gives the lock back */
void data_closep(struct data **d);

/* Takes the repository lock, for verbs that change something; they say so in their headers. Fine
 * when it is held: one verb may use another. */
int data_lock(struct data *d) MUST_CHECK;

/* From here on what is stored in the cache waits under temporary names until data_publish, which makes
 * it durable together: for many small commits, where each would wait for the disk. Pointers are
 * written after data_publish, and links to the objects made (commit_options.relink_later). */
void data_hold(struct data *d);
int data_publish(struct data *d) MUST_CHECK; /* fine when nothing waits */

/* The cache that holds digests of this algorithm; for HASH_NONE that of md5. */
struct cache *data_cache_for(const struct data *d, enum hash_algo algo);

/* The folder of the caches, cache.dir. */
const char *data_cache_dir(const struct data *d);

/* For who works with other caches than the repository's: opens one for each algorithm (`algo` of the
 * config does not matter), closes them, or makes one cache stand for all. */
int data_caches_open(struct data *d, const struct cache_config *cfg) MUST_CHECK;
void data_caches_close(struct data *d);
void data_caches_set(struct data *d, struct cache *c);

/* The remote by name (NULL: core.remote). ERR_FAILED if there is none, with a hint on how to make
 * one. `algo` names the objects that are meant, as for data_cache_for. Close with remote_close before
 * data_close. */
int data_remote_for(struct odb **out, struct data *d, const char *name,
                    enum hash_algo algo) MUST_CHECK;
/* Name of the default remote, or NULL. */
const char *data_remote_default(const struct data *d);
/* ERR_FAILED, as data_remote_for, unless the remote is configured; nothing is opened. */
int data_remote_check(const struct data *d, const char *name) MUST_CHECK;

/* Asks the user before something that cannot be taken back; NULL in a request: nobody to ask, so
 * no. */
typedef bool confirm_fn(void *ctx, const char *question);

#endif
