/*
 * Many files in, digests out, on all cores; each file is read once. A file that fits a worker's
 * buffer is hashed before anything is written, so that nothing is written in vain. A larger one is
 * hashed on one thread while another reads and writes it (job/pipe); where the file system can, it
 * is cloned first, and nothing is written. This is the seam for hashing several files in SIMD
 * lanes.
 */
#ifndef HASH_BATCH_H
#define HASH_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "hash/digest.h"
#include "os/stat.h"

struct progress;

/* Where the bytes go while they are hashed. Called from all workers at once. */
struct hash_sink {
    /* The digest is known: 1 to say that no copy is needed. For a small file before anything is
     * written, with its bytes; for a large one after its copy was (data NULL), which is then the
     * callee's to remove. Negative: an error. */
    int (*known)(void *ctx, size_t item, const struct digest *d, const void *data, size_t len);
    /* Opens an empty copy of the item, O_RDWR; called again when the file has to be read again. *fd
     * is written and closed by the batch. */
    int (*open)(void *ctx, size_t item, int *fd);
    void *ctx;
    const char *where; /* named when writing fails */
    bool sync;         /* fsync each copy: for file systems that cannot be synced as a whole */
};

struct hash_item {
    const char *path;  /* relative to dirfd */
    struct file_id id; /* in: as it was seen last, or zeros; out: as of the bytes that were read */
    struct digest digest; /* out */
    bool written;         /* out: the sink got the bytes */
    bool changed;         /* out: it changed each time it was read; the digest is not to be used */
    bool recent;          /* out: modified just now: one more change could leave the identity */
    int error;            /* out: with keep_going, the errno of a file that could not be read */
};

struct hash_spec {
    int dirfd;
    enum hash_algo algo;
    bool no_follow;  /* a path that ends in a symlink is not read (ELOOP) */
    bool keep_going; /* a file that cannot be read is noted in its item, and is no error */
    const struct hash_sink *sink; /* NULL: hash only */
    struct progress *progress;
};

/* A file that changes while it is read is read again, up to 3 times, then `changed` is set.
 * Unreadable or vanished files are errors that name the path, unless keep_going. FIFOs and the like
 * are never waited for. */
int hash_batch(struct hash_item *items, size_t n, const struct hash_spec *spec) MUST_CHECK;

#endif
