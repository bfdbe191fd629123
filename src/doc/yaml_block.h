/*
 * Lists and maps as lines of YAML. yaml_write uses the defaults; the editor follows the habits of the file
 * it edits.
 */
#ifndef DOC_YAML_BLOCK_H
#define DOC_YAML_BLOCK_H

#include <stddef.h>

#include "doc/yaml_emit.h"

struct anchors;
struct node;
struct node_pair;

struct block {
    struct emit emit;
    size_t map_step;         /* columns that a map's keys stand right of its parent's */
    size_t dash_step;        /* columns that a list's dashes stand right of their key */
    struct anchors *anchors; /* NULL: none are written */
};

struct block block_to(struct str *out);
void block_release(struct block *b);

/* Key and value at column `indent`, where the emitter stands already or can get to. */
void block_pair(struct block *b, const struct node_pair *pair, size_t indent);
/* "- value", likewise. */
void block_item(struct block *b, const struct node *item, size_t indent);
/* The value of a key at column `indent` behind its colon. */
void block_value(struct block *b, const struct node *value, size_t indent);
/* All pairs or items at column `indent`, the first where the emitter stands. Not for empty ones. */
void block_lines(struct block *b, const struct node *n, size_t indent);

/* [a, b] and {k: v} on one line; `quote` for its strings, 0 where needed only. */
void flow_value(struct emit *e, const struct node *n, unsigned place, char quote);
void flow_pair(struct emit *e, const struct node_pair *pair, char quote);

#endif
