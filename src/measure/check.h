/*
 * Conditions on metrics, judged: the gate of a build.
 */
#ifndef MEASURE_CHECK_H
#define MEASURE_CHECK_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct repo;

struct check_result {
    const char *path, *key; /* path as shown */
    const struct node *value;
    const char *op;         /* ">=" */
    double limit;           /* what the right side comes to */
    const char *limit_text; /* the right side as typed */
    bool plain;             /* it is a number */
    bool holds;
};
struct check_results VEC_OF(struct check_result);

/* One result a condition (see measure/check_parse.h), in order. A metric that is not there, is no
 * number, or, by a bare key, is in several files, is ERR_FAILED. Release `out` also after an
 * error. */
int measure_check(struct check_results *out, struct arena *arena, struct repo *r,
                  const struct strv *conditions) MUST_CHECK;
void check_results_release(struct check_results *results); /* for CLEANUP */

#endif
