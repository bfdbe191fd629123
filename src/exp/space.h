/*
 * What a sweep may set parameters to: each parameter that varies is a dimension, and a run is a point,
 * one number per dimension.
 *
 *   train.lr=log(1e-5,1e-1)   a real number, its logarithm evenly spread
 *   dropout=uniform(0,0.5)    a real number; with a third argument a multiple of that step above 0
 *   depth=int(2,12)           a whole number, both ends included; logint(1,512) likewise
 *   model=choice(rf,svm)      one of these; also rf,svm and range(1,5): exp/override.h
 *   epochs=10                 fixed
 *
 * In a sweep file these are the `parameters` of Weights & Biases.
 */
#ifndef EXP_SPACE_H
#define EXP_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct prng;

enum space_kind { SPACE_CHOICE, SPACE_REAL, SPACE_INT };

struct space_dim {
    enum space_kind kind;
    const char *left;       /* what stands before the equals sign: "more.json:+lr" */
    const char *file, *key; /* where the value is found: "more.json", "lr" */
    struct strv choices;    /* in the grammar of overrides; a point has the index */
    double low, high;       /* both may be reached */
    double step;            /* 0: any number; else low plus a multiple of it */
    bool log;               /* then low is above 0 */
};

struct space {
    VEC(struct space_dim) dims;
    struct strv fixed; /* overrides that do not vary, as typed */
};
void space_release(struct space *s); /* for CLEANUP; zeroed is fine */

/* One parameter as typed after -S. ERR_INVALID for what cannot be read, a range that is none, and a
 * parameter that is there already. */
int space_add_text(struct space *s, struct arena *arena, const char *text) MUST_CHECK;
/* The `parameters` of a sweep file; ERR_INVALID names the parameter. */
int space_add_node(struct space *s, struct arena *arena, const struct node *parameters) MUST_CHECK;

/* A value of that dimension, evenly drawn. */
double space_sample(const struct space_dim *dim, struct prng *random);

/* The points of a grid, the last dimension running fastest; UINT64_MAX for more than that. ERR_INVALID
 * if a dimension has no steps. */
int space_grid_size(uint64_t *out, const struct space *s) MUST_CHECK;
void space_grid_point(double *at, const struct space *s, uint64_t index); /* below the size */

/* The nearest value of the dimension. */
double space_round(const struct space_dim *dim, double value);

/* The value as people and overrides write it. */
const char *space_text(struct arena *arena, const struct space_dim *dim, double value);
/* The number of a value that was found in a params file; false if the dimension does not have it. */
bool space_locate(double *out, struct arena *arena, const struct space_dim *dim,
                  const struct node *value);

#endif
