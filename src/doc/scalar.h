/*
 * Types of plain YAML scalars: YAML 1.2's core schema as DVC's parser has it.
 */
#ifndef DOC_SCALAR_H
#define DOC_SCALAR_H

#include <stddef.h>

struct arena;
struct node;

/* Gives n (kind, value) what the plain text means: null, bool, int, float, or string. */
void scalar_resolve(struct node *n, struct arena *arena, const char *text, size_t len);

#endif
