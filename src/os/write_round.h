/*
 * Many small files written atomically together (file_write_atomic for each would wait for the disk
 * twice a file): their bytes are made durable by one sync, then they get their names, in the order
 * in which they were written, then their folders are synced. Nothing is seen under a name before.
 */
#ifndef OS_WRITE_ROUND_H
#define OS_WRITE_ROUND_H

#include <stddef.h>

#include "base/attr.h"

struct write_round;

struct write_round *write_round_new(void);
/* Drops what has no name yet. NULL is fine. */
void write_round_free(struct write_round *w);

/* The file `name` of the folder `dir`, which is duplicated. When enough wait, all of them are given
 * their names. */
int write_round_add(struct write_round *w, int dir, const char *name, const void *data,
                    size_t len) MUST_CHECK;

/* Gives all of them their names. After an error what has none is dropped. */
int write_round_end(struct write_round *w) MUST_CHECK;

#endif
