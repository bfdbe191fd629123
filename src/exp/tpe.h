/*
 * The Tree-structured Parzen Estimator (Bergstra and others, 2011), in many of its choices as Optuna 5
 * makes them by default. The runs seen are split into the best seventh (15 %), at most 25, and the rest;
 * each part makes a mixture of truncated normal densities over the whole space, one per run and one that
 * covers the ranges. Of 24 points drawn from the first mixture, the one is taken where it exceeds the
 * second most.
 *
 * Three choices are our own, for sweeps of some tens of runs: the share is larger than a tenth, the best
 * of the good runs counts most, and the kernels of the good ones, which are few, may be narrower. With
 * them the search closes in on what is good; tests/bench/README.md has the figures. Of the rest the last
 * 25 runs count fully, older ones less and less.
 */
#ifndef EXP_TPE_H
#define EXP_TPE_H

#include <stddef.h>

struct prng;
struct space;

enum { TPE_STARTUP = 10 /* runs at random before anything is learned */ };

/* Draws the next point. `seen` are those of the n runs that ended, in their order, one behind the
 * other; loss[i] is what came of run i, the less the better. */
void tpe_suggest(double *at, const struct space *s, const double *seen, const double *loss,
                 size_t n, struct prng *random);

/* The logarithm of the density (of values with steps: the probability) that the mixture of n points, as
 * of the rest, has at a point. A log dimension is measured in logarithms. */
double tpe_log_density(const struct space *s, const double *seen, size_t n, const double *at);

#endif
