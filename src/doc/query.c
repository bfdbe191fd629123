#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"

/* The next part of a path, up to the dot. False where the path makes no sense. */
static bool next_part(const char **at, struct str *part) {
    size_t len = strcspn(*at, ".");
    str_clear(part);
    str_add(part, *at, len);
    *at += len;
    if (**at == '.' && !*++*at) {
        return false;
    }
    return true;
}

static const struct node *list_item(const struct node *list, const char *index) {
    int64_t i;
    if (!num_int(&i, index)) {
        return NULL;
    }
    int64_t len = (int64_t)list->list.len;
    if (i < 0) {
        i += len;
    }
    return i >= 0 && i < len ? list->list.at[i] : NULL;
}

/* A key that is no string, as 0 in {0: a}, is found by its text. */
static const struct node *map_item(const struct node *map, const char *key) {
    const struct node *value = node_get(map, key);
    int64_t number;
    if (value || !num_int(&number, key)) {
        return value;
    }
    for (size_t i = 0; i < map->map.len; i++) {
        const struct node *k = map->map.at[i].key;
        if (k->kind == NODE_INT && !k->big && k->integer == number) {
            return map->map.at[i].value;
        }
    }
    return NULL;
}

struct node *node_query(const struct node *root, const char *path) {
    CLEANUP(str_release) struct str part = STR_INIT;
    const struct node *n = root;
    while (n && *path) {
        if (!next_part(&path, &part)) {
            return NULL;
        }
        if (n->kind == NODE_LIST) {
            n = list_item(n, part.buf);
        } else if (n->kind == NODE_MAP) {
            n = map_item(n, part.buf);
        } else {
            n = NULL;
        }
    }
    return (struct node *)n;
}
