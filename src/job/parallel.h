/*
 * Work on all cores. The only files with threads are in job/.
 */
#ifndef JOB_PARALLEL_H
#define JOB_PARALLEL_H

#include <stddef.h>

#include "base/attr.h"

/* One item; runs on any thread; touches only its item, atomics, and what `worker` indexes. */
typedef int parallel_fn(void *ctx, size_t item, int worker);

/* Workers that parallel_for uses for n items: cpu_count() unless limited; for arrays per worker. */
int parallel_workers(size_t n);

/* Calls fn for 0…n-1, in roughly this order. The first error stops the rest, and its chain is moved
 * to the caller; cancel stops too. With one worker it runs on the calling thread. */
int parallel_for(size_t n, parallel_fn *fn, void *ctx) MUST_CHECK;

/* The same with a given number of workers, for work that waits rather than computes. */
int parallel_for_jobs(size_t n, int jobs, parallel_fn *fn, void *ctx) MUST_CHECK;

#endif
