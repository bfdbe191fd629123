/*
 * libcsv is fed line by line, so that it is known where each row begins. A quoted field may hold
 * line ends: then a row ends with a later line than it began with.
 */
#include "doc/csv_rows.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "doc/lines.h"

struct cell_place {
    size_t start, len; /* in the text */
};

struct csv_rows {
    struct csv_parser parser;
    struct lines *lines;
    bool finished;   /* libcsv was told */
    struct str text; /* of the rows that are ready */
    VEC(struct cell_place) cells;
    VEC(size_t) ends; /* of the rows that are ready: index into cells behind the last one */
    size_t taken;     /* so many of them were handed out */
    VEC(struct csv_cell) row;
    uint64_t row_offset, number;
};

static void take_cell(void *text, size_t len, void *ctx) {
    struct csv_rows *r = ctx;

    vec_push(&r->cells, ((struct cell_place){.start = r->text.len, .len = len}));
    str_add(&r->text, text ? text : "", len);
    str_addc(&r->text, '\0');
}

static void take_row(int end, void *ctx) {
    struct csv_rows *r = ctx;

    (void)end;
    vec_push(&r->ends, r->cells.len);
}

static int no_space(unsigned char c) {
    (void)c;
    return 0;
}

int csv_rows_open(struct csv_rows **out, char delimiter, struct lines *lines) {
    struct csv_rows *r = mem_zalloc(1, sizeof *r);

    if (csv_init(&r->parser, 0)) {
        free(r);
        return err_set(ERR_FAILED, "cannot start libcsv");
    }
    csv_set_delim(&r->parser, (unsigned char)delimiter);
    csv_set_space_func(&r->parser, no_space); /* blanks are part of values */
    r->lines = lines;
    str_init(&r->text);
    *out = r;
    return 0;
}

void csv_rows_free(struct csv_rows *r) {
    if (!r) {
        return;
    }
    csv_free(&r->parser);
    str_release(&r->text);
    vec_release(&r->cells);
    vec_release(&r->ends);
    vec_release(&r->row);
    free(r);
}

static void drop_ready(struct csv_rows *r) {
    str_clear(&r->text);
    vec_clear(&r->cells);
    vec_clear(&r->ends);
    r->taken = 0;
}

void csv_rows_seek(struct csv_rows *r, uint64_t offset) {
    drop_ready(r);
    csv_fini(&r->parser, NULL, NULL, NULL);
    lines_seek(r->lines, offset);
    r->finished = false;
    r->number = 0;
}

static int feed(struct csv_rows *r) {
    const char *line;
    uint64_t offset;
    size_t len;
    int rc = lines_next(&line, &len, &offset, r->lines);

    if (rc) {
        return rc;
    }
    if (r->parser.pstate == 0) { /* between rows */
        r->row_offset = offset;
    }
    if (len && csv_parse(&r->parser, line, len, take_cell, take_row, r) != len) {
        return err_set(ERR_INVALID, "%s: %s", r->lines->name, csv_strerror(csv_error(&r->parser)));
    }
    if (!len) {
        csv_fini(&r->parser, take_cell, take_row, r);
        r->finished = true;
    }
    return r->text.len + r->parser.entry_pos > LINES_MAX
               ? err_set(ERR_INVALID, "%s: a row of more than 64 MiB", r->lines->name)
               : 0;
}

int csv_rows_next(struct csv_row *out, bool *more, struct csv_rows *r) {
    if (r->taken == r->ends.len) {
        drop_ready(r);
    }
    while (!r->ends.len && !r->finished) {
        int rc = feed(r);
        if (rc) {
            return rc;
        }
    }
    *more = r->taken < r->ends.len;
    if (!*more) {
        return 0;
    }
    size_t from = r->taken ? r->ends.at[r->taken - 1] : 0, to = r->ends.at[r->taken];
    vec_clear(&r->row);
    for (size_t i = from; i < to; i++) {
        const struct cell_place *c = &r->cells.at[i];

        vec_push(&r->row, ((struct csv_cell){.text = r->text.buf + c->start, .len = c->len}));
    }
    r->taken++;
    *out = (struct csv_row){
        .at = r->row.at, .len = r->row.len, .offset = r->row_offset, .number = ++r->number};
    return 0;
}
