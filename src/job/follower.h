/*
 * A second thread that goes behind the first: it does, in order, what the first says is there to be done, up to a mark that
 * grows. For large files that come over a network: received here, hashed there.
 */
#ifndef JOB_FOLLOWER_H
#define JOB_FOLLOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct follower;

/* From `from` to before `to`, on the second thread: the next of the steps, without gaps between them. */
typedef int follower_fn(void *ctx, uint64_t from, uint64_t to);

/* Steps are no longer than `step`. NULL: there is no thread to be had. */
struct follower *follower_start(follower_fn *fn, void *ctx, uint64_t step);

/* All before `to` may be done now. Never less than before. */
void follower_mark(struct follower *f, uint64_t to);

/* Waits for what is marked and ends the thread. The first failure of a step, after which none is
 * done, is returned. */
int follower_end(struct follower *f) MUST_CHECK;
/* Waits for the step under way alone: what is left is not wanted any more, nor a failure. */
void follower_drop(struct follower *f);

#endif
