#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/integer.h"
#include "doc/keys.h"
#include "doc/node.h"
#include "doc/py.h"

bool py_next_is(const struct py *p, const char *text) {
    size_t len = strlen(text);
    return (size_t)(p->end - p->at) >= len && memcmp(p->at, text, len) == 0;
}

bool py_take(struct py *p, const char *text) {
    if (!py_next_is(p, text)) {
        return false;
    }
    p->at += strlen(text);
    return true;
}

void py_skip_line(struct py *p) {
    const char *feed = memchr(p->at, '\n', (size_t)(p->end - p->at));
    p->at = feed ? feed : p->end;
}

void py_skip_blanks(struct py *p, bool in_brackets) {
    while (p->at < p->end) {
        if (strchr(" \t\f", *p->at) || (in_brackets && strchr("\r\n", *p->at))) {
            p->at++;
        } else if (in_brackets && *p->at == '#') {
            py_skip_line(p);
        } else if (!py_take(p, "\\\n") && !py_take(p, "\\\r\n")) {
            return;
        }
    }
}

static bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

size_t py_name_len(const struct py *p, const char *at) {
    size_t len = 0;
    if (at < p->end && *at >= '0' && *at <= '9') {
        return 0;
    }
    while (at + len < p->end && is_name_char(at[len])) {
        len++;
    }
    return len;
}

/* ---- numbers */

/* Underscores stand between digits only. */
static bool has_stray_underscore(const char *at, const char *end) {
    for (const char *c = at; c < end; c++) {
        if (*c == '_' && (c == at || c + 1 == end || c[1] == '_' || strchr(".eE", c[1]) ||
                          strchr(".eE", c[-1]))) {
            return true;
        }
    }
    return false;
}

static int read_prefixed(struct node *n, struct py *p, const char *from, const char *to,
                         bool negative) {
    char letter = from[1] | 0x20;
    unsigned base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
    const char *digits = from + 2;
    if (has_stray_underscore(digits + (digits < to && *digits == '_'), to)) {
        return PY_OTHER;
    }
    return integer_from_digits(n, p->arena, digits, (size_t)(to - digits), base, negative)
               ? 0
               : PY_OTHER;
}

static int read_decimal(struct node *n, struct py *p, const char *from, const char *to,
                        bool negative) {
    if (has_stray_underscore(from, to)) {
        return PY_OTHER;
    }
    CLEANUP(str_release) struct str plain = STR_INIT;
    for (const char *at = from; at < to; at++) {
        if (*at != '_') {
            str_addc(&plain, *at);
        }
    }
    if (strspn(plain.buf, "0123456789") == plain.len) {
        bool octal = plain.buf[0] == '0' && strspn(plain.buf, "0") < plain.len; /* of Python 2 */
        return !octal && integer_from_digits(n, p->arena, plain.buf, plain.len, 10, negative)
                   ? 0
                   : PY_OTHER;
    }
    double value;
    if (!num_float(&value, plain.buf)) {
        return PY_OTHER;
    }
    n->kind = NODE_FLOAT;
    n->real = negative ? -value : value;
    return 0;
}

static int read_number(struct node **out, struct py *p) {
    bool negative = *p->at == '-';
    bool sign = negative || *p->at == '+';
    p->at += sign;
    py_skip_blanks(p, false);
    const char *from = p->at;
    bool prefixed = p->end - from > 2 && *from == '0' && strchr("xXoObB", from[1]);
    while (p->at < p->end && (is_name_char(*p->at) || *p->at == '.')) {
        bool exponent = !prefixed && (*p->at | 0x20) == 'e';
        p->at++;
        if (exponent && p->at < p->end && (*p->at == '+' || *p->at == '-')) {
            p->at++;
        }
    }
    if (p->at == from || !strchr("0123456789.", *from)) {
        return PY_OTHER;
    }
    *out = node_null(p->arena);
    return prefixed ? read_prefixed(*out, p, from, p->at, negative)
                    : read_decimal(*out, p, from, p->at, negative);
}

/* ---- lists and dicts */

/* Items up to the closing bracket, which may follow a comma. `first` was read already, or is NULL. */
static int read_items(struct node *list, struct py *p, const char *close, unsigned depth) {
    for (;;) {
        struct node *item;
        py_skip_blanks(p, true);
        if (py_take(p, close)) {
            return 0;
        }
        int rc = py_literal(&item, p, depth + 1);
        if (rc) {
            return rc;
        }
        node_append(p->arena, list, item);
        py_skip_blanks(p, true);
        if (!py_take(p, ",") && !py_next_is(p, close)) {
            return PY_OTHER;
        }
    }
}

/* (x) is x; (x,) and () are tuples, which are lists to us. */
static int read_parenthesis(struct node **out, struct py *p, unsigned depth) {
    struct node *list = node_list(p->arena);
    py_skip_blanks(p, true);
    if (py_take(p, ")")) {
        *out = list;
        return 0;
    }
    int rc = py_literal(out, p, depth + 1);
    if (rc) {
        return rc;
    }
    py_skip_blanks(p, true);
    if (py_take(p, ")")) {
        return 0;
    }
    if (!py_take(p, ",")) {
        return PY_OTHER;
    }
    node_append(p->arena, list, *out);
    *out = list;
    return read_items(list, p, ")", depth);
}

static bool is_hashable(const struct node *n) {
    return n->kind != NODE_LIST && n->kind != NODE_MAP;
}

/* Behind "key:". The last of equal keys wins, at the place of the first. */
static int read_dict_value(struct node *map, struct keys *keys, struct py *p, struct node *key,
                           unsigned depth) {
    struct node *value;
    py_skip_blanks(p, true);
    int rc = py_literal(&value, p, depth + 1);
    if (rc) {
        return rc;
    }
    size_t at;
    if (keys_find(keys, key, &at)) {
        map->map.at[at].value = value;
    } else {
        keys_add(keys, key, map->map.len);
        node_add(p->arena, map, key, value);
    }
    return 0;
}

static int read_pairs(struct node *map, struct keys *keys, struct py *p, struct node *key,
                      unsigned depth) {
    for (;;) {
        if (!is_hashable(key) || !py_take(p, ":")) {
            return PY_OTHER;
        }
        int rc = read_dict_value(map, keys, p, key, depth);
        if (rc) {
            return rc;
        }
        py_skip_blanks(p, true);
        bool comma = py_take(p, ",");
        py_skip_blanks(p, true);
        if (py_take(p, "}")) {
            return 0;
        }
        if (!comma) {
            return PY_OTHER;
        }
        rc = py_literal(&key, p, depth + 1);
        if (rc) {
            return rc;
        }
        py_skip_blanks(p, true);
    }
}

/* A set is a list of its values. */
static int read_set(struct node **out, struct py *p, struct node *first, unsigned depth) {
    CLEANUP(keys_release) struct keys keys = KEYS_INIT;
    struct node *all = node_list(p->arena), *list = node_list(p->arena);
    node_append(p->arena, all, first);
    if (!py_take(p, ",") && !py_next_is(p, "}")) {
        return PY_OTHER;
    }
    int rc = read_items(all, p, "}", depth);
    for (size_t i = 0; rc == 0 && i < all->list.len; i++) {
        if (!is_hashable(all->list.at[i])) {
            return PY_OTHER;
        }
        if (keys_add(&keys, all->list.at[i], i)) {
            node_append(p->arena, list, all->list.at[i]);
        }
    }
    *out = list;
    return rc;
}

static int read_braces(struct node **out, struct py *p, unsigned depth) {
    struct node *first;
    *out = node_map(p->arena);
    py_skip_blanks(p, true);
    if (py_take(p, "}")) {
        return 0;
    }
    int rc = py_literal(&first, p, depth + 1);
    if (rc) {
        return rc;
    }
    py_skip_blanks(p, true);
    if (!py_next_is(p, ":")) {
        return read_set(out, p, first, depth);
    }
    CLEANUP(keys_release) struct keys keys = KEYS_INIT;
    return read_pairs(*out, &keys, p, first, depth);
}

/* ---- any value */

static int read_name(struct node **out, struct py *p) {
    size_t len = py_name_len(p, p->at);
    CLEANUP(str_release) struct str name = STR_INIT;
    str_add(&name, p->at, len);
    p->at += len;
    if (str_eq(name.buf, "None")) {
        *out = node_null(p->arena);
    } else if (str_eq(name.buf, "True") || str_eq(name.buf, "False")) {
        *out = node_bool(p->arena, name.buf[0] == 'T');
    } else if (str_eq(name.buf, "set") && py_take(p, "()")) {
        *out = node_list(p->arena);
    } else {
        return PY_OTHER;
    }
    return 0;
}

static int read_value(struct node **out, struct py *p, unsigned depth) {
    if (py_take(p, "[")) {
        *out = node_list(p->arena);
        return read_items(*out, p, "]", depth);
    }
    if (py_take(p, "(")) {
        return read_parenthesis(out, p, depth);
    }
    if (py_take(p, "{")) {
        return read_braces(out, p, depth);
    }
    if (py_is_string(p)) {
        return py_strings(out, p, depth > 1);
    }
    return py_name_len(p, p->at) ? read_name(out, p) : read_number(out, p);
}

int py_literal(struct node **out, struct py *p, unsigned depth) {
    size_t start = (size_t)(p->at - p->source.text);
    if (p->at == p->end) {
        return PY_OTHER;
    }
    if (p->block_depth + depth > DOC_MAX_DEPTH) {
        return source_too_deep(&p->source, start);
    }
    if (++p->nodes > DOC_MAX_NODES) {
        return source_too_many(&p->source, start);
    }
    struct node at = {.line = 0};
    source_mark(&p->source, &at, start, start);
    int rc = read_value(out, p, depth);
    if (rc) {
        return rc;
    }
    (*out)->line = at.line;
    (*out)->column = at.column;
    (*out)->span = (struct span){(uint32_t)start, (uint32_t)(p->at - p->source.text)};
    (*out)->flow = (*out)->kind == NODE_LIST || (*out)->kind == NODE_MAP;
    return 0;
}
