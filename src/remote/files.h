/*
 * Files by key in a place across a network: what every kind of remote is underneath, and all that
 * importing from a url needs. One file per kind makes one of these; remote/objects makes a store of
 * objects of any. All entries take many items at once, for one request at a time is slow.
 *
 * A key is a relative path of bytes with single slashes ("files/md5/ab/cdef"), below the url that
 * the place was opened with; never absolute, without "." and "..". "" is the url itself.
 *
 * An entry fills rc and why of each item and goes on past those that fail; it returns an error only
 * when nothing can go on (no login, no such bucket, disk full, Ctrl-C). One thread at a time.
 */
#ifndef REMOTE_FILES_H
#define REMOTE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;
struct files;
struct progress;

#define FILES_SIZE_UNKNOWN UINT64_MAX

struct files_item {
    const char *key;
    const char *version; /* NULL: the newest. put fills it where versions are kept */
    uint64_t size;       /* FILES_SIZE_UNKNOWN until stat, get or list tell */
    const char *etag;    /* as DVC records it, of stat, put and list; NULL: none, or no arena */
    int64_t mtime_ns;    /* of stat and list; 0: unknown */
    bool is_dir;         /* of list with `level`, and of stat of "" */
    const uint8_t *md5;  /* put: 16 bytes that the content must have, or NULL */
    bool html;           /* of stat: what is there is a web page, as a login is */
    int rc;              /* 0, ERR_NOT_FOUND, ERR_CORRUPT, … */
    char *why;           /* words for rc; the caller frees */
};

/* Where bytes that come go. Called on the thread that called get. */
struct files_sink {
    /* Item i begins, or begins again after a failure; FILES_SIZE_UNKNOWN when the server does not
     * say. Sets *from to the bytes that it has from an earlier run, if it has. */
    int (*begin)(void *ctx, size_t i, uint64_t size, uint64_t *from);
    /* In order, but for an item of known size, whose parts may come in any order. */
    int (*write)(void *ctx, size_t i, uint64_t at, const void *data, size_t len);
    /* All of it is there. ERR_CORRUPT: the bytes are wrong, and are fetched again a few times. */
    int (*end)(void *ctx, size_t i);
    void *ctx;
};

/* Where bytes that go come from. */
struct files_source {
    /* Opens item i for reading; it is closed by who asked. */
    int (*open)(void *ctx, size_t i, int *fd);
    /* All was sent, and is about to get its name: NULL, or an error if it may have changed. */
    int (*check)(void *ctx, size_t i, int fd);
    void *ctx;
};

/* A listing of all keys that begin with `prefix` (not only of a folder). */
struct files_range {
    const char *prefix;
    bool level;   /* only to the next slash; what lies deeper is told once, as is_dir */
    uint64_t max; /* keys wanted, 0: all; a few more may be told */
    bool more;    /* out: there are more than were told */
};

/* One key; strings are valid during the call. Non-zero ends the listing and is returned. */
typedef int files_list_fn(void *ctx, const struct files_item *item);

struct files_ops {
    const char *scheme; /* "s3" */
    /* What DVC calls an etag of this kind in its files: "etag", "checksum". NULL: there is none, and
     * DVC records the md5 of the content. */
    const char *etag_key;
    /* Sizes, etags and times. `arena` for texts wanted, or NULL. */
    int (*stat)(struct files *f, struct files_item *items, size_t n, struct arena *arena,
                struct progress *p);
    int (*get)(struct files *f, struct files_item *items, size_t n, const struct files_sink *sink,
               struct progress *p);
    /* A key that is there is replaced; it is never seen half written. NULL: cannot be written. */
    int (*put)(struct files *f, struct files_item *items, size_t n, const struct files_source *src,
               struct arena *arena, struct progress *p);
    /* NULL: this kind cannot list. A missing folder has no keys. */
    int (*list)(struct files *f, struct files_range *ranges, size_t n, files_list_fn *fn,
                void *ctx);
    /* What is not there is fine. NULL: cannot remove. */
    int (*remove)(struct files *f, struct files_item *items, size_t n, struct progress *p);
    void (*close)(struct files *f);
};

/* Embedded first in every implementation. */
struct files {
    const struct files_ops *ops;
    const char *name; /* of the remote, for messages */
    const char *url;  /* without secrets */
    /* How many keys a page of a listing brings in the time of one stat: says when listing is worth
     * it. 0: never list to see what is there. */
    unsigned list_page;
};

void files_close(struct files *f); /* NULL is fine */
void files_closep(struct files **f);

/* Notes the chain of this thread as the failure of an item, and takes it off. */
void files_fail(struct files_item *item, int rc);
void files_release(struct files_item *items, size_t n); /* frees the words */

#endif
