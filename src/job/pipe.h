/*
 * Two threads on one stream of blocks: the producer fills a block while the consumer uses the one
 * before. For large files: read + hash here, write there.
 */
#ifndef JOB_PIPE_H
#define JOB_PIPE_H

#include <stddef.h>

#include "base/attr.h"

/* Fills up to `cap` bytes; sets *len, 0 at the end. Runs on the calling thread. */
typedef int pipe_fill_fn(void *ctx, void *block, size_t cap, size_t *len);
/* Called for each block, in order, on the second thread. */
typedef int pipe_use_fn(void *ctx, const void *block, size_t len);

/* An error of either side, or cancel, stops both and is returned. */
int pipe_run(size_t block_size, int blocks, pipe_fill_fn *fill, pipe_use_fn *use,
             void *ctx) MUST_CHECK;

#endif
