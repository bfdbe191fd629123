#include "doc/node.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"

const char *node_kind_name(enum node_kind kind) {
    static const char *const names[] = {"null",   "boolean", "integer", "float",
                                        "string", "list",    "mapping"};

    return names[kind];
}

struct node *node_get(const struct node *map, const char *key) {
    size_t i;

    if (map == NULL || map->kind != NODE_MAP) {
        return NULL;
    }
    for (i = 0; i < map->map.len; i++) {
        if (str_eq(node_text(map->map.at[i].key), key)) {
            return map->map.at[i].value;
        }
    }
    return NULL;
}

const char *node_text(const struct node *n) {
    return n != NULL && n->kind == NODE_STR ? n->str.text : NULL;
}

bool node_is_number(const struct node *n) {
    return n != NULL && (n->kind == NODE_INT || n->kind == NODE_FLOAT);
}

double node_number(const struct node *n) {
    switch (n->kind) {
    case NODE_INT:
        return n->big != NULL ? strtod(n->big, NULL) : (double)n->integer;
    case NODE_FLOAT:
        return n->real;
    case NODE_BOOL:
        return n->boolean ? 1 : 0;
    case NODE_NULL:
    case NODE_STR:
    case NODE_LIST:
    case NODE_MAP:
        break;
    }
    return NAN;
}

bool node_truthy(const struct node *n) {
    if (n == NULL) {
        return false;
    }
    switch (n->kind) {
    case NODE_NULL:
        return false;
    case NODE_BOOL:
        return n->boolean;
    case NODE_INT:
        return n->big != NULL || n->integer != 0;
    case NODE_FLOAT:
        return n->real != 0;
    case NODE_STR:
        return n->str.len > 0;
    case NODE_LIST:
        return n->list.len > 0;
    case NODE_MAP:
        return n->map.len > 0;
    }
    return false;
}

static bool map_equal(const struct node *a, const struct node *b) {
    size_t i;

    if (a->map.len != b->map.len) {
        return false;
    }
    for (i = 0; i < a->map.len; i++) {
        const struct node_pair *pair = &a->map.at[i];
        const struct node *other;

        /* Mostly both are in the same order; else the key is looked for. */
        if (node_equal(pair->key, b->map.at[i].key)) {
            other = b->map.at[i].value;
        } else {
            other = node_text(pair->key) != NULL ? node_get(b, node_text(pair->key)) : NULL;
        }
        if (other == NULL || !node_equal(pair->value, other)) {
            return false;
        }
    }
    return true;
}

bool node_equal(const struct node *a, const struct node *b) {
    size_t i;

    if (a == b) {
        return true;
    }
    if (a == NULL || b == NULL) {
        return false;
    }
    if (a->kind != b->kind) {
        bool numbers = (node_is_number(a) || a->kind == NODE_BOOL) &&
                       (node_is_number(b) || b->kind == NODE_BOOL);

        return numbers && node_number(a) == node_number(b);
    }
    switch (a->kind) {
    case NODE_NULL:
        return true;
    case NODE_BOOL:
        return a->boolean == b->boolean;
    case NODE_INT:
        return str_eq(a->big, b->big) && (a->big != NULL || a->integer == b->integer);
    case NODE_FLOAT:
        return a->real == b->real || (isnan(a->real) && isnan(b->real));
    case NODE_STR:
        return a->str.len == b->str.len && memcmp(a->str.text, b->str.text, a->str.len) == 0;
    case NODE_LIST:
        if (a->list.len != b->list.len) {
            return false;
        }
        for (i = 0; i < a->list.len; i++) {
            if (!node_equal(a->list.at[i], b->list.at[i])) {
                return false;
            }
        }
        return true;
    case NODE_MAP:
        return map_equal(a, b);
    }
    return false;
}

static struct node *node_new(struct arena *arena, enum node_kind kind) {
    struct node *n = arena_alloc(arena, sizeof *n);

    n->kind = kind;
    return n;
}

struct node *node_null(struct arena *arena) {
    return node_new(arena, NODE_NULL);
}

struct node *node_bool(struct arena *arena, bool value) {
    struct node *n = node_new(arena, NODE_BOOL);

    n->boolean = value;
    return n;
}

struct node *node_int(struct arena *arena, int64_t value) {
    struct node *n = node_new(arena, NODE_INT);

    n->integer = value;
    return n;
}

struct node *node_float(struct arena *arena, double value) {
    struct node *n = node_new(arena, NODE_FLOAT);

    n->real = value;
    return n;
}

struct node *node_str(struct arena *arena, const char *text) {
    struct node *n = node_new(arena, NODE_STR);

    n->str.len = strlen(text);
    n->str.text = arena_strndup(arena, text, n->str.len);
    return n;
}

struct node *node_list(struct arena *arena) {
    return node_new(arena, NODE_LIST);
}

struct node *node_map(struct arena *arena) {
    return node_new(arena, NODE_MAP);
}

/* Containers double at powers of two, so that no capacity need be kept. */
static void *grown(struct arena *arena, void *old, size_t len, size_t size) {
    void *bigger;

    if (len > 0 && (len < 4 || (len & (len - 1)) != 0)) {
        return old;
    }
    bigger = arena_alloc(arena, (len == 0 ? 4 : len * 2) * size);
    if (len > 0) {
        memcpy(bigger, old, len * size);
    }
    return bigger;
}

void node_append(struct arena *arena, struct node *list, struct node *value) {
    list->list.at = grown(arena, list->list.at, list->list.len, sizeof(struct node *));
    list->list.at[list->list.len++] = value;
}

static void append_pair(struct arena *arena, struct node *map, const struct node *key,
                        struct node *value) {
    map->map.at = grown(arena, map->map.at, map->map.len, sizeof(struct node_pair));
    map->map.at[map->map.len++] = (struct node_pair){key, value};
}

void node_put(struct arena *arena, struct node *map, const char *key, struct node *value) {
    size_t i;

    for (i = 0; i < map->map.len; i++) {
        if (str_eq(node_text(map->map.at[i].key), key)) {
            map->map.at[i].value = value;
            return;
        }
    }
    append_pair(arena, map, node_str(arena, key), value);
}

void node_drop(struct node *map, const char *key) {
    size_t i, kept = 0;

    for (i = 0; i < map->map.len; i++) {
        if (!str_eq(node_text(map->map.at[i].key), key)) {
            map->map.at[kept++] = map->map.at[i];
        }
    }
    map->map.len = kept;
}

struct node *node_clone(struct arena *arena, const struct node *n) {
    struct node *copy = arena_dup(arena, n, sizeof *n);
    size_t i;

    if (n->big != NULL) {
        copy->big = arena_strdup(arena, n->big);
    }
    if (n->kind == NODE_STR) {
        copy->str.text = arena_strndup(arena, n->str.text, n->str.len);
    } else if (n->kind == NODE_LIST) {
        copy->list.len = 0;
        for (i = 0; i < n->list.len; i++) {
            node_append(arena, copy, node_clone(arena, n->list.at[i]));
        }
    } else if (n->kind == NODE_MAP) {
        copy->map.len = 0;
        for (i = 0; i < n->map.len; i++) {
            append_pair(arena, copy, node_clone(arena, n->map.at[i].key),
                        node_clone(arena, n->map.at[i].value));
        }
    }
    return copy;
}
