#include <string.h>

#include "base/attr.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/node.h"
#include "doc/write.h"

/* What str.isprintable() says no to, beyond ASCII: controls, formats, separators, surrogates and private
 * use. Code points that no Unicode version has named yet are taken for printable. */
static bool is_printable(uint32_t cp) {
    static const uint32_t hidden[][2] = {
        {0x7f, 0xa0},        {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},
        {0x6dd, 0x6dd},      {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},
        {0x1680, 0x1680},    {0x180e, 0x180e},   {0x2000, 0x200f},   {0x2028, 0x202f},
        {0x205f, 0x206f},    {0x3000, 0x3000},   {0xd800, 0xf8ff},   {0xfeff, 0xfeff},
        {0xfff0, 0xfffb},    {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
        {0x13430, 0x1343f},  {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe00ff},
        {0xe01f0, 0x10ffff},
    };
    if (cp < 0x20) {
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(hidden); i++) {
        if (cp >= hidden[i][0] && cp <= hidden[i][1]) {
            return false;
        }
    }
    return true;
}

static void write_code_point(struct str *out, uint32_t cp, char quote) {
    if (cp == '\\' || cp == (unsigned char)quote) {
        str_addc(out, '\\');
        str_addc(out, (char)cp);
    } else if (cp == '\n') {
        str_adds(out, "\\n");
    } else if (cp == '\r') {
        str_adds(out, "\\r");
    } else if (cp == '\t') {
        str_adds(out, "\\t");
    } else if (is_printable(cp)) {
        char bytes[4];
        str_add(out, bytes, utf8_put(bytes, cp));
    } else if (cp < 0x100) {
        str_addf(out, "\\x%02x", (unsigned)cp);
    } else if (cp < 0x10000) {
        str_addf(out, "\\u%04x", (unsigned)cp);
    } else {
        str_addf(out, "\\U%08x", (unsigned)cp);
    }
}

/* repr(str): in single quotes, unless it holds some and no double ones. */
static void write_quoted(struct str *out, const char *text, size_t len) {
    char quote = memchr(text, '\'', len) && !memchr(text, '"', len) ? '"' : '\'';
    const char *at = text, *end = text + len;
    str_addc(out, quote);
    while (at < end) {
        write_code_point(out, utf8_next(&at, end), quote);
    }
    str_addc(out, quote);
}

static void write_repr(struct str *out, const struct node *n) {
    char number[NUM_FLOAT_MAX];
    switch (n->kind) {
    case NODE_NULL:
        str_adds(out, "None");
        return;
    case NODE_BOOL:
        str_adds(out, n->boolean ? "True" : "False");
        return;
    case NODE_INT:
        if (n->big) {
            str_adds(out, n->big);
        } else {
            str_addf(out, "%lld", (long long)n->integer);
        }
        return;
    case NODE_FLOAT:
        str_adds(out, num_float_repr(number, n->real));
        return;
    case NODE_STR:
        write_quoted(out, n->str.text, n->str.len);
        return;
    case NODE_LIST:
        str_addc(out, '[');
        for (size_t i = 0; i < n->list.len; i++) {
            str_adds(out, i ? ", " : "");
            write_repr(out, n->list.at[i]);
        }
        str_addc(out, ']');
        return;
    case NODE_MAP:
        str_addc(out, '{');
        for (size_t i = 0; i < n->map.len; i++) {
            str_adds(out, i ? ", " : "");
            write_repr(out, n->map.at[i].key);
            str_adds(out, ": ");
            write_repr(out, n->map.at[i].value);
        }
        str_addc(out, '}');
        return;
    }
}

void python_write(struct str *out, const struct node *n) {
    if (n->kind == NODE_STR) {
        str_add(out, n->str.text, n->str.len);
        return;
    }
    write_repr(out, n);
}
