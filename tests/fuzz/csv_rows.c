/*
 * CSV row by row: the rows are those of the reader of whole files, and each is found again at its
 * offset.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "doc/csv.h"
#include "doc/csv_rows.h"
#include "doc/lines.h"
#include "doc/node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text {
    const uint8_t *data;
    size_t size;
};

/* In small pieces, so that lines are cut. */
static int fill(void *ctx, char *buf, size_t size, uint64_t offset, size_t *got) {
    const struct text *t = ctx;
    size_t left = offset < t->size ? t->size - (size_t)offset : 0;

    *got = left < 3 ? left : 3;
    *got = *got < size ? *got : size;
    memcpy(buf, t->data + (offset < t->size ? offset : 0), *got);
    return 0;
}

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void check_seek(struct csv_rows *rows, uint64_t offset, size_t len) {
    struct csv_row row;
    bool more = false, found = false;

    csv_rows_seek(rows, offset);
    while (!found && csv_rows_next(&row, &more, rows) == 0 && more && row.offset == offset) {
        found = row.len == len;
    }
    check(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct text text = {.data = data, .size = size};
    struct csv_form form = {.delimiter = ','};
    struct lines lines[2];
    struct csv_rows *rows[2];
    struct csv_row row;
    struct node *whole = NULL;
    size_t count = 0;
    bool more;

    for (size_t i = 0; i < 2; i++) {
        lines_init(&lines[i], fill, &text, "fuzz");
        check(csv_rows_open(&rows[i], ',', &lines[i]) == 0);
    }
    while (csv_rows_next(&row, &more, rows[0]) == 0 && more) {
        count++;
        if (size < 4096) {
            check_seek(rows[1], row.offset, row.len);
        }
    }
    if (csv_read(&whole, arena, (const char *)data, size, &form, "fuzz") == 0) {
        check(whole->list.len == count);
    }
    err_clear();
    for (size_t i = 0; i < 2; i++) {
        csv_rows_free(rows[i]);
        lines_release(&lines[i]);
    }
    return 0;
}
