/*
 * A text being read: its name for messages, what every reader refuses, and places in it.
 */
#ifndef DOC_SOURCE_H
#define DOC_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct node;

struct source {
    const char *name;
    const char *text;
    size_t len;
    /* A place already counted out; those behind it are found from there. */
    size_t at;
    uint32_t line, column; /* of it, 0-based */
};

enum { DOC_MAX_DEPTH = 100, DOC_MAX_NODES = 1000000 };

struct source source_of(const char *name, const char *text, size_t len);

/* Not longer than DOC_MAX_BYTES, UTF-8, no NUL. */
int source_check(struct source *s) MUST_CHECK;

/* ERR_INVALID: "name:line:column: what". */
int source_error(struct source *s, size_t offset, const char *fmt, ...) PRINTF(3, 4);

/* For a text that could not be read (`rc`, with its error): if Git left the marks of a conflict in it,
 * that is what is wrong, and where. */
int source_conflict(struct source *s, int rc);

/* The usual limits, in words. */
int source_too_deep(struct source *s, size_t offset);
int source_too_many(struct source *s, size_t offset);

/* Sets span, line and column of a node. Fast while the places ascend. */
void source_mark(struct source *s, struct node *n, size_t start, size_t end);

#endif
