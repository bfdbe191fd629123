#include "doc/csv.h"

#include <csv.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/read.h"

enum { CSV_FIELDS_MAX = 4 << 20 };

struct nodes VEC_OF(struct node *);

/* One table being read. */
struct table {
    struct arena *arena;
    const struct csv_form *form;
    struct nodes rows;
    struct nodes fields;         /* of the row that is being read */
    VEC(struct node_pair) pairs; /* the names of the columns, each once, and room for values */
    VEC(size_t) place;           /* of each column: index of its name */
    struct node *nothing;        /* null: a missing field, and the key of those without a name */
    size_t total;
    bool has_names;
};

static int no_space(unsigned char c) {
    (void)c;
    return 0;
}

/* Line ends within quotes are read as those outside. */
static size_t unify_lines(char *text, size_t len) {
    size_t kept = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r') {
            text[kept++] = '\n';
            i += i + 1 < len && text[i + 1] == '\n';
        } else {
            text[kept++] = text[i];
        }
    }
    text[kept] = '\0';
    return kept;
}

static void take_field(void *text, size_t len, void *ctx) {
    struct table *t = ctx;
    struct node *n;

    if (++t->total > CSV_FIELDS_MAX) {
        return;
    }
    n = node_strn(t->arena, text ? text : "", text ? len : 0);
    if (n->str.len && memchr(n->str.text, '\r', n->str.len)) {
        n->str.len = unify_lines((char *)n->str.text, n->str.len);
    }
    vec_push(&t->fields, n);
}

/* The first row: its fields, or their numbers, name the columns. A name that comes twice is one. */
static void take_names(struct table *t) {
    struct map seen CLEANUP(map_release) = MAP_INIT;

    for (size_t i = 0; i < t->fields.len; i++) {
        struct node *name = t->form->header ? t->fields.at[i]
                                            : node_str(t->arena, arena_printf(t->arena, "%zu", i));
        size_t *place = map_get(&seen, name->str.text);

        if (!place) {
            place = arena_dup(t->arena, &t->pairs.len, sizeof *place);
            vec_push(&t->pairs, ((struct node_pair){.key = name}));
            map_put(&seen, name->str.text, place);
        }
        vec_push(&t->place, *place);
    }
    t->has_names = true;
}

static void take_row(int end, void *ctx) {
    struct table *t = ctx;
    size_t columns = t->place.len, fields = t->fields.len;
    struct node *row;

    (void)end;
    if (!fields || t->total > CSV_FIELDS_MAX) {
        return;
    }
    if (!t->has_names) {
        take_names(t);
        columns = t->place.len;
        if (t->form->header) {
            vec_clear(&t->fields);
            return;
        }
    }
    for (size_t i = 0; i < columns; i++) {
        t->pairs.at[t->place.at[i]].value = i < fields ? t->fields.at[i] : t->nothing;
    }
    row = node_map_of(t->arena, t->pairs.at, t->pairs.len);
    if (fields > columns) {
        node_add(t->arena, row, t->nothing,
                 node_list_of(t->arena, t->fields.at + columns, fields - columns));
    }
    vec_push(&t->rows, row);
    vec_clear(&t->fields);
}

static void table_release(struct table *t) {
    vec_release(&t->rows);
    vec_release(&t->fields);
    vec_release(&t->pairs);
    vec_release(&t->place);
}

int csv_read(struct node **out, struct arena *arena, const char *text, size_t len,
             const struct csv_form *form, const char *name) {
    struct table t CLEANUP(table_release) = {.arena = arena, .form = form};
    struct csv_parser parser;
    bool whole;

    if (len > DOC_MAX_BYTES || !utf8_valid(text, len) || memchr(text, '\0', len)) {
        return err_set(ERR_INVALID, "%s: %s", name,
                       len > DOC_MAX_BYTES ? "too large to be read" : "this is not UTF-8 text");
    }
    if (csv_init(&parser, 0)) {
        return err_set(ERR_FAILED, "%s: cannot be read as CSV", name);
    }
    t.nothing = node_null(arena);
    csv_set_delim(&parser, (unsigned char)form->delimiter);
    csv_set_space_func(&parser, no_space);
    whole = csv_parse(&parser, text, len, take_field, take_row, &t) == len &&
            csv_fini(&parser, take_field, take_row, &t) == 0;
    csv_free(&parser);
    if (!whole) {
        return err_set(ERR_INVALID, "%s: cannot be read as CSV", name);
    }
    if (t.total > CSV_FIELDS_MAX) {
        return err_set(ERR_INVALID, "%s: more than %d fields", name, CSV_FIELDS_MAX);
    }
    *out = node_list_of(arena, t.rows.at, t.rows.len);
    return 0;
}
