/*
 * Experiments as a table: the columns that DVC shows, in its order and with its titles, and the cells
 * as text. What a cell holds is kept beside its text, for marks and for plots.
 */
#ifndef EXP_TABLE_H
#define EXP_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct exp_baselines;
struct exp_state;
struct node;

enum exp_column_kind { EXP_COLUMN_FIXED, EXP_COLUMN_METRIC, EXP_COLUMN_PARAM, EXP_COLUMN_DEP };

/* The fixed ones, in this order before all others. */
enum {
    EXP_AT_NAME,
    EXP_AT_REV,
    EXP_AT_TYPE,
    EXP_AT_CREATED,
    EXP_AT_PARENT,
    EXP_AT_STATE,
    EXP_AT_EXECUTOR,
    EXP_FIXED
};

struct exp_column {
    const char *title;
    enum exp_column_kind kind;
    const char *path, *key; /* of metrics and params */
    bool kept, dropped;
};
struct exp_columns VEC_OF(struct exp_column);

struct exp_table_cell {
    const char *text;
    const struct node *value; /* of metrics and params, if there is one */
    bool changed;             /* a param of an experiment that is another than its commit's */
    bool best;                /* a metric no other experiment is better in */
};

struct exp_table_row {
    const struct exp_state *state;
    bool baseline, last; /* last: of the experiments of its commit */
    size_t base;         /* the row of that commit */
    struct exp_table_cell *cells;
};
struct exp_table_rows VEC_OF(struct exp_table_row);

struct exp_table {
    struct exp_columns columns;
    struct exp_table_rows rows;
    const char *fill;
};

struct exp_table_request {
    const char *fill;    /* where there is nothing */
    int precision;       /* significant digits of numbers; -1: all */
    bool iso;            /* times, and not as people read them */
    const char *sort_by; /* "[file:]key", or NULL */
    bool descending;
};

/* ERR_FAILED if sort_by names no column, or several. Release in any case. */
int exp_table_make(struct exp_table *out, struct arena *arena, const struct exp_baselines *rows,
                   const struct exp_table_request *q) MUST_CHECK;
void exp_table_release(struct exp_table *t); /* for CLEANUP */

/* Name, rev and tree become one column, as tables for people have it. */
void exp_table_merge_names(struct exp_table *t, struct arena *arena);

/* Drops columns: State and Executor if they are empty, those whose title begins with what one of
 * `drop` matches (regular expressions), and with only_changed those that say the same in all rows;
 * but none that one of `keep` matches. ERR_FAILED for a bad expression. */
struct exp_table_choice {
    struct strv keep, drop;
    bool only_changed;
};
int exp_table_choose(struct exp_table *t, const struct exp_table_choice *c) MUST_CHECK;

/* Whether a column that is shown is one of params that differ between rows, or of metrics that are
 * numbers and do: what is worth an axis of a drawing. */
bool exp_table_varies(const struct exp_table *t, size_t column);

/* A value as a cell: Python's str() of it, floats with so many significant digits (-1: all). */
const char *exp_value_text(struct arena *arena, const struct node *n, int precision);

/* Whether less of a metric of this name is better: losses, errors and times. */
bool exp_metric_descends(const char *name);

#endif
