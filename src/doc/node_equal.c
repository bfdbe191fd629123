#include <math.h>
#include <string.h>

#include "base/str.h"
#include "doc/keys.h"
#include "doc/node.h"

/* Maps up to this size are searched one by one. */
enum { FEW = 12 };

typedef bool compare(const struct node *a, const struct node *b);

static bool is_numeric(const struct node *n) {
    return n->kind == NODE_BOOL || node_is_number(n);
}

static int64_t small_integer(const struct node *n) {
    return n->kind == NODE_BOOL ? n->boolean : n->integer;
}

/* Exact, unlike a comparison of doubles: 2^53 + 1 is not 2.0^53. */
static bool integer_is_real(const struct node *n, double real) {
    if (n->big) {
        return node_number(n) == real;
    }
    return real >= -0x1p63 && real < 0x1p63 && real == trunc(real) &&
           (int64_t)real == small_integer(n);
}

static bool numbers_equal(const struct node *a, const struct node *b) {
    if (a->kind == NODE_FLOAT && b->kind == NODE_FLOAT) {
        return a->real == b->real;
    }
    if (a->kind == NODE_FLOAT) {
        return integer_is_real(b, a->real);
    }
    if (b->kind == NODE_FLOAT) {
        return integer_is_real(a, b->real);
    }
    const char *left = a->kind == NODE_INT ? a->big : NULL;
    const char *right = b->kind == NODE_INT ? b->big : NULL;
    return str_eq(left, right) && (left || small_integer(a) == small_integer(b));
}

static bool strings_equal(const struct node *a, const struct node *b) {
    return a->str.len == b->str.len && memcmp(a->str.text, b->str.text, a->str.len) == 0;
}

static bool lists_equal(const struct node *a, const struct node *b, compare *equal) {
    if (a->list.len != b->list.len) {
        return false;
    }
    for (size_t i = 0; i < a->list.len; i++) {
        if (!equal(a->list.at[i], b->list.at[i])) {
            return false;
        }
    }
    return true;
}

/* Where b has a's key i; most often at the same place. */
static const struct node *counterpart(const struct node *a, const struct node *b, size_t i,
                                      struct keys *keys) {
    const struct node *key = a->map.at[i].key;
    if (node_equal(key, b->map.at[i].key)) {
        return b->map.at[i].value;
    }
    if (b->map.len > FEW) {
        if (keys->text.len + keys->other.len == 0) {
            keys_add_map(keys, b);
        }
        size_t at;
        return keys_find(keys, key, &at) ? b->map.at[at].value : NULL;
    }
    for (size_t k = 0; k < b->map.len; k++) {
        if (node_equal(key, b->map.at[k].key)) {
            return b->map.at[k].value;
        }
    }
    return NULL;
}

static bool maps_equal(const struct node *a, const struct node *b, compare *equal) {
    if (a->map.len != b->map.len) {
        return false;
    }
    CLEANUP(keys_release) struct keys keys = KEYS_INIT;
    for (size_t i = 0; i < a->map.len; i++) {
        const struct node *other = counterpart(a, b, i, &keys);
        if (!other || !equal(a->map.at[i].value, other)) {
            return false;
        }
    }
    return true;
}

static bool containers_equal(const struct node *a, const struct node *b, compare *equal) {
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case NODE_NULL:
        return true;
    case NODE_STR:
        return strings_equal(a, b);
    case NODE_LIST:
        return lists_equal(a, b, equal);
    case NODE_MAP:
        return maps_equal(a, b, equal);
    case NODE_BOOL:
    case NODE_INT:
    case NODE_FLOAT:
        break;
    }
    return false;
}

bool node_equal(const struct node *a, const struct node *b) {
    if (is_numeric(a) && is_numeric(b)) {
        return numbers_equal(a, b);
    }
    return containers_equal(a, b, node_equal);
}

bool node_same(const struct node *a, const struct node *b) {
    if (!is_numeric(a)) {
        return containers_equal(a, b, node_same);
    }
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind == NODE_FLOAT) {
        return (isnan(a->real) && isnan(b->real)) ||
               (a->real == b->real && signbit(a->real) == signbit(b->real));
    }
    return numbers_equal(a, b);
}
