#include "db/pg_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"

enum { DEPTH = 6 }; /* what PostgreSQL allows */

struct array {
    struct arena *arena;
    const char *at, *end;
    enum pg_item item;
};

static bool take(struct array *a, char c) {
    if (a->at == a->end || *a->at != c) {
        return false;
    }
    a->at++;
    return true;
}

static struct node *real_of(struct arena *arena, const char *text) {
    double real;

    if (str_eq(text, "Infinity") || str_eq(text, "-Infinity")) {
        return node_float(arena, text[0] == '-' ? -INFINITY : INFINITY);
    }
    if (str_eq(text, "NaN")) {
        return node_float(arena, NAN);
    }
    return num_float(&real, text) ? node_float(arena, real) : NULL;
}

static struct node *item_of(struct arena *arena, const char *text, enum pg_item item) {
    int64_t whole;

    switch (item) {
    case PG_WHOLE:
        return num_int(&whole, text) ? node_int(arena, whole) : NULL;
    case PG_REAL:
        return real_of(arena, text);
    case PG_BOOL:
        return str_eq(text, "t") || str_eq(text, "f") ? node_bool(arena, text[0] == 't') : NULL;
    case PG_ITEM_TEXT:
        return node_str(arena, text);
    }
    return NULL;
}

/* One that is no array: "a \"word\"", or plain up to the comma. */
static struct node *read_item(struct array *a) {
    struct str text CLEANUP(str_release) = STR_INIT;
    bool quoted = take(a, '"');

    while (a->at < a->end && (quoted ? *a->at != '"' : !strchr(",{}\"", *a->at))) {
        a->at += *a->at == '\\' && a->at + 1 < a->end;
        if (*a->at == '\0') {
            return NULL;
        }
        str_addc(&text, *a->at++);
    }
    if (quoted ? !take(a, '"') : text.len == 0) {
        return NULL;
    }
    if (!quoted && str_eq(text.buf, "NULL")) {
        return node_null(a->arena);
    }
    return item_of(a->arena, text.buf, a->item);
}

/* Of the list whose brace was taken. */
static struct node *read_list(struct array *a, int depth) {
    struct node *list = node_list(a->arena);

    if (take(a, '}')) {
        return list;
    }
    do {
        struct node *item = !take(a, '{')   ? read_item(a)
                            : depth < DEPTH ? read_list(a, depth + 1)
                                            : NULL;
        if (!item) {
            return NULL;
        }
        node_append(a->arena, list, item);
    } while (take(a, ','));
    return take(a, '}') ? list : NULL;
}

struct node *pg_array(struct arena *arena, const char *text, size_t len, enum pg_item item) {
    struct array a = {.arena = arena, .at = text, .end = text + len, .item = item};
    const char *bounds = len > 0 && *text == '[' ? memchr(text, '=', len) : NULL;

    a.at = bounds ? bounds + 1 : text;
    struct node *list = take(&a, '{') ? read_list(&a, 1) : NULL;
    return a.at == a.end ? list : NULL;
}
