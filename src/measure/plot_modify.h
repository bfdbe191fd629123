/*
 * Changing what dvc.yaml says of the plot that a stage makes.
 */
#ifndef MEASURE_PLOT_MODIFY_H
#define MEASURE_PLOT_MODIFY_H

#include "base/attr.h"
#include "base/vec.h"

struct index;
struct plot_options;
struct repo;

/* Sets what `o` says, drops the properties `unset` ("title"), of the out `typed`; an out of another
 * kind becomes a plot. ERR_NOT_FOUND for no out and no such template, ERR_FAILED for a property that
 * is not there to be dropped. */
int plot_modify(struct repo *r, const struct index *idx, const char *typed,
                const struct plot_options *o, const struct strv *unset) MUST_CHECK;

#endif
