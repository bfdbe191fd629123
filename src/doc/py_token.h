/*
 * Python source as tokens: as much of its lexer as finding literals takes.
 */
#ifndef DOC_PY_TOKEN_H
#define DOC_PY_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "doc/source.h"

enum py_kind {
    PY_END,  /* of the file */
    PY_LINE, /* end of a logical line */
    PY_NAME,
    PY_NUMBER,
    PY_STRING, /* with prefix and quotes */
    PY_OP, /* one character, but "==", "<=", ">=", "!=", "->", ":=", "**", "//" and augmented assignments are one token */
};

struct py_token {
    enum py_kind kind;
    size_t start, end; /* byte offsets */
    size_t indent; /* columns in front of the first token of a logical line; of all its tokens */
};

struct py_lexer {
    struct source source;
    size_t at;
    size_t indent;
    int nesting; /* open brackets: line ends inside them count for nothing */
    bool fresh;  /* at the start of a logical line */
};

struct py_lexer py_lexer_of(const char *name, const char *text, size_t len);
int py_next(struct py_token *out, struct py_lexer *l) MUST_CHECK;

/* Whether the token is this text. */
bool py_is(const struct py_lexer *l, const struct py_token *t, const char *text);

#endif
