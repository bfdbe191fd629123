#include <math.h>
#include <string.h>

#include "base/str.h"
#include "doc/keys.h"
#include "doc/node.h"

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
    return real >= -9223372036854775808.0 && real < 9223372036854775808.0 && real == trunc(real) &&
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

static bool maps_equal(const struct node *a, const struct node *b, compare *equal) {
    if (a->map.len != b->map.len) {
        return false;
    }
    CLEANUP(keys_release) struct keys keys = KEYS_INIT;
    bool indexed = false;
    for (size_t i = 0; i < a->map.len; i++) {
        size_t at = i; /* most often at the same place */
        const struct node *key = a->map.at[i].key;
        if (!node_equal(key, b->map.at[i].key)) {
            if (!indexed) {
                keys = keys_of(b);
                indexed = true;
            }
            if (!keys_find(&keys, key, &at)) {
                return false;
            }
        }
        if (!equal(a->map.at[i].value, b->map.at[at].value)) {
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
