/*
 * What a plain YAML scalar means: YAML 1.2's core schema as DVC's parser has it, down to its oddities. The
 * reader asks for values, the writer asks which texts need quotes to stay text.
 */
#ifndef DOC_SCALAR_H
#define DOC_SCALAR_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct node;

enum scalar_type {
    SCALAR_TEXT,
    SCALAR_NULL,
    SCALAR_BOOL,
    SCALAR_INT,
    SCALAR_FLOAT,
    SCALAR_OTHER, /* a date, "<<" or "=": text for us, but not for every parser */
};

enum scalar_type scalar_type(const char *text, size_t len);

/* Gives `n` kind and value of the type. False if the text has no such value ("0b_"); the node is then
 * unchanged. SCALAR_TEXT and SCALAR_OTHER are strings. */
bool scalar_value(struct node *n, struct arena *arena, enum scalar_type type, const char *text,
                  size_t len);

#endif
