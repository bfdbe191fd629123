#include "show/ruled.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "show/escape.h"

struct ruled_column {
    const char *title;
    size_t width;
    bool right;
};

struct ruled_cell {
    const char *text;
    size_t width;
    enum show_color color;
};

struct ruled {
    struct arena *arena;
    VEC(struct ruled_column) columns;
    VEC(struct ruled_cell) cells;
    VEC(size_t) rows; /* where each begins among the cells */
    VEC(enum show_color) colors;
};

struct ruled *ruled_new(void) {
    struct ruled *t = mem_zalloc(1, sizeof *t);

    t->arena = arena_new();
    return t;
}

void ruled_free(struct ruled *t) {
    if (t) {
        vec_release(&t->columns);
        vec_release(&t->cells);
        vec_release(&t->rows);
        vec_release(&t->colors);
        arena_free(t->arena);
        free(t);
    }
}

static const char *safe_text(struct ruled *t, const char *text) {
    struct str shown CLEANUP(str_release) = STR_INIT;

    escape_control(&shown, text, ESCAPE_ALL);
    return arena_strdup(t->arena, shown.buf);
}

void ruled_column(struct ruled *t, const char *title, bool right) {
    const char *text = safe_text(t, title);

    vec_push(&t->columns, ((struct ruled_column){text, utf8_width(text), right}));
}

void ruled_row(struct ruled *t, enum show_color color) {
    vec_push(&t->rows, t->cells.len);
    vec_push(&t->colors, color);
}

void ruled_cell(struct ruled *t, const char *text, enum show_color color) {
    struct ruled_cell cell = {.text = safe_text(t, text), .color = color};
    size_t column = t->cells.len - t->rows.at[t->rows.len - 1];

    cell.width = utf8_width(cell.text);
    if (column < t->columns.len && cell.width > t->columns.at[column].width) {
        t->columns.at[column].width = cell.width;
    }
    vec_push(&t->cells, cell);
}

static void blanks(struct show *s, size_t n) {
    show_text(s, "%*s", (int)n, "");
}

static void print_cell(struct show *s, const struct ruled_column *c, const struct ruled_cell *cell,
                       enum show_color color) {
    size_t rest = c->width - cell->width;

    blanks(s, 1 + (c->right ? rest : 0));
    if (color != SHOW_PLAIN) {
        show_color(s, color);
    }
    show_text(s, "%s", cell->text);
    if (color != SHOW_PLAIN) {
        show_color(s, SHOW_PLAIN);
    }
    blanks(s, 2 + (c->right ? 0 : rest));
}

static void print_rule(const struct ruled *t, struct show *s) {
    size_t width = t->columns.len ? 3 * t->columns.len - 1 : 0;

    for (size_t i = 0; i < t->columns.len; i++) {
        width += t->columns.at[i].width;
    }
    show_text(s, " ");
    while (width--) {
        show_text(s, "─");
    }
    show_line(s, " ");
}

void ruled_print(const struct ruled *t, struct show *s) {
    print_rule(t, s);
    show_text(s, " ");
    for (size_t i = 0; i < t->columns.len; i++) {
        struct ruled_cell title = {.text = t->columns.at[i].title};

        title.width = utf8_width(title.text);
        print_cell(s, &t->columns.at[i], &title, SHOW_BOLD);
    }
    show_line(s, "%s", "");
    print_rule(t, s);
    for (size_t r = 0; r < t->rows.len; r++) {
        show_text(s, " ");
        for (size_t i = 0; i < t->columns.len; i++) {
            const struct ruled_cell *cell = &t->cells.at[t->rows.at[r] + i];

            print_cell(s, &t->columns.at[i], cell,
                       cell->color == SHOW_PLAIN ? t->colors.at[r] : cell->color);
        }
        show_line(s, "%s", "");
    }
    print_rule(t, s);
}
