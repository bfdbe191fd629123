/*
 * What every data verb works with: the repository, its cache and what is known of files. Opened by a command,
 * passed to the verbs.
 */
#ifndef DATA_DATA_H
#define DATA_DATA_H

#include <stdbool.h>

#include "base/attr.h"
#include "model/repo_lock.h"
#include "store/place.h"

struct cache;
struct index;
struct odb;
struct progress;
struct repo;
struct statcache;

struct data {
    struct repo *repo;
    struct statcache *state;
    struct cache *cache;     /* cache.dir, DVC 3 layout */
    struct cache *legacy;    /* the same folder in DVC 2 layout */
    struct place_links links; /* cache.type */
    struct progress *progress;
    struct repo_lock lock;   /* held between data_lock and data_close or data_unlock */
    double lock_seconds;     /* how long to wait for locks; negative: for ever */
};

int data_open(struct data **out, struct repo *r, struct progress *p) MUST_CHECK;
void data_close(struct data *d); /* saves the statcache, gives the lock back */
void data_closep(struct data **d);

/* Takes the repository lock, for verbs that change something; they say so in their headers. */
int data_lock(struct data *d) MUST_CHECK;

/* The cache that holds a digest: legacy for md5-dos2unix. */
struct cache *data_cache_for(struct data *d, enum hash_algo algo);

/* The remote by name (NULL: core.remote). ERR_CONFIG if there is none; `hint` on how to make one. `legacy` asks for the
 * DVC 2 layout of the same place. */
int data_remote_open(struct odb **out, struct data *d, const char *name, bool legacy) MUST_CHECK;
/* Name of the default remote, or NULL. */
const char *data_remote_default(const struct data *d);

#endif
