#include "exp/prng.h"

#include <math.h>

#define GOLDEN 0x9e3779b97f4a7c15u /* 2^64 over the golden ratio */

static const double pi = 3.14159265358979323846;

uint64_t prng_next(struct prng *p) {
    uint64_t z = p->state += GOLDEN;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct prng prng_stream(uint64_t seed, uint64_t stream) {
    struct prng outer = {seed};
    struct prng inner = {prng_next(&outer) ^ stream};

    return (struct prng){prng_next(&inner)};
}

double prng_unit(struct prng *p) {
    return (double)(prng_next(p) >> 11) * 0x1p-53;
}

uint64_t prng_below(struct prng *p, uint64_t n) {
    return prng_next(p) % n;
}

/* Box and Muller; the second value is not kept, so that there is no state but one. */
double prng_normal(struct prng *p) {
    double radius = sqrt(-2 * log(1 - prng_unit(p)));

    return radius * cos(2 * pi * prng_unit(p));
}
