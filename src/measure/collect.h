/*
 * The files of numbers that one view has: which they are, and what they hold.
 */
#ifndef MEASURE_COLLECT_H
#define MEASURE_COLLECT_H

#include "base/attr.h"
#include "measure/compare.h"

struct arena;
struct data;
struct index;

/* Metrics: outs of that kind, then the top-level lists; or the targets alone. Params: the keys that
 * stages depend on, the top-level lists and params.yaml as a whole, what templates took from other
 * files; or the targets alone. Paths are shown relative to the working directory, unless
 * from_root. A file that cannot be read is an entry with its error. */
int measure_collect(struct measure_files *out, struct arena *arena, struct data *d,
                    const struct index *idx, const struct measure_request *q) MUST_CHECK;

#endif
