#include "doc/node.h"

#include <string.h>

#include "base/arena.h"
#include "base/num.h"

const char *node_kind_name(enum node_kind kind) {
    switch (kind) {
    case NODE_NULL:
        return "null";
    case NODE_BOOL:
        return "boolean";
    case NODE_INT:
        return "integer";
    case NODE_FLOAT:
        return "number";
    case NODE_STR:
        return "string";
    case NODE_LIST:
        return "list";
    case NODE_MAP:
        return "mapping";
    }
    return "value";
}

static bool key_is(const struct node *key, const char *text, size_t len) {
    return key->kind == NODE_STR && key->str.len == len && memcmp(key->str.text, text, len) == 0;
}

static struct node_pair *pair_find(const struct node *map, const char *key) {
    if (!map || map->kind != NODE_MAP) {
        return NULL;
    }
    size_t len = strlen(key);
    for (size_t i = 0; i < map->map.len; i++) {
        if (key_is(map->map.at[i].key, key, len)) {
            return &map->map.at[i];
        }
    }
    return NULL;
}

struct node *node_get(const struct node *map, const char *key) {
    struct node_pair *pair = pair_find(map, key);
    return pair ? pair->value : NULL;
}

const char *node_text(const struct node *n) {
    return n && n->kind == NODE_STR ? n->str.text : NULL;
}

bool node_is_number(const struct node *n) {
    return n && (n->kind == NODE_INT || n->kind == NODE_FLOAT);
}

double node_number(const struct node *n) {
    if (!node_is_number(n)) {
        return 0;
    }
    if (n->kind == NODE_FLOAT) {
        return n->real;
    }
    double value = (double)n->integer;
    if (n->big && !num_float(&value, n->big)) {
        return 0;
    }
    return value;
}

bool node_truthy(const struct node *n) {
    if (!n) {
        return false;
    }
    switch (n->kind) {
    case NODE_NULL:
        return false;
    case NODE_BOOL:
        return n->boolean;
    case NODE_INT:
        return n->big || n->integer != 0;
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
    return node_strn(arena, text, strlen(text));
}

struct node *node_strn(struct arena *arena, const char *text, size_t len) {
    struct node *n = node_new(arena, NODE_STR);
    n->str.text = arena_strndup(arena, text, len);
    n->str.len = len;
    return n;
}

/* Arrays have room for a power of two: whoever appends at a full one knows that without a field. Even an
 * empty one has an address of its own, which tells containers that share it by an alias. */
static size_t room_for(size_t len) {
    size_t room = 1;
    while (room < len) {
        room *= 2;
    }
    return room;
}

static bool is_full(size_t len) {
    return len > 0 && (len & (len - 1)) == 0;
}

struct node *node_list(struct arena *arena) {
    return node_list_of(arena, NULL, 0);
}

struct node *node_map(struct arena *arena) {
    return node_map_of(arena, NULL, 0);
}

struct node *node_list_of(struct arena *arena, struct node *const *items, size_t len) {
    struct node *n = node_new(arena, NODE_LIST);
    n->list.at = arena_alloc(arena, room_for(len) * sizeof(struct node *));
    n->list.len = len;
    if (len) {
        memcpy(n->list.at, items, len * sizeof *items);
    }
    return n;
}

struct node *node_map_of(struct arena *arena, const struct node_pair *pairs, size_t len) {
    struct node *n = node_new(arena, NODE_MAP);
    n->map.at = arena_alloc(arena, room_for(len) * sizeof(struct node_pair));
    n->map.len = len;
    if (len) {
        memcpy(n->map.at, pairs, len * sizeof *pairs);
    }
    return n;
}

void node_append(struct arena *arena, struct node *list, struct node *value) {
    size_t len = list->list.len;
    if (is_full(len)) {
        struct node **more = arena_alloc(arena, 2 * len * sizeof(struct node *));
        memcpy(more, list->list.at, len * sizeof(struct node *));
        list->list.at = more;
    }
    list->list.at[list->list.len++] = value;
}

void node_add(struct arena *arena, struct node *map, const struct node *key, struct node *value) {
    size_t len = map->map.len;
    if (is_full(len)) {
        struct node_pair *more = arena_alloc(arena, 2 * len * sizeof *more);
        memcpy(more, map->map.at, len * sizeof *more);
        map->map.at = more;
    }
    map->map.at[map->map.len++] = (struct node_pair){key, value};
}

void node_put(struct arena *arena, struct node *map, const char *key, struct node *value) {
    struct node_pair *pair = pair_find(map, key);
    if (pair) {
        pair->value = value;
        return;
    }
    node_add(arena, map, node_str(arena, key), value);
}

void node_drop(struct node *map, const char *key) {
    struct node_pair *pair = pair_find(map, key);
    if (!pair) {
        return;
    }
    const struct node_pair *end = map->map.at + map->map.len;
    memmove(pair, pair + 1, (size_t)(end - (pair + 1)) * sizeof *pair);
    map->map.len--;
}

struct node *node_clone(struct arena *arena, const struct node *n) {
    struct node *copy = arena_dup(arena, n, sizeof *n);
    copy->big = n->big ? arena_strdup(arena, n->big) : NULL;
    if (n->kind == NODE_STR) {
        copy->str.text = arena_strndup(arena, n->str.text, n->str.len);
    } else if (n->kind == NODE_LIST) {
        copy->list.at = arena_alloc(arena, room_for(n->list.len) * sizeof(struct node *));
        for (size_t i = 0; i < n->list.len; i++) {
            copy->list.at[i] = node_clone(arena, n->list.at[i]);
        }
    } else if (n->kind == NODE_MAP) {
        copy->map.at = arena_alloc(arena, room_for(n->map.len) * sizeof(struct node_pair));
        for (size_t i = 0; i < n->map.len; i++) {
            copy->map.at[i].key = node_clone(arena, n->map.at[i].key);
            copy->map.at[i].value = node_clone(arena, n->map.at[i].value);
        }
    }
    return copy;
}
