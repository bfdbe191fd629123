/*
 * A tar archive compressed with zstd, written and read as a stream of files. The one place of
 * libarchive, which is loaded when the first archive is opened: ERR_UNSUPPORTED, with a hint, where
 * it is not installed. One thread for each archive.
 *
 * An archive holds plain files alone. What is read comes from strangers: any other kind of entry is
 * ERR_INVALID, and names are handed on as they stand, to be checked by the caller, who also bounds
 * what is read of a file: its size is what the archive claims.
 */
#ifndef OS_TARBALL_H
#define OS_TARBALL_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct tarball_writer;
struct tarball_reader;

/* Starts the archive `path` under a temporary name beside it. The same files in the same order give
 * the same bytes. */
int tarball_create(struct tarball_writer **out, const char *path) MUST_CHECK;
/* The next file; its `size` bytes are then added in as many parts as it takes. */
int tarball_begin(struct tarball_writer *w, const char *name, uint64_t size) MUST_CHECK;
int tarball_add(struct tarball_writer *w, const void *data, size_t len) MUST_CHECK;
/* Makes it durable and gives it its name; one that is there is replaced. */
int tarball_end(struct tarball_writer *w) MUST_CHECK;
void tarball_writer_freep(struct tarball_writer **w); /* removes it unless it was ended */

int tarball_open(struct tarball_reader **out, const char *path) MUST_CHECK;
/* Goes to the next file, past what was not read of the last: 1; 0 at the end of the archive. `name`
 * is lent until the next call. */
int tarball_next(struct tarball_reader *r, const char **name, uint64_t *size) MUST_CHECK;
/* Up to cap bytes of the file; *len is 0 at its end. */
int tarball_read(struct tarball_reader *r, void *buf, size_t cap, size_t *len) MUST_CHECK;
void tarball_reader_freep(struct tarball_reader **r);

#endif
