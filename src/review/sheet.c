#include "review/sheet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/csv_rows.h"
#include "doc/lines.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"

struct sheet {
    enum sheet_kind kind;
    int fd;
    const char *name;
    struct lines lines;
    struct csv_rows *rows; /* NULL for JSONL */
    uint64_t number;       /* of the line of JSONL */
    struct arena *arena;   /* of the names of columns */
    struct arena *row;     /* of the row of JSONL */
    struct strv columns;
    VEC(struct sheet_cell) cells;
};

enum sheet_kind sheet_kind_of(const char *path) {
    static const struct {
        const char *suffix;
        enum sheet_kind kind;
    } known[] = {{".csv", SHEET_CSV},
                 {".tsv", SHEET_TSV},
                 {".jsonl", SHEET_JSONL},
                 {".ndjson", SHEET_JSONL}};

    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (str_eq(path_suffix(path), known[i].suffix)) {
            return known[i].kind;
        }
    }
    return SHEET_NONE;
}

static int fill(void *ctx, char *buf, size_t size, uint64_t offset, size_t *got) {
    const struct sheet *s = ctx;
    ssize_t n;

    do {
        n = pread(s->fd, buf, size, (off_t)offset);
    } while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    return n < 0 ? err_errno("cannot read '%s'", s->name) : 0;
}

static int read_names(struct sheet *s) {
    struct csv_row row;
    bool more;
    int rc = csv_rows_next(&row, &more, s->rows);

    for (size_t i = 0; !rc && more && i < row.len; i++) {
        /* A mark of byte order is no part of the first name. */
        size_t skip =
            !i && row.at[i].len >= 3 && !memcmp(row.at[i].text, "\xef\xbb\xbf", 3) ? 3 : 0;

        vec_push(&s->columns, arena_strdup(s->arena, row.at[i].text + skip));
    }
    return rc;
}

int sheet_open(struct sheet **out, enum sheet_kind kind, int fd, const char *name) {
    struct sheet *s = mem_zalloc(1, sizeof *s);

    *out = s;
    *s = (struct sheet){.kind = kind, .fd = fd, .name = name, .arena = arena_new()};
    lines_init(&s->lines, fill, s, name);
    if (kind == SHEET_JSONL) {
        return 0;
    }
    int rc = csv_rows_open(&s->rows, kind == SHEET_CSV ? ',' : '\t', &s->lines);
    return rc ? rc : read_names(s);
}

void sheet_closep(struct sheet **at) {
    struct sheet *s = *at;

    if (!s) {
        return;
    }
    csv_rows_free(s->rows);
    lines_release(&s->lines);
    arena_free(s->arena);
    arena_free(s->row);
    strv_release(&s->columns);
    vec_release(&s->cells);
    free(s);
}

const struct strv *sheet_columns(const struct sheet *s) {
    return &s->columns;
}

const struct sheet_cell *sheet_find(const struct sheet_row *row, const char *name) {
    for (size_t i = 0; i < row->len; i++) {
        if (str_eq(row->at[i].name, name)) {
            return &row->at[i];
        }
    }
    return NULL;
}

static const char *column_name(struct sheet *s, size_t i) {
    while (i >= s->columns.len) { /* a cell without one */
        const char *number = arena_printf(s->arena, "%zu", s->columns.len + 1);

        vec_push(&s->columns, number);
    }
    return s->columns.at[i];
}

static int next_csv(struct sheet_row *out, bool *more, struct sheet *s) {
    struct csv_row row;
    int rc = csv_rows_next(&row, more, s->rows);

    if (rc || !*more) {
        return rc;
    }
    vec_clear(&s->cells);
    for (size_t i = 0; i < row.len; i++) {
        vec_push(&s->cells,
                 ((struct sheet_cell){
                     .name = column_name(s, i), .text = row.at[i].text, .len = row.at[i].len}));
    }
    *out = (struct sheet_row){
        .at = s->cells.at, .len = s->cells.len, .offset = row.offset, .number = row.number - 1};
    return 0;
}

static int compare_cells(const void *a, const void *b) {
    return strcmp(((const struct sheet_cell *)a)->name, ((const struct sheet_cell *)b)->name);
}

static void take_member(struct sheet *s, const struct node_pair *pair) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *name = node_text(pair->key);

    json_write_sorted(&text, pair->value);
    if (name) {
        vec_push(&s->cells, ((struct sheet_cell){.name = name,
                                                 .text = arena_strndup(s->row, text.buf, text.len),
                                                 .len = text.len}));
    }
}

/* The members in the order of their names, so that equal objects are equal rows. */
static int next_object(struct sheet_row *out, bool *more, struct sheet *s) {
    const char *line;
    struct node *root;
    uint64_t offset;
    size_t len;
    int rc;

    do {
        if ((rc = lines_next(&line, &len, &offset, &s->lines))) {
            return rc;
        }
        s->number++;
    } while (len && strspn(line, " \t\r\n") >= len);
    *more = len > 0;
    if (!len) {
        return 0;
    }
    arena_free(s->row);
    s->row = arena_new();
    vec_clear(&s->cells);
    if ((rc = json_read(&root, s->row, line, len, s->name))) {
        return err_wrap(rc, "line %" PRIu64, s->number);
    }
    if (root->kind != NODE_MAP) {
        return err_set(ERR_INVALID, "%s: line %" PRIu64 " is no object", s->name, s->number);
    }
    for (size_t i = 0; i < root->map.len; i++) {
        take_member(s, &root->map.at[i]);
    }
    if (s->cells.len) {
        qsort(s->cells.at, s->cells.len, sizeof *s->cells.at, compare_cells);
    }
    *out = (struct sheet_row){
        .at = s->cells.at, .len = s->cells.len, .offset = offset, .number = s->number};
    return 0;
}

int sheet_next(struct sheet_row *out, bool *more, struct sheet *s) {
    return s->rows ? next_csv(out, more, s) : next_object(out, more, s);
}

void sheet_seek(struct sheet *s, uint64_t offset) {
    s->number = 0;
    if (s->rows) {
        csv_rows_seek(s->rows, offset);
    } else {
        lines_seek(&s->lines, offset);
    }
}

int sheet_rewind(struct sheet *s) {
    struct csv_row names;
    bool more;

    sheet_seek(s, 0);
    return s->rows ? csv_rows_next(&names, &more, s->rows) : 0;
}
