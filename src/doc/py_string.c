#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "doc/node.h"
#include "doc/py.h"

/* Letters before the quote: r, b, u, f in either case. */
static size_t prefix_len(const struct py *p) {
    size_t len = 0;
    while (len < 2 && (size_t)(p->end - p->at) > len && strchr("rRbBuUfF", p->at[len])) {
        len++;
    }
    return len;
}

bool py_is_string(const struct py *p) {
    const char *quote = p->at + prefix_len(p);
    return quote < p->end && (*quote == '\'' || *quote == '"');
}

static const char *quotes_of(const struct py *p) {
    if (*p->at == '"') {
        return py_next_is(p, "\"\"\"") ? "\"\"\"" : "\"";
    }
    return py_next_is(p, "'''") ? "'''" : "'";
}

int py_skip_string(struct py *p) {
    const char *from = p->at, *quotes = quotes_of(p);
    bool one_line = quotes[1] == '\0';
    py_take(p, quotes);
    while (p->at < p->end && !py_take(p, quotes)) {
        if (*p->at == '\\' && p->at + 1 < p->end) {
            p->at++;
        } else if (one_line && *p->at == '\n') {
            return py_fail(p, from, "a string that does not end on its line");
        }
        p->at++;
        if (p->at == p->end) {
            return py_fail(p, from, "a string that does not end");
        }
    }
    return 0;
}

static unsigned hex_digit(char c) {
    char lower = c | 0x20;
    return c >= '0' && c <= '9'           ? (unsigned)(c - '0')
           : lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a') + 10
                                          : 16;
}

static int add_code_point(struct str *out, uint32_t cp) {
    char bytes[4];
    if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
        return PY_OTHER;
    }
    str_add(out, bytes, utf8_put(bytes, cp));
    return 0;
}

static int read_hex(struct str *out, const char **at, const char *end, int digits) {
    uint32_t cp = 0;
    for (int i = 0; i < digits; i++, ++*at) {
        unsigned digit = *at < end ? hex_digit(**at) : 16;
        if (digit > 15) {
            return PY_OTHER;
        }
        cp = cp * 16 + digit;
    }
    return add_code_point(out, cp);
}

static int read_octal(struct str *out, const char **at, const char *end) {
    uint32_t cp = 0;
    for (int i = 0; i < 3 && *at < end && **at >= '0' && **at <= '7'; i++, ++*at) {
        cp = cp * 8 + (uint32_t)(**at - '0');
    }
    return add_code_point(out, cp);
}

/* Behind the backslash. What is no escape keeps it. */
static int read_escape(struct str *out, const char **at, const char *end) {
    static const char names[] = "\\'\"abfnrtv", values[] = "\\'\"\a\b\f\n\r\t\v";
    char c = **at;
    const char *named = strchr(names, c);
    if (named && *named) {
        ++*at;
        str_addc(out, values[named - names]);
        return 0;
    }
    if (c >= '0' && c <= '7') {
        return read_octal(out, at, end);
    }
    if (c == '\n' || c == '\r') {
        *at += c == '\r' && end - *at > 1 && (*at)[1] == '\n' ? 2 : 1;
        return 0;
    }
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits) {
        ++*at;
        return read_hex(out, at, end, digits);
    }
    if (c == 'N') {
        return PY_OTHER; /* characters by name */
    }
    str_addc(out, '\\');
    return 0;
}

static int unescape(struct str *out, const char *at, const char *end, bool raw) {
    while (at < end) {
        if (*at == '\\' && !raw && at + 1 < end) {
            at++;
            int rc = read_escape(out, &at, end);
            if (rc) {
                return rc;
            }
        } else if (*at == '\r') {
            str_addc(out, '\n');
            at += end - at > 1 && at[1] == '\n' ? 2 : 1;
        } else {
            str_addc(out, *at++);
        }
    }
    return 0;
}

static int read_one(struct str *out, struct py *p) {
    size_t len = prefix_len(p);
    bool raw = false;
    for (size_t i = 0; i < len; i++) {
        char letter = p->at[i] | 0x20;
        if (letter == 'b' || letter == 'f') {
            return PY_OTHER;
        }
        raw = raw || letter == 'r';
    }
    p->at += len;
    size_t quotes = strlen(quotes_of(p));
    const char *from = p->at + quotes;
    int rc = py_skip_string(p);
    return rc ? rc : unescape(out, from, p->at - quotes, raw);
}

int py_strings(struct node **out, struct py *p, bool in_brackets) {
    CLEANUP(str_release) struct str text = STR_INIT;
    char quote = p->at[prefix_len(p)];
    const char *end;
    do {
        int rc = read_one(&text, p);
        if (rc) {
            return rc;
        }
        end = p->at;
        py_skip_blanks(p, in_brackets);
    } while (py_is_string(p));
    p->at = end;
    *out = node_strn(p->arena, text.buf, text.len);
    (*out)->quote = quote;
    return 0;
}
