/*
 * The stages that a `foreach` or `matrix` makes: their names, and what `item` and `key` stand for
 * in each.
 */
#ifndef MODEL_FOREACH_H
#define MODEL_FOREACH_H

#include "base/attr.h"
#include "base/vec.h"

struct interpolation;
struct node;

/* Stages that one dvc.yaml may have. */
#define FOREACH_MAX 100000u

struct variant {
    const char *name; /* behind the "@" */
    const struct node *item;
    const struct node *key; /* NULL: foreach over a list has none */
};
struct variants VEC_OF(struct variant);

/* Both take the definition as written and fill it in through `t` (with t->whole). Two of one name
 * are one, the later. More than `max` are ERR_INVALID before any is made. */
int foreach_expand(struct variants *out, struct interpolation *t, const struct node *foreach,
                   size_t max) MUST_CHECK;
int matrix_expand(struct variants *out, struct interpolation *t, const struct node *matrix,
                  size_t max) MUST_CHECK;

#endif
