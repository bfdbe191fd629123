#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/write.h"

static void write_escape(struct str *out, uint32_t cp) {
    switch (cp) {
    case '"':
        str_adds(out, "\\\"");
        return;
    case '\\':
        str_adds(out, "\\\\");
        return;
    case '\n':
        str_adds(out, "\\n");
        return;
    case '\r':
        str_adds(out, "\\r");
        return;
    case '\t':
        str_adds(out, "\\t");
        return;
    case '\b':
        str_adds(out, "\\b");
        return;
    case '\f':
        str_adds(out, "\\f");
        return;
    default:
        break;
    }
    if (cp >= 0x10000) {
        cp -= 0x10000;
        str_addf(out, "\\u%04x\\u%04x", 0xd800 + (unsigned)(cp >> 10),
                 0xdc00 + (unsigned)(cp & 0x3ff));
    } else {
        str_addf(out, "\\u%04x", (unsigned)cp);
    }
}

static bool is_bare(unsigned char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void write_quoted(struct str *out, const char *text, size_t len) {
    const char *at = text, *end = text + len;
    str_addc(out, '"');
    while (at < end) {
        const char *from = at;
        while (at < end && is_bare((unsigned char)*at)) {
            at++;
        }
        str_add(out, from, (size_t)(at - from));
        if (at < end) {
            write_escape(out, utf8_next(&at, end));
        }
    }
    str_addc(out, '"');
}

void json_write_text(struct str *out, const char *text) {
    write_quoted(out, text, strlen(text));
}

static void write_float(struct str *out, double value) {
    char text[NUM_FLOAT_MAX];
    if (isnan(value)) {
        str_adds(out, "NaN");
    } else if (isinf(value)) {
        str_adds(out, value < 0 ? "-Infinity" : "Infinity");
    } else {
        str_adds(out, num_float_repr(text, value));
    }
}

static void write_node(struct str *out, const struct node *n, bool sorted);

/* Python turns keys that are no strings into the text that JSON has for them. */
static void write_key(struct str *out, const struct node *key) {
    if (key->kind == NODE_STR) {
        write_quoted(out, key->str.text, key->str.len);
        return;
    }
    str_addc(out, '"');
    write_node(out, key, false);
    str_addc(out, '"');
}

/* Python's order of strings: by code points. */
static int compare_texts(const struct node *a, const struct node *b) {
    const char *left = a->str.text, *right = b->str.text;
    const char *left_end = left + a->str.len, *right_end = right + b->str.len;
    while (left < left_end && right < right_end) {
        uint32_t l = utf8_next(&left, left_end);
        uint32_t r = utf8_next(&right, right_end);
        if (l != r) {
            return l < r ? -1 : 1;
        }
    }
    return (left < left_end) - (right < right_end);
}

static int compare_pairs(const void *a, const void *b) {
    const struct node *left = ((const struct node_pair *)a)->key;
    const struct node *right = ((const struct node_pair *)b)->key;
    if (left->kind == NODE_STR && right->kind == NODE_STR) {
        return compare_texts(left, right);
    }
    if (node_is_number(left) && node_is_number(right)) {
        double l = node_number(left), r = node_number(right);
        return (l > r) - (l < r);
    }
    return (left->kind > right->kind) - (left->kind < right->kind);
}

static void write_pairs(struct str *out, const struct node_pair *at, size_t len, bool sorted) {
    str_addc(out, '{');
    for (size_t i = 0; i < len; i++) {
        str_adds(out, i ? ", " : "");
        write_key(out, at[i].key);
        str_adds(out, ": ");
        write_node(out, at[i].value, sorted);
    }
    str_addc(out, '}');
}

static void write_map(struct str *out, const struct node *map, bool sorted) {
    size_t len = map->map.len;
    if (!sorted || len < 2) {
        write_pairs(out, map->map.at, len, sorted);
        return;
    }
    CLEANUP(mem_freep) struct node_pair *copy = mem_zalloc(len, sizeof *copy);
    memcpy(copy, map->map.at, len * sizeof *copy);
    qsort(copy, len, sizeof *copy, compare_pairs);
    write_pairs(out, copy, len, sorted);
}

static void write_list(struct str *out, const struct node *list, bool sorted) {
    str_addc(out, '[');
    for (size_t i = 0; i < list->list.len; i++) {
        str_adds(out, i ? ", " : "");
        write_node(out, list->list.at[i], sorted);
    }
    str_addc(out, ']');
}

static void write_node(struct str *out, const struct node *n, bool sorted) {
    switch (n->kind) {
    case NODE_NULL:
        str_adds(out, "null");
        return;
    case NODE_BOOL:
        str_adds(out, n->boolean ? "true" : "false");
        return;
    case NODE_INT:
        if (n->big) {
            str_adds(out, n->big);
        } else {
            str_addf(out, "%lld", (long long)n->integer);
        }
        return;
    case NODE_FLOAT:
        write_float(out, n->real);
        return;
    case NODE_STR:
        write_quoted(out, n->str.text, n->str.len);
        return;
    case NODE_LIST:
        write_list(out, n, sorted);
        return;
    case NODE_MAP:
        write_map(out, n, sorted);
        return;
    }
}

void json_write(struct str *out, const struct node *n) {
    write_node(out, n, false);
}

void json_write_sorted(struct str *out, const struct node *n) {
    write_node(out, n, true);
}

enum { INDENT = 4 };

static void begin_line(struct str *out, size_t depth) {
    str_addf(out, "\n%*s", (int)(depth * INDENT), "");
}

static void write_indented(struct str *out, const struct node *n, size_t depth) {
    bool map = n->kind == NODE_MAP;
    size_t len = map ? n->map.len : n->kind == NODE_LIST ? n->list.len : 0;

    if (!len) {
        write_node(out, n, false);
        return;
    }
    str_addc(out, map ? '{' : '[');
    for (size_t i = 0; i < len; i++) {
        str_adds(out, i ? "," : "");
        begin_line(out, depth + 1);
        if (map) {
            write_key(out, n->map.at[i].key);
            str_adds(out, ": ");
        }
        write_indented(out, map ? n->map.at[i].value : n->list.at[i], depth + 1);
    }
    begin_line(out, depth);
    str_addc(out, map ? '}' : ']');
}

void json_write_indented(struct str *out, const struct node *n) {
    write_indented(out, n, 0);
}
