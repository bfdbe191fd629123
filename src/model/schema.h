/*
 * What a file of ours may look like: tables of keys and kinds, and the check of a tree against
 * them.
 */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include <stdbool.h>

#include "base/attr.h"
#include "doc/node.h"

/* Kinds of values, as a set. A bool is no integer here. */
#define SCHEMA_NULL  (1u << NODE_NULL)
#define SCHEMA_BOOL  (1u << NODE_BOOL)
#define SCHEMA_INT   (1u << NODE_INT)
#define SCHEMA_FLOAT (1u << NODE_FLOAT)
#define SCHEMA_STR   (1u << NODE_STR)
#define SCHEMA_LIST  (1u << NODE_LIST)
#define SCHEMA_MAP   (1u << NODE_MAP)
#define SCHEMA_ANY   0u /* no check, also not below */

struct schema;

struct schema_field {
    const char *key;
    const struct schema *value;
    bool required;
};

struct schema {
    unsigned kinds;
    const struct schema *item;         /* of a list; NULL: anything */
    const struct schema_field *fields; /* of a map with known keys; the last one is zero */
    const struct schema *value;        /* of a map with any texts as keys; with neither: anything */
    size_t max;                        /* entries of a map, 0: any number */
    size_t min;                        /* bytes of a text, unless it is empty */
    /* Another schema for some maps: the foreach form of a stage. May be NULL. */
    const struct schema *(*choose)(const struct node *n);
};

extern const struct schema schema_any, schema_str, schema_bool, schema_str_list;
extern const struct schema schema_map, schema_str_or_map; /* maps of anything */

/* ERR_INVALID "file:line:column: …" for the first thing that does not fit. `where` leads to the
 * node in its file ("stages.train"), NULL at the top. */
int schema_check(const struct node *n, const struct schema *schema, const char *file,
                 const char *where) MUST_CHECK;

/* A boolean of a map that fits, `fallback` if it is not there. */
bool schema_flag(const struct node *map, const char *key, bool fallback);

/* An error of that form about a node; `what` is a printf text. Returns ERR_INVALID. */
int schema_error(const struct node *n, const char *file, const char *fmt, ...) PRINTF(3, 4);

#endif
