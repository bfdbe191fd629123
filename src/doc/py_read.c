/*
 * Of a Python file only this is read: assignments of literals to one name, at the top level, in classes, and to
 * self in their __init__. All other statements are passed over, which takes no more than knowing where strings,
 * brackets and lines end; blocks of other statements are what is indented deeper. A file that Python would not
 * take for how its lines hang together is refused as a whole, before that.
 */
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/py.h"
#include "doc/read.h"

/* The names of a module, class or function. */
struct scope {
    struct node *map;
    struct map index; /* name -> position + 1 */
    bool self_only;   /* in __init__: only self.x counts */
};

static void scope_release(struct scope *scope) {
    map_release(&scope->index);
}

int py_fail(struct py *p, const char *at, const char *what) {
    return source_error(&p->source, (size_t)(at - p->source.text), "%s", what);
}

static void scope_put(struct scope *scope, struct py *p, struct node *name, struct node *value) {
    uintptr_t at = (uintptr_t)map_get(&scope->index, name->str.text);
    if (at) {
        scope->map->map.at[at - 1].value = value;
        return;
    }
    node_add(p->arena, scope->map, name, value);
    map_put(&scope->index, name->str.text, (void *)(uintptr_t)scope->map->map.len);
}

/* ---- lines */

/* The indentation of the next line with a statement, where p->at is moved to; -1 at the end. Tabs lead to
 * multiples of eight. */
static long next_line(struct py *p) {
    for (;;) {
        long indent = 0;
        for (; p->at < p->end && strchr(" \t\f", *p->at); p->at++) {
            indent = *p->at == '\t' ? (indent / 8 + 1) * 8 : *p->at == ' ' ? indent + 1 : 0;
        }
        if (p->at == p->end) {
            return -1;
        }
        if (*p->at == '#') {
            py_skip_line(p);
        } else if (*p->at != '\n' && *p->at != '\r') {
            return indent;
        }
        p->at += p->at < p->end;
    }
}

static bool at_line_end(const struct py *p) {
    return p->at == p->end || *p->at == '\n' || *p->at == '\r' || *p->at == '#';
}

/* To the end of the line, to a semicolon, or to one of the characters in `stop`; brackets and strings are
 * taken whole. */
static int skip_to(struct py *p, const char *stop) {
    const char *open = NULL;
    size_t depth = 0;
    while (p->at < p->end) {
        py_skip_blanks(p, depth > 0);
        if (p->at == p->end || (depth == 0 && (at_line_end(p) || strchr(stop, *p->at)))) {
            break;
        }
        if (*p->at == '\'' || *p->at == '"') {
            int rc = py_skip_string(p);
            if (rc) {
                return rc;
            }
            continue;
        }
        if (strchr("([{", *p->at)) {
            open = depth++ == 0 ? p->at : open;
        } else if (strchr(")]}", *p->at)) {
            if (depth == 0) {
                return py_fail(p, p->at, "a closing bracket without its opening one");
            }
            depth--;
        }
        p->at++;
    }
    return depth ? py_fail(p, open, "a bracket that is not closed") : 0;
}

static void end_line(struct py *p) {
    py_skip_line(p);
    p->at += p->at < p->end;
}

/* ---- layout */

/* Statements that have a body. */
static bool has_body(const struct py *p) {
    static const char *const words[] = {"if",     "elif", "else",    "for", "while", "try",
                                        "except", "with", "finally", "def", "async", "class"};
    size_t len = py_name_len(p, p->at);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strlen(words[i]) == len && memcmp(words[i], p->at, len) == 0) {
            return true;
        }
    }
    return false;
}

/* One line, with what its brackets take in of the next; *opens: it ends in a colon, so a body has to
 * follow. */
static int check_line(bool *opens, struct py *p) {
    const char *from = p->at, *last;
    int rc = 0;

    if (has_body(p) && !(rc = skip_to(p, ":")) && !py_next_is(p, ":")) {
        return py_fail(p, from, "a statement whose ':' is missing");
    }
    if (rc || (rc = skip_to(p, ""))) {
        return rc;
    }
    for (last = p->at - 1; last > from && strchr(" \t\f", *last); last--) {
    }
    *opens = *last == ':';
    return strchr("=+-/%&|^~<>!@", *last) ? py_fail(p, last, "a statement that is not finished")
                                          : 0;
}

/* How lines are indented: deeper only behind a ':', and back to where an outer block is. */
static int check_layout(struct py *p) {
    long indents[DOC_MAX_DEPTH] = {0};
    size_t depth = 0;
    bool opens = false;
    for (;;) {
        long column = next_line(p);
        int rc;
        if (opens && column <= indents[depth]) {
            return py_fail(p, p->at, "an indented block is missing");
        }
        if (column < 0) {
            return 0;
        }
        if (column > indents[depth]) {
            if (!opens) {
                return py_fail(p, p->at, "a line that is indented too far");
            }
            if (++depth == COUNT_OF(indents)) {
                return source_too_deep(&p->source, (size_t)(p->at - p->source.text));
            }
            indents[depth] = column;
        }
        while (column < indents[depth]) {
            depth--;
        }
        if (column != indents[depth]) {
            return py_fail(p, p->at, "a line that is indented unlike any around it");
        }
        if ((rc = check_line(&opens, p))) {
            return rc;
        }
        end_line(p);
    }
}

/* ---- assignments */

/* "name" or "self.name", where the scope wants it; NULL for other targets. */
static struct node *read_target(struct py *p, const struct scope *scope) {
    const char *from = p->at;
    size_t len = py_name_len(p, from);
    bool is_self = len == strlen("self") && memcmp(from, "self", len) == 0;
    p->at += len;
    py_skip_blanks(p, false);
    if (len && is_self && py_take(p, ".")) {
        py_skip_blanks(p, false);
        from = p->at;
        len = py_name_len(p, from);
        p->at += len;
        py_skip_blanks(p, false);
    } else if (scope->self_only) {
        return NULL;
    }
    return len ? node_strn(p->arena, from, len) : NULL;
}

/* An equals sign of its own, behind an annotation if there is one. */
static int take_equals(bool *found, struct py *p) {
    *found = false;
    if (py_take(p, ":")) {
        int rc = skip_to(p, "=;");
        if (rc) {
            return rc;
        }
    }
    *found = !py_next_is(p, "==") && py_take(p, "=");
    return 0;
}

/* "1, 2" without parentheses is a tuple. */
static int read_tuple(struct node **value, struct py *p) {
    py_skip_blanks(p, false);
    if (!py_next_is(p, ",")) {
        return 0;
    }
    struct node *list = node_list(p->arena);
    list->span = (*value)->span;
    list->line = (*value)->line;
    list->column = (*value)->column;
    node_append(p->arena, list, *value);
    while (py_take(p, ",")) {
        struct node *item;
        py_skip_blanks(p, false);
        if (at_line_end(p) || py_next_is(p, ";")) {
            break;
        }
        int rc = py_literal(&item, p, 1);
        if (rc) {
            return rc;
        }
        node_append(p->arena, list, item);
        list->span.end = item->span.end;
        py_skip_blanks(p, false);
    }
    *value = list;
    return 0;
}

static int read_assignment(struct py *p, struct scope *scope) {
    struct node *name = read_target(p, scope), *value;
    bool found;
    if (!name) {
        return PY_OTHER;
    }
    int rc = take_equals(&found, p);
    if (rc || !found) {
        return rc ? rc : PY_OTHER;
    }
    py_skip_blanks(p, false);
    rc = py_literal(&value, p, 1);
    rc = rc ? rc : read_tuple(&value, p);
    if (rc) {
        return rc;
    }
    if (!at_line_end(p) && !py_next_is(p, ";")) {
        return PY_OTHER;
    }
    scope_put(scope, p, name, value);
    return 0;
}

/* Statements between semicolons. */
static int read_simple(struct py *p, struct scope *scope) {
    for (;;) {
        const char *from = p->at;
        int rc = read_assignment(p, scope);
        if (rc == PY_OTHER) {
            p->at = from;
            rc = skip_to(p, ";");
        }
        if (rc) {
            return rc;
        }
        if (!py_take(p, ";")) {
            end_line(p);
            return 0;
        }
        py_skip_blanks(p, false);
    }
}

/* ---- blocks */

static bool take_word(struct py *p, const char *word) {
    size_t len = strlen(word);
    if (py_name_len(p, p->at) != len || memcmp(p->at, word, len) != 0) {
        return false;
    }
    p->at += len;
    py_skip_blanks(p, false);
    return true;
}

static bool is_keyword(const struct py *p) {
    static const char *const words[] = {
        "if",    "elif",   "else",     "for",    "while",  "try",  "except", "finally", "with",
        "def",   "async",  "class",    "return", "import", "from", "lambda", "del",     "assert",
        "raise", "global", "nonlocal", "yield",  "await",  "pass", "break",  "continue"};
    size_t len = py_name_len(p, p->at);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strlen(words[i]) == len && memcmp(words[i], p->at, len) == 0) {
            return true;
        }
    }
    return false;
}

static int read_block(struct py *p, struct scope *scope, long indent, unsigned depth);

/* The body behind a header: on its line, or indented deeper than `indent`. */
static int read_body(struct py *p, struct scope *scope, long indent, unsigned depth) {
    int rc = skip_to(p, ":");
    if (rc) {
        return rc;
    }
    if (!py_take(p, ":")) {
        return py_fail(p, p->at, "the colon of a class or function is missing");
    }
    py_skip_blanks(p, false);
    if (!at_line_end(p)) {
        return read_simple(p, scope);
    }
    end_line(p);
    const char *from = p->at;
    long inner = next_line(p);
    if (inner <= indent) {
        p->at = from;
        return 0;
    }
    p->at = from;
    return read_block(p, scope, inner, depth + 1);
}

static int read_class(struct py *p, struct scope *scope, long indent, unsigned depth) {
    size_t len = py_name_len(p, p->at);
    struct node *name = node_strn(p->arena, p->at, len);
    CLEANUP(scope_release) struct scope inner = {.map = node_map(p->arena)};
    size_t offset = (size_t)(p->at - p->source.text);
    source_mark(&p->source, inner.map, offset, offset + len);
    p->at += len;
    int rc = read_body(p, &inner, indent, depth);
    if (rc == 0) {
        scope_put(scope, p, name, inner.map);
    }
    return rc;
}

/* What __init__ gives to self belongs to the class. */
static int read_init(struct py *p, struct scope *scope, long indent, unsigned depth) {
    CLEANUP(scope_release) struct scope inner = {.map = node_map(p->arena), .self_only = true};
    int rc = read_body(p, &inner, indent, depth);
    for (size_t i = 0; rc == 0 && i < inner.map->map.len; i++) {
        const struct node_pair *pair = &inner.map->map.at[i];
        scope_put(scope, p, node_strn(p->arena, pair->key->str.text, pair->key->str.len),
                  pair->value);
    }
    return rc;
}

static int read_statement(struct py *p, struct scope *scope, long indent, unsigned depth) {
    const char *from = p->at;
    if (take_word(p, "class")) {
        return read_class(p, scope, indent, depth);
    }
    if (take_word(p, "def") && take_word(p, "__init__")) {
        return read_init(p, scope, indent, depth);
    }
    p->at = from;
    if (!is_keyword(p)) {
        return read_simple(p, scope);
    }
    int rc = skip_to(p, "");
    end_line(p);
    return rc;
}

/* Lines at `indent`; those deeper belong to statements that were passed over, a shallower one ends it. */
static int read_block(struct py *p, struct scope *scope, long indent, unsigned depth) {
    if (depth > DOC_MAX_DEPTH) {
        return source_too_deep(&p->source, (size_t)(p->at - p->source.text));
    }
    for (;;) {
        const char *from = p->at;
        long column = next_line(p);
        if (column < indent) {
            p->at = column < 0 ? p->at : from;
            return 0;
        }
        int rc;
        p->block_depth = depth;
        if (column == indent) {
            rc = read_statement(p, scope, indent, depth);
        } else {
            rc = skip_to(p, "");
            end_line(p);
        }
        if (rc) {
            return rc;
        }
    }
}

int py_read(struct node **out, struct arena *arena, const char *text, size_t len,
            const char *name) {
    struct py p = {
        .source = source_of(name, text, len), .arena = arena, .at = text, .end = text + len};
    int rc = source_check(&p.source);
    if (rc) {
        return rc;
    }
    py_take(&p, "\xef\xbb\xbf");
    const char *from = p.at;
    if ((rc = check_layout(&p))) {
        return rc;
    }
    p.at = from;
    CLEANUP(scope_release) struct scope module = {.map = node_map(arena)};
    rc = read_block(&p, &module, 0, 1);
    *out = module.map;
    return rc;
}
