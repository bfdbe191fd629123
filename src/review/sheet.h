/*
 * Tables of any size, row by row: CSV and TSV with a line of names, and JSONL (an object per line).
 */
#ifndef REVIEW_SHEET_H
#define REVIEW_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct sheet;

enum sheet_kind { SHEET_NONE, SHEET_CSV, SHEET_TSV, SHEET_JSONL };

/* By the suffix of the path: .csv, .tsv, .jsonl, .ndjson. */
enum sheet_kind sheet_kind_of(const char *path);

struct sheet_cell {
    const char *name; /* of the column */
    const char *text; /* of JSONL: as JSON */
    size_t len;
};

struct sheet_row {
    const struct sheet_cell *at;
    size_t len;
    uint64_t offset; /* for sheet_seek */
    uint64_t number; /* from 1, the line of names not counted; after a seek it says nothing */
};

/* Reads the open file from its start; it stays open, and its position where it is. Closed by the
 * caller, after the table. */
int sheet_open(struct sheet **out, enum sheet_kind kind, int fd, const char *name) MUST_CHECK;
void sheet_closep(struct sheet **s);

/* Names of the columns; empty for JSONL, where each row has its own. */
const struct strv *sheet_columns(const struct sheet *s);
/* Value for the column; NULL: this row has none. */
const struct sheet_cell *sheet_find(const struct sheet_row *row, const char *name);

/* *more false: the end. The row lives until the next call. A row of CSV that is short lacks cells;
 * cells without a column are called by their number. */
int sheet_next(struct sheet_row *out, bool *more, struct sheet *s) MUST_CHECK;
void sheet_seek(struct sheet *s, uint64_t offset);
int sheet_rewind(struct sheet *s) MUST_CHECK; /* to the first row */

#endif
