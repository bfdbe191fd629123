/*
 * Two tables compared row by row: which rows were added, removed, and, where a key tells which rows
 * belong together, changed. Order does not count.
 *
 * Memory does not grow with the tables: of each row of the old one 24 bytes are kept, of so many rows
 * at a time as have room (three million); larger tables are read several times.
 */
#ifndef REVIEW_SHEET_DIFF_H
#define REVIEW_SHEET_DIFF_H

#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct sheet;
struct sheet_row;

enum row_change { ROW_ADDED, ROW_REMOVED, ROW_CHANGED };

/* `old` is NULL for an added row, `now` for a removed one. Rows live until it returns. */
typedef int sheet_diff_fn(void *ctx, enum row_change change, const struct sheet_row *old,
                          const struct sheet_row *now);

struct sheet_diff {
    struct strv key;        /* in: columns; none: the whole row */
    uint64_t rows_kept;     /* in: at a time; 0: the usual number */
    struct strv gone, come; /* columns that one table alone has: not compared. Not of JSONL */
    uint64_t added, removed, changed;
};
void sheet_diff_release(struct sheet_diff *d); /* `gone` and `come`; the key is the caller's */

/* `old_again` is the old table opened a second time, to look rows up. ERR_FAILED, with a near name as
 * hint, for a key that is no column, ERR_INVALID for one that two rows of a table share. */
int sheet_diff(struct sheet_diff *d, struct sheet *old, struct sheet *old_again, struct sheet *now,
               sheet_diff_fn *fn, void *ctx) MUST_CHECK;

#endif
