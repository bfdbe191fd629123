/*
 * Which stages a repro looks at, and in which order.
 */
#ifndef PIPELINE_REPRO_ORDER_H
#define PIPELINE_REPRO_ORDER_H

#include "base/attr.h"

struct graph;
struct index;
struct repro_request;
struct stages;

/* The caller releases *order, and *graph, which is NULL if the request is for single stages. */
int repro_order(struct stages *order, struct graph **graph, struct index *index,
                const struct repro_request *o) MUST_CHECK;

#endif
