/*
 * One tree for values of YAML, JSON, TOML and Python files. Nodes live in the arena of their document,
 * are not changed after reading (build new ones instead), and know where they stand in the text, so that
 * an error names line and column and an edit touches only its own bytes.
 */
#ifndef DOC_NODE_H
#define DOC_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum node_kind { NODE_NULL, NODE_BOOL, NODE_INT, NODE_FLOAT, NODE_STR, NODE_LIST, NODE_MAP };

struct span {
    uint32_t start, end; /* byte offsets into the text, end exclusive; both 0 for a built node */
};

struct node {
    enum node_kind kind;
    bool flow;  /* list or map in flow style; string in quotes: see `quote` */
    char quote; /* '\'', '"', '|', '>' or 0 (plain) as read */
    bool alias; /* reached through a YAML alias or merge key: must not be edited in place. The node
                           * is then a copy of its own that shares the items of the anchored one. */
    uint32_t line, column; /* 1-based; column in code points; 0 for a built node */
    struct span span;
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct {
            const char *text; /* NODE_STR: bytes without NUL, NUL-terminated */
            size_t len;
        } str;
        struct {
            struct node **at;
            size_t len;
        } list;
        struct {
            struct node_pair *at; /* in order of the text */
            size_t len;
        } map;
    };
    const char *big; /* NODE_INT that does not fit int64: the decimal digits, else NULL */
};

struct node_pair {
    const struct node *key; /* NODE_STR nearly always; YAML allows others */
    struct node *value;
};

const char *node_kind_name(enum node_kind kind); /* "mapping", "list", "string" … for messages */

/* Lookup; NULL for a missing key, a wrong kind or a NULL node. */
struct node *node_get(const struct node *map, const char *key);
/* Dotted path "a.b.0", as params are named; list indexes may be negative as in Python. */
struct node *node_query(const struct node *root, const char *path);
/* The text of a string node, else NULL. */
const char *node_text(const struct node *n);

/* Equal as in Python: 1, 1.0 and true are, NaN never is; maps in any order. */
bool node_equal(const struct node *a, const struct node *b);
/* The same in every kind and value, NaN included; maps in any order. What an edit is checked by. */
bool node_same(const struct node *a, const struct node *b);
bool node_is_number(const struct node *n); /* int or float, not bool */
double node_number(const struct node *n);
/* Python's truth value: false for null, false, 0, "", [] and {}. */
bool node_truthy(const struct node *n);

/* Building. Containers start empty and grow by the add functions. */
struct node *node_null(struct arena *arena);
struct node *node_bool(struct arena *arena, bool value);
struct node *node_int(struct arena *arena, int64_t value);
struct node *node_float(struct arena *arena, double value);
struct node *node_str(struct arena *arena, const char *text);
struct node *node_list(struct arena *arena);
struct node *node_map(struct arena *arena);
struct node *node_strn(struct arena *arena, const char *text, size_t len);
struct node *node_list_of(struct arena *arena, struct node *const *items, size_t len);
struct node *node_map_of(struct arena *arena, const struct node_pair *pairs, size_t len);
void node_append(struct arena *arena, struct node *list, struct node *value);
/* Appends a pair; its key must not be there. */
void node_add(struct arena *arena, struct node *map, const struct node *key, struct node *value);
/* Appends, or replaces the value of an equal key in place. */
void node_put(struct arena *arena, struct node *map, const char *key, struct node *value);
void node_drop(struct node *map, const char *key);
struct node *node_clone(struct arena *arena, const struct node *n); /* deep; keeps spans */

#endif
