/*
 * CSV and TSV row by row, for tables of any size: what is kept is one row and a block of the file.
 */
#ifndef DOC_CSV_ROWS_H
#define DOC_CSV_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct csv_cell {
    const char *text; /* NUL-terminated, quotes taken off */
    size_t len;
};

struct csv_row {
    const struct csv_cell *at;
    size_t len;
    uint64_t offset; /* of the line that it begins in, for csv_rows_seek */
    uint64_t number; /* of the row since the last seek, from 1 */
};

struct csv_rows;
struct lines;

/* The lines come from there, and have to stay. */
int csv_rows_open(struct csv_rows **out, char delimiter, struct lines *lines) MUST_CHECK;
void csv_rows_free(struct csv_rows *r); /* NULL is fine */

/* *more false: the end. The row lives until the next call. Empty lines are skipped. ERR_INVALID for
 * a row of more than 64 MiB. */
int csv_rows_next(struct csv_row *out, bool *more, struct csv_rows *r) MUST_CHECK;
/* Goes on with the row at an offset that a row had; the lines are moved there. */
void csv_rows_seek(struct csv_rows *r, uint64_t offset);

#endif
