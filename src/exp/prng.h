/*
 * Random numbers that are the same everywhere for the same seed: SplitMix64 (Steele, Lea, Flood:
 * "Fast Splittable Pseudorandom Number Generators", 2014).
 */
#ifndef EXP_PRNG_H
#define EXP_PRNG_H

#include <stdint.h>

struct prng {
    uint64_t state;
};

/* Each stream of a seed is a sequence of its own: the runs of a sweep do not depend on each other. */
struct prng prng_stream(uint64_t seed, uint64_t stream);
uint64_t prng_next(struct prng *p);
double prng_unit(struct prng *p); /* [0, 1), 53 bits */
/* [0, n), n above 0. Bias is below n / 2^64. */
uint64_t prng_below(struct prng *p, uint64_t n);
double prng_normal(struct prng *p); /* mean 0, variance 1 */

#endif
