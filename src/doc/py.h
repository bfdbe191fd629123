/*
 * Python literals, as ast.literal_eval takes them. Statements are in py_read.
 */
#ifndef DOC_PY_H
#define DOC_PY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "doc/source.h"

struct arena;
struct node;

struct py {
    struct source source;
    struct arena *arena;
    const char *at, *end;
    size_t nodes;
    unsigned block_depth; /* of classes and functions around, 1 at the top */
};

/* Not a literal, or one that has no place in our values (bytes, complex numbers): the statement is passed
 * over, as by DVC. */
enum { PY_OTHER = 1 };

int py_fail(struct py *p, const char *at, const char *what);

/* Blanks and escaped line breaks; within brackets comments and line breaks, too. */
void py_skip_blanks(struct py *p, bool in_brackets);
/* To the end of the line, before its line feed. */
void py_skip_line(struct py *p);
bool py_next_is(const struct py *p, const char *text);
bool py_take(struct py *p, const char *text);
/* The length of the name at `at`, 0 if there is none. */
size_t py_name_len(const struct py *p, const char *at);

/* A value; a list without brackets ("1, 2") only at depth 1. */
int py_literal(struct node **out, struct py *p, unsigned depth) MUST_CHECK;

/* Behind a string of any kind, at its opening quote. */
int py_skip_string(struct py *p) MUST_CHECK;
/* One or several strings in a row, which are one. */
int py_strings(struct node **out, struct py *p, bool in_brackets) MUST_CHECK;
/* Whether a string begins here, prefix letters included. */
bool py_is_string(const struct py *p);

#endif
