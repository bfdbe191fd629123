/*
 * Rows of a table, and what their columns are taken for: as pandas does for DVC, a column becomes one
 * kind of values if that holds them all, and whole numbers with gaps become fractions.
 */
#ifndef DB_FRAME_H
#define DB_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct arena;
struct db_value;
struct str;

enum column_kind {
    COLUMN_MIXED, /* each value for itself */
    COLUMN_WHOLE,
    COLUMN_REAL,
    COLUMN_MOMENT,
    COLUMN_SPAN
};

struct column_form {
    enum column_kind kind;
    bool days;  /* COLUMN_MOMENT: all of them are midnights, of no zone; COLUMN_SPAN: whole days */
    int digits; /* of the second that are told of all: 0, 3, 6 */
};

struct frame {
    const struct strv *columns; /* names, lent */
    struct arena *arena;        /* of the texts */
    size_t rows;
    VEC(struct db_value) values; /* row after row */
};

void frame_release(struct frame *f); /* for CLEANUP */
/* One value per column; texts and documents are copied. */
void frame_add(struct frame *f, const struct db_value *row);
void frame_clear(struct frame *f); /* the rows */

/* The forms of all columns, in `arena`. */
struct column_form *frame_forms(struct arena *arena, const struct frame *f);

/* CSV as pandas writes it: quotes where they have to be, no value for what is missing. */
void frame_csv_header(struct str *out, const struct frame *f);
void frame_csv_row(struct str *out, const struct frame *f, const struct column_form *forms,
                   size_t row);

/* One row as a JSON object, as pandas writes it: ten digits after the point, moments as milliseconds
 * since 1970, spans as milliseconds. False if a value (its column in *bad) is no text that JSON could hold. */
bool frame_json_row(size_t *bad, struct str *out, const struct frame *f,
                    const struct column_form *forms, size_t row);

#endif
