/*
 * Python files as params: literals assigned to names at the top level, in classes (a map each), and to self.x in
 * __init__. Nothing is run: what is not a literal is passed over.
 *
 * The body of a compound statement is the lines indented deeper than its first one; those of other statements than class
 * and __init__ are passed over with them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/integer.h"
#include "doc/node.h"
#include "doc/py_token.h"
#include "doc/read.h"

struct py_reader {
    struct py_lexer lexer;
    struct arena *arena;
    struct py_token now; /* the token to be looked at next */
    int depth;
};

static int step(struct py_reader *r) {
    return py_next(&r->now, &r->lexer);
}

static bool at(const struct py_reader *r, const char *text) {
    return (r->now.kind == PY_OP || r->now.kind == PY_NAME) && py_is(&r->lexer, &r->now, text);
}

static char *token_text(const struct py_reader *r) {
    return arena_strndup(r->arena, r->lexer.source.text + r->now.start, r->now.end - r->now.start);
}

static bool at_line_end(const struct py_reader *r) {
    return r->now.kind == PY_LINE || r->now.kind == PY_END;
}

/* To the end of the logical line. */
static int skip_line(struct py_reader *r) {
    int rc = 0;

    while (!rc && !at_line_end(r)) {
        rc = step(r);
    }
    return rc;
}

/* To the end of the simple statement: a semicolon outside brackets, or the line's end. */
static int skip_statement(struct py_reader *r) {
    int rc = 0;

    while (!rc && !at_line_end(r) && !(at(r, ";") && r->lexer.nesting == 0)) {
        rc = step(r);
    }
    return rc;
}

/* One escape behind the backslash at text[i]; returns the index behind it. */
static size_t add_escape(struct str *out, const char *text, size_t i, size_t end) {
    static const char letters[] = "\\'\"abfnrtv", values[] = "\\'\"\a\b\f\n\r\t\v";
    char c = text[i + 1], buf[4];
    const char *letter = strchr(letters, c);

    if (c == '\n') {
        return i + 2;
    }
    if (letter && c != '\0') {
        str_addc(out, values[letter - letters]);
        return i + 2;
    }
    size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0 && i + 2 + digits <= end) {
        char hex[9] = {0}, *stop;
        memcpy(hex, text + i + 2, digits);
        unsigned long cp = strtoul(hex, &stop, 16);
        if (*stop == '\0' && cp > 0 && cp <= 0x10ffff) {
            str_add(out, buf, utf8_put(buf, (uint32_t)cp));
            return i + 2 + digits;
        }
    }
    if (c >= '1' && c <= '7') {
        unsigned long value = 0;
        size_t n = 1;
        while (n <= 3 && i + n < end && text[i + n] >= '0' && text[i + n] <= '7') {
            value = value * 8 + (unsigned long)(text[i + n++] - '0');
        }
        str_add(out, buf, utf8_put(buf, (uint32_t)value));
        return i + n;
    }
    str_addc(out, '\\');
    return i + 1;
}

/* Appends the value of the string token; false for bytes and f-strings, which are no literals of ours. */
static bool add_string(struct str *out, const struct py_reader *r) {
    const char *text = r->lexer.source.text;
    size_t i = r->now.start, end = r->now.end;
    bool raw = false;

    for (; text[i] != '"' && text[i] != '\''; i++) {
        raw = raw || text[i] == 'r' || text[i] == 'R';
        if (strchr("bBfF", text[i])) {
            return false;
        }
    }
    size_t quotes = end - i >= 6 && text[i + 1] == text[i] && text[i + 2] == text[i] ? 3 : 1;
    end -= quotes;
    for (i += quotes; i < end;) {
        if (text[i] == '\\' && !raw && i + 1 < end) {
            i = add_escape(out, text, i, end);
        } else {
            str_addc(out, text[i++]);
        }
    }
    return true;
}

static int read_value(struct node **out, struct py_reader *r);

/* Strings side by side are one. *out stays NULL for what is no literal. */
static int read_strings(struct node **out, struct py_reader *r) {
    struct str text = STR_INIT;
    bool literal = true;
    int rc = 0;

    while (!rc && r->now.kind == PY_STRING) {
        literal = add_string(&text, r) && literal;
        rc = step(r);
    }
    if (!rc && literal) {
        *out = node_str(r->arena, text.buf);
    }
    str_release(&text);
    return rc;
}

static struct node *number_node(struct py_reader *r, const char *text, bool negative) {
    struct node *n = node_null(r->arena);
    bool prefixed = text[0] == '0' && text[1] != '\0' && strchr("xXoObB", text[1]);
    unsigned base = !prefixed ? 10 : strchr("xX", text[1]) ? 16 : strchr("oO", text[1]) ? 8 : 2;
    const char *digits = text + (prefixed ? 2 : 0);
    double value;

    if (integer_from_digits(n, r->arena, digits, strlen(digits), base, negative)) {
        return n;
    }
    char *plain = arena_strdup(r->arena, text), *to = plain;
    for (const char *from = text; *from; from++) {
        if (*from != '_') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return num_float(&value, plain) ? node_float(r->arena, negative ? -value : value) : NULL;
}

/* Keys may be any scalar, as in Python; the last of equal ones wins. */
static void put_pair(struct py_reader *r, struct node *map, const struct node *key,
                     struct node *value) {
    for (size_t i = 0; i < map->map.len; i++) {
        if (node_equal(map->map.at[i].key, key)) {
            map->map.at[i].value = value;
            return;
        }
    }
    node_add(r->arena, map, key, value);
}

/* The inside of brackets up to `close`: a list, or a map where keys and colons stand. */
static int read_items(struct node **out, struct py_reader *r, const char *close, bool *comma) {
    struct node *list = node_list(r->arena), *map = node_map(r->arena);
    bool literal = true, is_map = false;
    int rc = step(r);

    *comma = false;
    while (!rc && !at(r, close)) {
        struct node *value = NULL, *key = NULL;
        if (at_line_end(r)) {
            return source_error(&r->lexer.source, r->now.start, "a bracket that is not closed");
        }
        rc = read_value(&value, r);
        if (!rc && value && at(r, ":") && close[0] == '}') {
            is_map = true;
            key = value;
            value = NULL;
            rc = (rc = step(r)) ? rc : read_value(&value, r);
        }
        bool scalar_key = key && key->kind != NODE_LIST && key->kind != NODE_MAP;
        if (!rc && value && scalar_key) {
            put_pair(r, map, key, value);
        } else if (!rc && value && !key) {
            node_append(r->arena, list, value);
        } else {
            literal = false;
        }
        if (!rc && at(r, ",")) {
            *comma = true;
            rc = step(r);
        } else if (!rc && !at(r, close)) {
            literal = false; /* an expression: go on behind it */
            rc = step(r);
        }
    }
    if (!rc) {
        rc = step(r);
    }
    if (!rc && literal) {
        bool empty_map = close[0] == '}' && list->list.len == 0;
        *out = is_map || empty_map ? map : list;
    }
    return rc;
}

static int read_bracket(struct node **out, struct py_reader *r) {
    bool comma, round = at(r, "(");
    const char *close = round ? ")" : at(r, "[") ? "]" : "}";

    if (r->depth >= DOC_MAX_DEPTH) {
        return source_too_deep(&r->lexer.source, r->now.start);
    }
    r->depth++;
    int rc = read_items(out, r, close, &comma);
    r->depth--;
    if (!rc && round && *out && (*out)->list.len == 1 && !comma) {
        *out = (*out)->list.at[0]; /* only parentheses around a value */
    }
    return rc;
}

/* A literal; *out stays NULL for anything else, whose first token is then passed. */
static int read_value(struct node **out, struct py_reader *r) {
    size_t start = r->now.start;
    bool negative = at(r, "-");
    int rc = 0;

    *out = NULL;
    if ((negative || at(r, "+")) && (rc = step(r))) {
        return rc;
    }
    bool sign = start != r->now.start;
    if (r->now.kind == PY_NUMBER) {
        *out = number_node(r, token_text(r), negative);
        rc = step(r);
    } else if (!sign && r->now.kind == PY_STRING) {
        rc = read_strings(out, r);
    } else if (!sign && (at(r, "True") || at(r, "False"))) {
        *out = node_bool(r->arena, at(r, "True"));
        rc = step(r);
    } else if (!sign && at(r, "None")) {
        *out = node_null(r->arena);
        rc = step(r);
    } else if (!sign && (at(r, "[") || at(r, "(") || at(r, "{"))) {
        rc = read_bracket(out, r);
    } else if (!at_line_end(r)) {
        rc = step(r);
    }
    if (!rc && *out) {
        size_t end = r->now.start;
        while (end > start && strchr(" \t\r\n\f", r->lexer.source.text[end - 1])) {
            end--;
        }
        *out = node_clone(r->arena, *out);
        source_mark(&r->lexer.source, *out, start, end);
    }
    return rc;
}

/* "name = literal", "self.name: type = literal"; anything else is passed over. A tuple may go without parentheses. */
static int read_assignment(struct node *into, struct py_reader *r, bool only_self) {
    const char *name = r->now.kind == PY_NAME ? token_text(r) : NULL;
    struct node *value = NULL, *tuple = NULL;
    bool of_self = false;
    int rc = step(r);

    if (!rc && name && at(r, ".")) {
        of_self = strcmp(name, "self") == 0;
        rc = step(r);
        name = r->now.kind == PY_NAME ? token_text(r) : NULL;
        rc = rc ? rc : step(r);
    }
    if (!rc && at(r, ":")) {
        while (!rc && !at_line_end(r) && !(at(r, "=") && r->lexer.nesting == 0)) {
            rc = step(r);
        }
    }
    if (rc || !name || !at(r, "=")) {
        return rc ? rc : skip_statement(r);
    }
    rc = step(r);
    rc = rc ? rc : read_value(&value, r);
    while (!rc && value && at(r, ",")) {
        if (!tuple) {
            tuple = node_list(r->arena);
            node_append(r->arena, tuple, value);
        }
        rc = step(r);
        if (!rc && !at_line_end(r)) {
            rc = read_value(&value, r);
            if (!rc && value) {
                node_append(r->arena, tuple, value);
            }
        }
    }
    bool ends = at_line_end(r) || (at(r, ";") && r->lexer.nesting == 0);
    if (!rc && value && ends && of_self == only_self) {
        node_put(r->arena, into, name, tuple ? tuple : value);
    }
    return rc ? rc : skip_statement(r);
}

static int read_block(struct node *into, struct py_reader *r, size_t above, bool top,
                      bool only_self);

/* Behind "class X" or "def __init__": the body, on the same line or indented. */
static int read_body(struct node *into, struct py_reader *r, size_t indent, bool only_self) {
    int rc = 0;

    while (!rc && !at_line_end(r) && !(at(r, ":") && r->lexer.nesting == 0)) {
        rc = step(r);
    }
    if (!rc && at(r, ":")) {
        rc = step(r);
    }
    while (!rc && !at_line_end(r)) {
        rc = read_assignment(into, r, only_self);
        if (!rc && at(r, ";")) {
            rc = step(r);
        }
    }
    if (!rc && r->now.kind == PY_LINE) {
        rc = step(r);
    }
    return rc ? rc : read_block(into, r, indent, false, only_self);
}

static int read_statement(struct node *into, struct py_reader *r, bool only_self) {
    size_t indent = r->now.indent;
    bool is_class = at(r, "class"), is_def = at(r, "def");

    if (!is_class && !is_def) {
        int rc = read_assignment(into, r, only_self);
        if (!rc && at(r, ";")) {
            rc = step(r);
        }
        return rc;
    }
    if (r->depth >= DOC_MAX_DEPTH) {
        return source_too_deep(&r->lexer.source, r->now.start);
    }
    int rc = step(r);
    const char *name = !rc && r->now.kind == PY_NAME ? token_text(r) : NULL;
    if (rc || !name || (is_def && strcmp(name, "__init__") != 0)) {
        return rc ? rc : skip_line(r);
    }
    struct node *body = is_class ? node_map(r->arena) : into;
    r->depth++;
    rc = read_body(body, r, indent, is_def);
    r->depth--;
    if (!rc && is_class) {
        node_put(r->arena, into, name, body);
    }
    return rc;
}

/* The lines indented deeper than `above`, or all of them at the top. Those deeper than the block's first one belong to
 * statements that are passed over. */
static int read_block(struct node *into, struct py_reader *r, size_t above, bool top,
                      bool only_self) {
    size_t indent = 0;
    bool known = top;
    int rc = 0;

    while (!rc && r->now.kind != PY_END) {
        if (r->now.kind == PY_LINE) {
            rc = step(r);
            continue;
        }
        if (!top && r->now.indent <= above) {
            break;
        }
        if (!known) {
            indent = r->now.indent;
            known = true;
        }
        rc = r->now.indent > indent ? skip_line(r) : read_statement(into, r, only_self);
    }
    return rc;
}

int py_read(struct node **out, struct arena *arena, const char *text, size_t len,
            const char *name) {
    struct py_reader r = {.lexer = py_lexer_of(name, text, len), .arena = arena};
    int rc = source_check(&r.lexer.source);

    *out = node_map(arena);
    if (!rc) {
        rc = step(&r);
    }
    return rc ? rc : read_block(*out, &r, 0, true, false);
}
