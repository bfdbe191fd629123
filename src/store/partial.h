/*
 * Inside of store/: a large object that comes over a network, kept in part when the run ends before
 * it is whole, so that the next run goes on. One file per object in the folder of the statcache:
 * its bytes, and behind them how many from the start are there. What it says is a hint: the object
 * is hashed before it gets its name.
 */
#ifndef STORE_PARTIAL_H
#define STORE_PARTIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct statcache;

struct partial_span {
    uint64_t from, to;
};

struct partial {
    int dir, fd; /* -1 when it is not open */
    char name[DIGEST_TEXT_MAX];
    uint64_t size, have, marked;    /* have: whole from the start up to here; as recorded */
    VEC(struct partial_span) spans; /* that came out of order */
};

#define PARTIAL_MIN ((uint64_t)32 << 20) /* smaller objects are fetched anew */

/* Opens what an earlier run left, or a new one. False when it cannot be kept: no statcache, another
 * file system than that of `cache_root`, another process at it. No error. */
bool partial_open(struct partial *p, const struct statcache *state, int cache_root,
                  const struct digest *d, uint64_t size);
/* Bytes were written to p->fd. */
void partial_note(struct partial *p, uint64_t from, uint64_t len);
/* It is whole and right: moves it to a name in another folder, with exactly this mode. */
int partial_move(struct partial *p, int dirfd, const char *name, mode_t mode) MUST_CHECK;
/* Its bytes are wrong: nothing is kept. */
void partial_remove(struct partial *p);
void partial_close(struct partial *p); /* keeps it; fine when not open */

#endif
