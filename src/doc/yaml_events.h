/*
 * Reading YAML, part one: libyaml's events, what they name in the text, and the nodes of scalars and
 * aliases. Lists and maps are in yaml_read.c; nobody else needs this.
 */
#ifndef DOC_YAML_EVENTS_H
#define DOC_YAML_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/attr.h"
#include "base/map.h"
#include "doc/source.h"
#include "doc/yaml_marks.h"

struct arena;
struct node;

struct yaml_anchor {
    struct node *node; /* NULL while it is being read */
    size_t nodes;
    unsigned height;
};

struct yaml_reader {
    yaml_parser_t parser;
    struct arena *arena;
    struct source source;
    const char *parsed; /* what libyaml reads: source.text, or that with stray bytes in disguise */
    size_t skipped;     /* bytes of a BOM, which libyaml does not see */
    struct marks marks;
    struct map anchors;
    size_t nodes;     /* after expanding aliases */
    bool stray_bytes; /* the reason of the failure */
};

void yaml_event_release(yaml_event_t *event); /* for CLEANUP: events die with their scope */
int yaml_next_event(struct yaml_reader *r, yaml_event_t *event) MUST_CHECK;

/* The offset in the text of a mark, which counts code points. */
size_t yaml_offset(const struct yaml_reader *r, yaml_mark_t mark);
int yaml_fail(struct yaml_reader *r, yaml_mark_t mark, const char *what); /* ERR_INVALID there */

/* Counts `more` nodes against the limit. */
int yaml_count_nodes(struct yaml_reader *r, yaml_mark_t mark, size_t more) MUST_CHECK;

/* Sets where the node stands: behind its anchor and tag, if it has properties. */
void yaml_place(struct yaml_reader *r, struct node *n, const yaml_event_t *event,
                bool has_properties);

/* An anchor is added where its node begins, and filled in when that is complete. NULL for no name,
 * which fill takes. */
struct yaml_anchor *yaml_anchor_add(struct yaml_reader *r, const yaml_char_t *name);
void yaml_anchor_fill(struct yaml_anchor *a, struct node *n, size_t nodes, unsigned height);

int yaml_read_alias(struct node **out, struct yaml_reader *r, const yaml_event_t *event,
                    unsigned depth, unsigned *height) MUST_CHECK;
int yaml_read_scalar(struct node **out, struct yaml_reader *r,
                     const yaml_event_t *event) MUST_CHECK;

#endif
