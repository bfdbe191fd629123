/*
 * Many files in, digests out, on all cores; each file is read once. A file of more than 8 MiB is hashed
 * and written by two threads (job/pipe). This is the seam for hashing several files in SIMD lanes.
 */
#ifndef HASH_BATCH_H
#define HASH_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "hash/digest.h"
#include "os/stat.h"

struct progress;

/* Where the bytes go while they are hashed; NULL in the job for hashing alone. */
struct hash_sink {
    /* The whole of a small file is at hand (data, len): return 1 to say that it need not be written. */
    int (*known)(void *ctx, size_t item, const struct digest *d);
    /* Opens the copy of item; *fd is written and closed by the batch. */
    int (*open)(void *ctx, size_t item, int *fd);
    void *ctx;
};

struct hash_item {
    const char *path;     /* relative to dirfd */
    struct file_id id;    /* out: as of the bytes that were read (fstat after the last byte) */
    struct digest digest; /* out */
    bool written;         /* out: the sink got the bytes */
    bool changed;         /* out: the file changed under the reading; the digest is not to be used */
};

/* Follows symlinks. A file that changes while it is read is read again, up to 3 times, then `changed`
 * is set. Unreadable or vanished files are errors that name the path. */
int hash_batch(struct hash_item *items, size_t n, int dirfd, enum hash_algo algo,
               const struct hash_sink *sink, struct progress *progress) MUST_CHECK;

#endif
