/*
 * The lines of a file of any size, and where each begins; one block of the file is kept.
 */
#ifndef DOC_LINES_H
#define DOC_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

#define LINES_MAX ((size_t)64 << 20) /* bytes of a line */

/* Reads up to `size` bytes from `offset` on; *got 0 is the end. */
typedef int lines_fill_fn(void *ctx, char *buf, size_t size, uint64_t offset, size_t *got);

struct lines {
    lines_fill_fn *fill;
    void *ctx;
    const char *name;      /* in messages */
    struct str block;      /* of the file */
    uint64_t block_offset; /* bytes before it */
    size_t at;             /* in the block: where the next line begins */
    bool ended;            /* the file; then what is in the block is all */
};

void lines_init(struct lines *l, lines_fill_fn *fill, void *ctx, const char *name);
void lines_release(struct lines *l);

/* The next line with its end, which the last one may lack; it lives until the next call. *len 0: the
 * file has ended. ERR_INVALID for a line that is too long. */
int lines_next(const char **text, size_t *len, uint64_t *offset, struct lines *l) MUST_CHECK;
void lines_seek(struct lines *l, uint64_t offset);

#endif
