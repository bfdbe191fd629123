/*
 * The layout is that of Python's tabulate, which DVC prints with: a column is as wide as its widest
 * cell, at least as its title and two more; cells are stripped of outer blanks; plain lines lose
 * their trailing blanks.
 */
#include "show/table.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/write.h"
#include "show/escape.h"
#include "show/out.h"

#define TITLE_PADDING 2

static const char missing[] = "-"; /* known by its address, for CSV */

struct table {
    struct arena *arena;
    struct strv titles, cells; /* title NULL: the column has none */
    VEC(size_t) rows;          /* index into cells where each row starts */
    size_t right;              /* so many columns, from the first, are aligned to the right */
    bool keep_blanks;
};

struct table *table_new(void) {
    struct table *t = mem_zalloc(1, sizeof *t);
    t->arena = arena_new();
    return t;
}

void table_free(struct table *t) {
    if (t) {
        strv_release(&t->titles);
        strv_release(&t->cells);
        vec_release(&t->rows);
        arena_free(t->arena);
        free(t);
    }
}

/* The text as it will be shown: one line, no outer blanks. */
static const char *table_text(struct table *t, const char *text) {
    static const char blanks[] = " \t\r\n\v\f";
    text += t->keep_blanks ? 0 : strspn(text, blanks);
    size_t len = strlen(text);
    while (!t->keep_blanks && len && strchr(blanks, text[len - 1])) {
        len--;
    }
    struct str shown = STR_INIT;
    escape_control(&shown, arena_strndup(t->arena, text, len), ESCAPE_ALL);
    const char *kept = arena_strndup(t->arena, shown.buf, shown.len);
    str_release(&shown);
    return kept;
}

void table_column(struct table *t, const char *title) {
    vec_push(&t->titles, table_text(t, title));
}

void table_untitled(struct table *t, enum table_align align) {
    t->right += align == TABLE_RIGHT && t->right == t->titles.len;
    vec_push(&t->titles, NULL);
}

void table_keep_blanks(struct table *t) {
    t->keep_blanks = true;
}

void table_row(struct table *t) {
    vec_push(&t->rows, t->cells.len);
}

void table_cell(struct table *t, const char *text) {
    vec_push(&t->cells, table_text(t, text));
}

static void round_floats(struct node *n, int precision) {
    if (n->kind == NODE_FLOAT) {
        n->real = num_round(n->real, precision);
    } else if (n->kind == NODE_LIST) {
        for (size_t i = 0; i < n->list.len; i++) {
            round_floats(n->list.at[i], precision);
        }
    } else if (n->kind == NODE_MAP) {
        for (size_t i = 0; i < n->map.len; i++) {
            round_floats(n->map.at[i].value, precision);
        }
    }
}

void table_cell_value(struct table *t, const struct node *value, int precision) {
    if (!value || value->kind == NODE_NULL) {
        vec_push(&t->cells, missing);
        return;
    }
    struct node *rounded = node_clone(t->arena, value);
    if (precision > 0) {
        round_floats(rounded, precision);
    }
    struct str text = STR_INIT;
    python_write(&text, rounded);
    table_cell(t, text.buf);
    str_release(&text);
}

void table_cell_float(struct table *t, double value, int precision) {
    char text[NUM_FLOAT_MAX];
    table_cell(t, num_float_repr(text, precision > 0 ? num_round(value, precision) : value));
}

/* A row that is too short is filled up. */
static const char *table_at(const struct table *t, size_t row, size_t column) {
    size_t start = t->rows.at[row];
    size_t end = row + 1 < t->rows.len ? t->rows.at[row + 1] : t->cells.len;
    return start + column < end ? t->cells.at[start + column] : missing;
}

static void measure(const struct table *t, size_t *width) {
    for (size_t c = 0; c < t->titles.len; c++) {
        const char *title = t->titles.at[c];
        width[c] = title ? utf8_width(title) + TITLE_PADDING : 0;
        for (size_t r = 0; r < t->rows.len; r++) {
            size_t w = utf8_width(table_at(t, r, c));
            width[c] = w > width[c] ? w : width[c];
        }
    }
}

static void add_blanks(struct str *line, size_t n) {
    while (n--) {
        str_addc(line, ' ');
    }
}

static void add_cell(struct str *line, const char *text, size_t width) {
    str_adds(line, text);
    add_blanks(line, width - utf8_width(text));
}

/* row == SIZE_MAX: the titles. */
static const char *row_text(const struct table *t, size_t row, size_t column) {
    return row == SIZE_MAX ? t->titles.at[column] : table_at(t, row, column);
}

static void print_plain_row(const struct table *t, struct show *s, size_t row,
                            const size_t *width) {
    struct str line = STR_INIT;
    for (size_t c = 0; c < t->titles.len; c++) {
        const char *text = row_text(t, row, c);
        add_blanks(&line, (c ? 2 : 0) + (c < t->right ? width[c] - utf8_width(text) : 0));
        add_cell(&line, text, c < t->right ? utf8_width(text) : width[c]);
    }
    while (line.len && line.buf[line.len - 1] == ' ') {
        str_truncate(&line, line.len - 1);
    }
    show_line(s, "%s", line.buf);
    str_release(&line);
}

static void print_markdown_row(const struct table *t, struct show *s, size_t row,
                               const size_t *width) {
    struct str line = STR_INIT;
    for (size_t c = 0; c < t->titles.len; c++) {
        str_adds(&line, c ? " | " : "| ");
        add_cell(&line, row_text(t, row, c), width[c]);
    }
    show_line(s, "%s |", line.buf);
    str_release(&line);
}

static void print_markdown_rule(const struct table *t, struct show *s, const size_t *width) {
    struct str line = STR_INIT;
    for (size_t c = 0; c < t->titles.len; c++) {
        str_addc(&line, '|');
        for (size_t i = 0; i < width[c] + 2; i++) {
            str_addc(&line, '-');
        }
    }
    show_line(s, "%s|", line.buf);
    str_release(&line);
}

static void print_csv_row(const struct table *t, struct show *s, size_t row) {
    struct str line CLEANUP(str_release) = STR_INIT;
    for (size_t c = 0; c < t->titles.len; c++) {
        const char *text = row_text(t, row, c);
        str_adds(&line, c ? "," : "");
        if (text == missing) {
            continue;
        }
        if (!strpbrk(text, ",\"\r\n")) {
            str_adds(&line, text);
            continue;
        }
        str_addc(&line, '"');
        for (; *text; text++) {
            str_adds(&line, *text == '"' ? "\"" : "");
            str_addc(&line, *text);
        }
        str_addc(&line, '"');
    }
    show_line(s, "%s\r", line.buf);
}

static void print_csv(const struct table *t, struct show *s) {
    print_csv_row(t, s, SIZE_MAX);
    for (size_t r = 0; r < t->rows.len; r++) {
        print_csv_row(t, s, r);
    }
}

static void print_plain(const struct table *t, struct show *s, const size_t *width) {
    if (t->titles.len > 0 && t->titles.at[0]) {
        print_plain_row(t, s, SIZE_MAX, width);
    }
    for (size_t r = 0; r < t->rows.len; r++) {
        print_plain_row(t, s, r, width);
    }
}

static void print_markdown(const struct table *t, struct show *s, const size_t *width) {
    print_markdown_row(t, s, SIZE_MAX, width);
    print_markdown_rule(t, s, width);
    for (size_t r = 0; r < t->rows.len; r++) {
        print_markdown_row(t, s, r, width);
    }
    show_line(s, "%s", "");
}

void table_print(const struct table *t, struct show *s, enum table_style style) {
    size_t *width = mem_zalloc(t->titles.len + 1, sizeof *width);
    measure(t, width);
    switch (style) {
    case TABLE_PLAIN:
        if (t->rows.len > 0) {
            print_plain(t, s, width);
        }
        break;
    case TABLE_MARKDOWN:
        print_markdown(t, s, width);
        break;
    case TABLE_CSV:
        print_csv(t, s);
        break;
    }
    free(width);
}
