/*
 * CSV and TSV to nodes, as Python's csv.DictReader reads them.
 */
#ifndef DOC_CSV_H
#define DOC_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct node;

struct csv_form {
    char delimiter;
    bool header; /* the first row names the columns; else they are "0", "1" … */
};

/* A list of one map per row; all values are texts. Empty lines are skipped; a row that is too short
 * has nulls, the fields that are too many are a list under the key null. Names in maps are shared
 * nodes. ERR_INVALID for what is not UTF-8, has NUL bytes, or more than a few million fields. The
 * text must outlive nothing. */
int csv_read(struct node **out, struct arena *arena, const char *text, size_t len,
             const struct csv_form *form, const char *name) MUST_CHECK;

#endif
