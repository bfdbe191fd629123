#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/node.h"
#include "doc/write.h"

void json_write_text(struct str *out, const char *text) {
    const char *end = text + strlen(text);

    str_addc(out, '"');
    while (text < end) {
        const char *from = text;
        uint32_t cp;

        while (text < end && *text >= ' ' && *text < 0x7f && *text != '"' && *text != '\\') {
            text++;
        }
        str_add(out, from, (size_t)(text - from));
        if (text == end) {
            break;
        }
        cp = utf8_next(&text, end);
        switch (cp) {
        case '"':
            str_adds(out, "\\\"");
            break;
        case '\\':
            str_adds(out, "\\\\");
            break;
        case '\n':
            str_adds(out, "\\n");
            break;
        case '\r':
            str_adds(out, "\\r");
            break;
        case '\t':
            str_adds(out, "\\t");
            break;
        case '\f':
            str_adds(out, "\\f");
            break;
        case '\b':
            str_adds(out, "\\b");
            break;
        case 0x7f:
            str_addc(out, 0x7f);
            break;
        default:
            if (cp >= 0x10000) {
                str_addf(out, "\\u%04x\\u%04x", 0xd800 + ((cp - 0x10000) >> 10),
                         0xdc00 + ((cp - 0x10000) & 0x3ff));
            } else {
                str_addf(out, "\\u%04x", cp);
            }
        }
    }
    str_addc(out, '"');
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

static void write_scalar(struct str *out, const struct node *n) {
    switch (n->kind) {
    case NODE_NULL:
        str_adds(out, "null");
        break;
    case NODE_BOOL:
        str_adds(out, n->boolean ? "true" : "false");
        break;
    case NODE_INT:
        if (n->big != NULL) {
            str_adds(out, n->big);
        } else {
            str_addf(out, "%lld", (long long)n->integer);
        }
        break;
    case NODE_FLOAT:
        write_float(out, n->real);
        break;
    case NODE_STR:
        json_write_text(out, n->str.text);
        break;
    case NODE_LIST:
    case NODE_MAP:
        break;
    }
}

/* Keys that are no strings become strings, as json.dumps has them. */
static void write_key(struct str *out, const struct node *key) {
    if (key->kind == NODE_STR) {
        json_write_text(out, key->str.text);
        return;
    }
    str_addc(out, '"');
    write_scalar(out, key);
    str_addc(out, '"');
}

/* UTF-8 sorts by bytes as Python's strings do by code points. */
static int pair_compare(const void *a, const void *b) {
    const struct node_pair *x = a, *y = b;
    const char *s = node_text(x->key), *t = node_text(y->key);

    return strcmp(s != NULL ? s : "", t != NULL ? t : "");
}

static void write_node(struct str *out, const struct node *n, bool sorted);

static void write_map(struct str *out, const struct node *n, bool sorted) {
    struct node_pair *pairs = n->map.at;
    size_t i;

    if (sorted && n->map.len > 1) {
        pairs = mem_alloc(n->map.len * sizeof *pairs);
        memcpy(pairs, n->map.at, n->map.len * sizeof *pairs);
        qsort(pairs, n->map.len, sizeof *pairs, pair_compare);
    }
    str_addc(out, '{');
    for (i = 0; i < n->map.len; i++) {
        if (i > 0) {
            str_adds(out, ", ");
        }
        write_key(out, pairs[i].key);
        str_adds(out, ": ");
        write_node(out, pairs[i].value, sorted);
    }
    str_addc(out, '}');
    if (pairs != n->map.at) {
        free(pairs);
    }
}

static void write_node(struct str *out, const struct node *n, bool sorted) {
    size_t i;

    if (n->kind == NODE_MAP) {
        write_map(out, n, sorted);
    } else if (n->kind == NODE_LIST) {
        str_addc(out, '[');
        for (i = 0; i < n->list.len; i++) {
            if (i > 0) {
                str_adds(out, ", ");
            }
            write_node(out, n->list.at[i], sorted);
        }
        str_addc(out, ']');
    } else {
        write_scalar(out, n);
    }
}

void json_write(struct str *out, const struct node *n) {
    write_node(out, n, false);
}

void json_write_sorted(struct str *out, const struct node *n) {
    write_node(out, n, true);
}
