/*
 * The values of TOML: what stands behind an equals sign. Documents and tables are in toml_read.
 */
#ifndef DOC_TOML_H
#define DOC_TOML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"
#include "doc/source.h"

struct arena;
struct node;
struct str;

/* A table while it is being read. */
struct toml_table {
    struct node *map;
    unsigned depth;      /* 1 for the document */
    struct map children; /* name -> struct toml_child */
    unsigned section;    /* whose dotted keys made or filled it, 0 for none */
    bool has_header;
};

struct toml_child {
    struct node *value;
    struct toml_table
        *table;    /* what a path goes on in: a table, or the last one of an array of tables;
                               * NULL: a value, to which nothing can be added */
    bool is_array; /* of tables, made by [[…]] */
};

struct toml {
    struct source source;
    struct arena *arena;
    const char *at, *end;
    size_t nodes;
    unsigned section;                /* counts headers, from 1 */
    VEC(struct toml_table *) tables; /* all, for release */
};

struct toml_path VEC_OF(struct node *); /* names of a dotted key */

int toml_fail(struct toml *t, const char *at, const char *what);

void toml_skip_blanks(struct toml *t);
bool toml_next_is(const struct toml *t, const char *text);
bool toml_take(struct toml *t, const char *text); /* the text, if it is next */
int toml_skip_comment(struct toml *t) MUST_CHECK;
/* Blanks, comments and line breaks. */
int toml_skip_lines(struct toml *t) MUST_CHECK;

int toml_key(struct toml_path *path, struct toml *t) MUST_CHECK;
/* "key = value", put into the table. */
int toml_pair(struct toml *t, struct toml_table *table) MUST_CHECK;
int toml_value(struct node **out, struct toml *t, unsigned depth) MUST_CHECK;
/* A string at its opening quotes; `lines`: it may be one of several lines. */
int toml_string(struct str *out, struct toml *t, bool lines) MUST_CHECK;
/* A number, boolean or date. */
int toml_bare_value(struct node *n, struct toml *t) MUST_CHECK;

struct toml_table *toml_table_new(struct toml *t, const char *at, unsigned depth);
/* Sets the value that the path leads to from `table`. */
int toml_set(struct toml *t, struct toml_table *table, const struct toml_path *path,
             struct node *value) MUST_CHECK;

#endif
