#include "doc/py_token.h"

#include <string.h>

enum { TAB_WIDTH = 8 };

struct py_lexer py_lexer_of(const char *name, const char *text, size_t len) {
    struct py_lexer l = {.source = source_of(name, text, len), .fresh = true};

    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        l.at = 3;
    }
    return l;
}

bool py_is(const struct py_lexer *l, const struct py_token *t, const char *text) {
    size_t len = strlen(text);

    return t->end - t->start == len && memcmp(l->source.text + t->start, text, len) == 0;
}

static char peek(const struct py_lexer *l, size_t ahead) {
    return l->at + ahead < l->source.len ? l->source.text[l->at + ahead] : '\0';
}

static bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Blanks, comments, continued lines, and inside brackets line ends too. */
static void skip_blank(struct py_lexer *l) {
    for (;;) {
        char c = peek(l, 0);

        if (c == ' ' || c == '\t' || c == '\f' || (l->nesting > 0 && (c == '\n' || c == '\r'))) {
            l->at++;
        } else if (c == '#') {
            while (l->at < l->source.len && peek(l, 0) != '\n' && peek(l, 0) != '\r') {
                l->at++;
            }
        } else if (c == '\\' && peek(l, 1) == '\n') {
            l->at += 2;
        } else if (c == '\\' && peek(l, 1) == '\r' && peek(l, 2) == '\n') {
            l->at += 3;
        } else {
            return;
        }
    }
}

/* Goes to the first line that holds more than blanks and a comment, and measures its indent. */
static void start_line(struct py_lexer *l) {
    for (;;) {
        l->indent = 0;
        while (peek(l, 0) == ' ' || peek(l, 0) == '\t' || peek(l, 0) == '\f') {
            l->indent += peek(l, 0) == '\t' ? TAB_WIDTH - l->indent % TAB_WIDTH : 1;
            l->at++;
        }
        skip_blank(l);
        if (l->at >= l->source.len || (peek(l, 0) != '\n' && peek(l, 0) != '\r')) {
            break;
        }
        l->at++;
    }
    l->fresh = false;
}

/* Letters that may stand before a string's quote. */
static size_t prefix_length(const struct py_lexer *l) {
    size_t n = 0;

    while (n < 2 && peek(l, n) != '\0' && strchr("rRbBuUfF", peek(l, n))) {
        n++;
    }
    return peek(l, n) == '"' || peek(l, n) == '\'' ? n : SIZE_MAX;
}

static int lex_string(struct py_token *t, struct py_lexer *l, size_t prefix) {
    char quote = peek(l, prefix);
    bool triple = peek(l, prefix + 1) == quote && peek(l, prefix + 2) == quote;

    l->at += prefix + (triple ? 3 : 1);
    while (l->at < l->source.len) {
        char c = peek(l, 0);

        if (c == '\\') {
            l->at += 2;
        } else if (c == quote && (!triple || (peek(l, 1) == quote && peek(l, 2) == quote))) {
            l->at += triple ? 3 : 1;
            t->end = l->at;
            return 0;
        } else if (!triple && (c == '\n' || c == '\r')) {
            break;
        } else {
            l->at++;
        }
    }
    return source_error(&l->source, t->start, "a string that does not end");
}

static void lex_number(struct py_lexer *l) {
    bool hex = peek(l, 0) == '0' && (peek(l, 1) == 'x' || peek(l, 1) == 'X');

    while (is_name_char(peek(l, 0)) || peek(l, 0) == '.' ||
           (!hex && (peek(l, 0) == '+' || peek(l, 0) == '-') &&
            (l->source.text[l->at - 1] == 'e' || l->source.text[l->at - 1] == 'E'))) {
        l->at++;
    }
}

static int lex_operator(struct py_token *t, struct py_lexer *l) {
    static const char *const longer[] = {
        "**=", "//=", ">>=", "<<=", "...", "==", "!=", "<=", ">=", "->", ":=", "+=",
        "-=",  "*=",  "/=",  "%=",  "&=",  "|=", "^=", "@=", "**", "//", ">>", "<<"};
    char c = peek(l, 0);

    if (strchr("([{", c)) {
        l->nesting++;
    } else if (strchr(")]}", c) && --l->nesting < 0) {
        return source_error(&l->source, t->start, "a bracket that was not opened");
    }
    for (size_t i = 0; i < COUNT_OF(longer); i++) {
        size_t len = strlen(longer[i]);
        if (l->source.len - l->at >= len && memcmp(l->source.text + l->at, longer[i], len) == 0) {
            l->at += len;
            return 0;
        }
    }
    l->at++;
    return 0;
}

int py_next(struct py_token *t, struct py_lexer *l) {
    if (l->fresh) {
        start_line(l);
    }
    skip_blank(l);
    *t = (struct py_token){.start = l->at, .end = l->at, .indent = l->indent};
    char c = peek(l, 0);

    if (l->at >= l->source.len) {
        if (l->nesting > 0) {
            return source_error(&l->source, l->at, "a bracket that is not closed");
        }
        t->kind = PY_END;
        return 0;
    }
    if (c == '\n' || c == '\r') {
        t->kind = PY_LINE;
        l->at += c == '\r' && peek(l, 1) == '\n' ? 2 : 1;
        l->fresh = true;
        return 0;
    }
    size_t prefix = prefix_length(l);
    int rc = 0;
    if (prefix != SIZE_MAX) {
        t->kind = PY_STRING;
        rc = lex_string(t, l, prefix);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(l, 1)))) {
        t->kind = PY_NUMBER;
        lex_number(l);
    } else if (is_name_char(c)) {
        t->kind = PY_NAME;
        while (is_name_char(peek(l, 0))) {
            l->at++;
        }
    } else {
        t->kind = PY_OP;
        rc = lex_operator(t, l);
    }
    t->end = l->at;
    return rc;
}
