/*
 * A store of objects named by their digest: the cache, and every kind of remote alike. All entries
 * are batch-shaped, for a store across a network is only fast with many requests under way. One
 * file per kind; nothing else knows a kind by name.
 */
#ifndef STORE_ODB_H
#define STORE_ODB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "hash/digest.h"

struct cache;
struct odb;
struct progress;

/* One object on its way. */
struct odb_item {
    struct digest digest;
    uint64_t size; /* bytes, UINT64_MAX if unknown; set by get and put */
    int rc;        /* 0, ERR_NOT_FOUND, ERR_CORRUPT, …: a batch goes on past a failed item */
    char *why;     /* words for rc, to be freed by the caller; NULL when rc is 0 */
};

/* An object found by list. Non-zero ends the listing and is returned. */
typedef int odb_list_fn(void *ctx, const struct digest *d, uint64_t size);

struct odb_ops {
    const char *scheme; /* "local", "s3" … */
    /* have[i]: whether want[i] is there under its final name. */
    int (*exists)(struct odb *o, const struct digest *want, size_t n, bool *have,
                  struct progress *p);
    /* Copies objects of `from` here; each is verified while it is read, appears under its name only
     * whole and durable. Returns an error only when nothing can go on (no permission, no space,
     * cancel). */
    int (*put)(struct odb *o, struct cache *from, struct odb_item *items, size_t n,
               struct progress *p);
    /* Copies objects from here into `to`; bytes that do not match their digest never get there. */
    int (*get)(struct odb *o, struct cache *to, struct odb_item *items, size_t n,
               struct progress *p);
    /* Reads objects where they are and fills items[i].rc as cache_verify does; nothing is set aside.
     * NULL: they have to be fetched for that, see odb_verify. */
    int (*verify)(struct odb *o, struct odb_item *items, size_t n, struct progress *p);
    int (*list)(struct odb *o, odb_list_fn *fn, void *ctx); /* NULL: this kind cannot list */
    int (*remove)(struct odb *o, const struct digest *d, size_t n);
    /* Files outside the digest layout: the run cache under "runs/". Paths relative to the store's
     * url. NULL: not supported. */
    int (*read_file)(struct odb *o, const char *path, const char *local_path);
    int (*write_file)(struct odb *o, const char *path, const char *local_path);
    int (*list_files)(struct odb *o, const char *prefix, int (*fn)(void *ctx, const char *path),
                      void *ctx);
    void (*close)(struct odb *o);
};

/* Reads objects to see whether they are whole: items[i].rc as cache_verify fills it. Where the store
 * cannot do that itself they are fetched into a folder below `near` that is removed again, some at a
 * time. */
int odb_verify(struct odb *o, struct cache *near, struct odb_item *items, size_t n,
               struct progress *p) MUST_CHECK;

/* Embedded first in every implementation. */
struct odb {
    const struct odb_ops *ops;
    const char *name; /* shown in messages: the remote's name */
    const char *url;  /* without secrets */
    bool far;         /* across a network: what it was found to hold is worth a note */
};

#endif
