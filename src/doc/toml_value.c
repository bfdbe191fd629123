#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/integer.h"
#include "doc/node.h"
#include "doc/toml.h"

static void path_release(struct toml_path *path) {
    vec_release(path);
}

/* ---- blanks */

bool toml_next_is(const struct toml *t, const char *text) {
    size_t len = strlen(text);
    return (size_t)(t->end - t->at) >= len && memcmp(t->at, text, len) == 0;
}

bool toml_take(struct toml *t, const char *text) {
    if (!toml_next_is(t, text)) {
        return false;
    }
    t->at += strlen(text);
    return true;
}

void toml_skip_blanks(struct toml *t) {
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\t')) {
        t->at++;
    }
}

/* Where the character may stand in comments and one-line strings. */
static bool is_text(char c) {
    return c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7f);
}

int toml_skip_comment(struct toml *t) {
    if (!toml_take(t, "#")) {
        return 0;
    }
    while (t->at < t->end && is_text(*t->at)) {
        t->at++;
    }
    if (t->at == t->end || *t->at == '\n' || toml_next_is(t, "\r\n")) {
        return 0;
    }
    return toml_fail(t, t->at, "a control character in a comment");
}

int toml_skip_lines(struct toml *t) {
    for (;;) {
        toml_skip_blanks(t);
        int rc = toml_skip_comment(t);
        if (rc || (!toml_take(t, "\n") && !toml_take(t, "\r\n"))) {
            return rc;
        }
    }
}

/* ---- keys */

static bool is_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static int read_name(struct node **out, struct toml *t) {
    const char *from = t->at;
    CLEANUP(str_release) struct str text = STR_INIT;
    char quote = t->at < t->end && (*t->at == '"' || *t->at == '\'') ? *t->at : 0;
    if (quote) {
        int rc = toml_string(&text, t, false);
        if (rc) {
            return rc;
        }
    } else {
        while (t->at < t->end && is_bare(*t->at)) {
            t->at++;
        }
        str_add(&text, from, (size_t)(t->at - from));
        if (text.len == 0) {
            return toml_fail(t, from, "not a key");
        }
    }
    *out = node_strn(t->arena, text.buf, text.len);
    (*out)->quote = quote;
    source_mark(&t->source, *out, (size_t)(from - t->source.text),
                (size_t)(t->at - t->source.text));
    return 0;
}

int toml_key(struct toml_path *path, struct toml *t) {
    do {
        struct node *name = NULL;
        toml_skip_blanks(t);
        int rc = read_name(&name, t);
        if (rc) {
            return rc;
        }
        if (path->len == DOC_MAX_DEPTH) {
            return source_too_deep(&t->source, name->span.start);
        }
        vec_push(path, name);
        toml_skip_blanks(t);
    } while (toml_take(t, "."));
    return 0;
}

/* ---- strings */

static int read_hex(struct str *out, struct toml *t, int digits) {
    const char *from = t->at;
    uint32_t cp = 0;
    for (int i = 0; i < digits; i++, t->at++) {
        char c = t->at < t->end ? *t->at : ' ';
        char lower = c | 0x20;
        if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'f')) {
            return toml_fail(t, from, "an escape without its hexadecimal digits");
        }
        cp = cp * 16 + (uint32_t)(c <= '9' ? c - '0' : lower - 'a' + 10);
    }
    if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) {
        return toml_fail(t, from, "an escape that is no character");
    }
    char bytes[4];
    str_add(out, bytes, utf8_put(bytes, cp));
    return 0;
}

/* Behind the backslash. */
static int read_escape(struct str *out, struct toml *t, bool lines) {
    static const char names[] = "btnfr\"\\", values[] = "\b\t\n\f\r\"\\";
    char c = t->at < t->end ? *t->at : '\0';
    const char *named = c ? strchr(names, c) : NULL;
    if (named) {
        t->at++;
        str_addc(out, values[named - names]);
        return 0;
    }
    if (toml_take(t, "u")) {
        return read_hex(out, t, 4);
    }
    if (toml_take(t, "U")) {
        return read_hex(out, t, 8);
    }
    /* At the end of a line it takes away all blanks and line breaks that follow. */
    if (lines) {
        const char *from = t->at;
        toml_skip_blanks(t);
        if (toml_next_is(t, "\n") || toml_next_is(t, "\r\n")) {
            while (t->at < t->end && (strchr(" \t\n", *t->at) || toml_next_is(t, "\r\n"))) {
                t->at++;
            }
            return 0;
        }
        t->at = from;
    }
    return toml_fail(t, t->at, "an escape that TOML does not know");
}

/* One character of a string, not a quote of its own kind; CRLF reads as a line feed. */
static int read_character(struct str *out, struct toml *t, char quote, bool lines) {
    if (quote == '"' && toml_take(t, "\\")) {
        return read_escape(out, t, lines);
    }
    if (lines && (toml_take(t, "\n") || toml_take(t, "\r\n"))) {
        str_addc(out, '\n');
        return 0;
    }
    if (!is_text(*t->at)) {
        return toml_fail(t, t->at,
                         *t->at == '\n' || *t->at == '\r' ? "a string that does not end on its line"
                                                          : "a control character in a string");
    }
    str_addc(out, *t->at++);
    return 0;
}

/* Three quotes end it; up to two may stand before them. */
static int read_lines(struct str *out, struct toml *t, const char *quotes) {
    const char *from = t->at;
    if (!toml_take(t, "\n")) {
        toml_take(t, "\r\n");
    }
    while (t->at < t->end) {
        if (toml_take(t, quotes)) {
            for (int i = 0; i < 2 && toml_next_is(t, quotes + 2); i++) {
                str_addc(out, *t->at++);
            }
            return 0;
        }
        int rc = read_character(out, t, quotes[0], true);
        if (rc) {
            return rc;
        }
    }
    return toml_fail(t, from, "a string that does not end");
}

int toml_string(struct str *out, struct toml *t, bool lines) {
    const char *from = t->at;
    const char *quotes = *t->at == '"' ? "\"\"\"" : "'''";
    if (lines && toml_take(t, quotes)) {
        return read_lines(out, t, quotes);
    }
    t->at++;
    while (t->at < t->end && *t->at != quotes[0]) {
        int rc = read_character(out, t, quotes[0], false);
        if (rc) {
            return rc;
        }
    }
    return toml_take(t, quotes + 2) ? 0 : toml_fail(t, from, "a string that does not end");
}

/* ---- lists and tables in one line */

static int read_list(struct node **out, struct toml *t, unsigned depth) {
    struct node *list = node_list(t->arena);
    list->flow = true;
    *out = list;
    toml_take(t, "[");
    for (;;) {
        struct node *item;
        int rc = toml_skip_lines(t);
        if (rc || toml_take(t, "]")) {
            return rc;
        }
        rc = toml_value(&item, t, depth + 1);
        if (rc) {
            return rc;
        }
        node_append(t->arena, list, item);
        rc = toml_skip_lines(t);
        if (rc || toml_take(t, "]")) {
            return rc;
        }
        if (!toml_take(t, ",")) {
            return toml_fail(t, t->at, "a comma or ']' is missing");
        }
    }
}

int toml_pair(struct toml *t, struct toml_table *table) {
    CLEANUP(path_release) struct toml_path path = {0};
    struct node *value;
    int rc = toml_key(&path, t);
    if (rc) {
        return rc;
    }
    if (!toml_take(t, "=")) {
        return toml_fail(t, t->at, "an equals sign is missing behind the key");
    }
    toml_skip_blanks(t);
    rc = toml_value(&value, t, table->depth + (unsigned)path.len);
    return rc ? rc : toml_set(t, table, &path, value);
}

static int read_inline_table(struct node **out, struct toml *t, unsigned depth) {
    struct toml_table *table = toml_table_new(t, t->at, depth);
    *out = table->map;
    table->map->flow = true;
    toml_take(t, "{");
    toml_skip_blanks(t);
    if (toml_take(t, "}")) {
        return 0;
    }
    for (;;) {
        int rc = toml_pair(t, table);
        if (rc) {
            return rc;
        }
        toml_skip_blanks(t);
        if (toml_take(t, "}")) {
            return 0;
        }
        if (!toml_take(t, ",")) {
            return toml_fail(t, t->at, "a comma or '}' is missing");
        }
    }
}

int toml_value(struct node **out, struct toml *t, unsigned depth) {
    size_t start = (size_t)(t->at - t->source.text);
    if (depth > DOC_MAX_DEPTH) {
        return source_too_deep(&t->source, start);
    }
    if (++t->nodes > DOC_MAX_NODES) {
        return source_too_many(&t->source, start);
    }
    struct node at = {.line = 0};
    source_mark(&t->source, &at, start, start);
    int rc;
    if (toml_next_is(t, "[")) {
        rc = read_list(out, t, depth);
    } else if (toml_next_is(t, "{")) {
        rc = read_inline_table(out, t, depth);
    } else if (toml_next_is(t, "\"") || toml_next_is(t, "'")) {
        char quote = *t->at;
        CLEANUP(str_release) struct str text = STR_INIT;
        rc = toml_string(&text, t, true);
        *out = node_strn(t->arena, text.buf, text.len);
        (*out)->quote = quote;
    } else {
        *out = node_null(t->arena);
        rc = toml_bare_value(*out, t);
    }
    if (rc == 0) {
        (*out)->line = at.line;
        (*out)->column = at.column;
        (*out)->span = (struct span){(uint32_t)start, (uint32_t)(t->at - t->source.text)};
    }
    return rc;
}
