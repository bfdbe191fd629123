/*
 * The outs that we put into (or took from) the workspace, with what they held. A later checkout
 * knows by it which paths were tracked once and are no more, for instance after `git checkout` of
 * another branch. A note that may be lost: it lies in .dvc/tmp/cairn, is written by data_close, and
 * a damaged one is dropped.
 */
#ifndef DATA_PLACED_H
#define DATA_PLACED_H

#include <stddef.h>

#include "hash/digest.h"

struct data;
struct placed;

struct placed_out {
    const char *path; /* repo-relative */
    struct digest digest;
};

struct placed *placed_new(void); /* for data_open; nothing is read before it is asked for */

/* The path holds what the digest names. */
void placed_note(struct data *d, const char *path, const struct digest *digest);
void placed_forget(struct data *d, const char *path);

/* All that are noted; *n is their number. Lent until the next call of these functions. */
const struct placed_out *placed_all(struct data *d, size_t *n);

/* Writes what changed and frees; for data_close. */
void placed_close(struct data *d);

#endif
