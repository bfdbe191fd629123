/*
 * The order of the experiments of one commit by a metric or param.
 */
#ifndef EXP_TABLE_SORT_H
#define EXP_TABLE_SORT_H

#include <stdbool.h>

#include "base/attr.h"

struct exp_columns;
struct exp_ranges;

struct exp_sort {
    const char *path, *key; /* key NULL: as they are */
    bool metric, descending;
};

/* Finds the column that "[file:]key" means. ERR_FAILED if there is none, or several. */
int exp_sort_column(struct exp_sort *out, const struct exp_columns *columns,
                    const char *sort_by) MUST_CHECK;

/* Appends the ranges in order, those without the value last (first if descending), as DVC has it.
 * Equal ones keep their order. What they hold stays with `ranges`. */
void exp_sort_ranges(struct exp_ranges *out, const struct exp_ranges *ranges,
                     const struct exp_sort *sort);

#endif
