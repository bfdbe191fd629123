#include "doc/keys.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"

/* Up to here comparing all keys with each other is faster than hashing them. */
enum { FEW = 12 };

void keys_release(struct keys *k) {
    map_release(&k->text);
    map_release(&k->other);
    arena_free(k->texts);
    k->texts = NULL;
}

/* The value as text such that equal values have equal texts; lists and maps are never keys. */
static void key_text(struct str *out, const struct node *key) {
    if (key->kind == NODE_BOOL) {
        str_addc(out, key->boolean ? '1' : '0');
        return;
    }
    bool whole = key->kind == NODE_FLOAT && key->real >= -9223372036854775808.0 &&
                 key->real < 9223372036854775808.0 && key->real == (double)(int64_t)key->real;
    if (whole) {
        str_addf(out, "%lld", (long long)key->real);
        return;
    }
    python_write(out, key);
}

/* NaN is no key that could be found again, but it must be the same key in the same map. */
static bool keys_equal(const struct node *a, const struct node *b) {
    return node_equal(a, b) || (a->kind == NODE_FLOAT && node_same(a, b));
}

static bool find_in(const struct node *map, size_t len, const struct node *key, size_t *position) {
    for (size_t i = 0; i < len; i++) {
        if (keys_equal(map->map.at[i].key, key)) {
            *position = i;
            return true;
        }
    }
    return false;
}

bool keys_find(const struct keys *k, const struct node *key, size_t *position) {
    void *found;
    if (k->few) {
        return find_in(k->few, k->few->map.len, key, position);
    }
    if (key->kind == NODE_STR) {
        found = map_get(&k->text, key->str.text);
    } else {
        CLEANUP(str_release) struct str text = STR_INIT;
        key_text(&text, key);
        found = map_get(&k->other, text.buf);
    }
    if (!found) {
        return false;
    }
    *position = (size_t)(uintptr_t)found - 1;
    return true;
}

bool keys_add(struct keys *k, const struct node *key, size_t position) {
    void *value = (void *)(uintptr_t)(position + 1);
    if (key->kind == NODE_STR) {
        return map_add(&k->text, key->str.text, value);
    }
    CLEANUP(str_release) struct str text = STR_INIT;
    key_text(&text, key);
    if (map_has(&k->other, text.buf)) {
        return false;
    }
    if (!k->texts) {
        k->texts = arena_new();
    }
    return map_add(&k->other, arena_strdup(k->texts, text.buf), value);
}

struct keys keys_of(const struct node *map) {
    struct keys k = KEYS_INIT;
    if (map->map.len <= FEW) {
        k.few = map;
        return k;
    }
    for (size_t i = 0; i < map->map.len; i++) {
        keys_add(&k, map->map.at[i].key, i);
    }
    return k;
}

size_t keys_duplicate(const struct node *map) {
    size_t len = map->map.len, before;
    CLEANUP(keys_release) struct keys keys = KEYS_INIT;
    for (size_t i = 0; i < len; i++) {
        const struct node *key = map->map.at[i].key;
        if (len <= FEW ? find_in(map, i, key, &before) : !keys_add(&keys, key, i)) {
            return i;
        }
    }
    return len;
}
