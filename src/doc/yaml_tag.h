/*
 * Tags of YAML's core schema, and the values of scalars with and without one.
 */
#ifndef DOC_YAML_TAG_H
#define DOC_YAML_TAG_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct node;

/* Whether a list ("seq") or map ("map") may have the tag; NULL and "!" are none. */
bool yaml_tag_fits(const char *tag, const char *kind);

/* Gives `n`, whose quotes are set, kind and value. The problem in words, or NULL. */
const char *yaml_tag_value(struct node *n, struct arena *arena, const char *tag, const char *text,
                           size_t len);

#endif
