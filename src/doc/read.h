/*
 * Text to nodes. All readers refuse what is not UTF-8 and anything beyond named limits (depth 100, one
 * million nodes after alias expansion, 64 MiB), never recurse without a bound, and report
 * "name:line:column: what". The text must outlive nothing: strings are copied to the arena.
 */
#ifndef DOC_READ_H
#define DOC_READ_H

#include <stddef.h>

#include "base/attr.h"

struct arena;
struct node;

#define DOC_MAX_BYTES (64u << 20)

/* `name` is used in messages. An empty text gives NODE_NULL (YAML) or an error (JSON). */
/* YAML 1.2 core types as ruamel reads them: yes/no/on/off are text, 0o17 is 15, 1_000 is 1000, 1e3 is a
 * float, dates stay text; duplicate keys, several documents, tags but the core ones are errors. */
int yaml_read(struct node **out, struct arena *arena, const char *text, size_t len,
              const char *name) MUST_CHECK;
int json_read(struct node **out, struct arena *arena, const char *text, size_t len,
              const char *name) MUST_CHECK;
int toml_read(struct node **out, struct arena *arena, const char *text, size_t len,
              const char *name) MUST_CHECK;
/* A pickle that holds plain values: maps with keys of text, lists (tuples too), texts, numbers, booleans,
 * None. It is data here, and no program: one that would import or call anything is ERR_INVALID. */
int pickle_read(struct node **out, struct arena *arena, const char *text, size_t len,
                const char *name) MUST_CHECK;
/* Literals assigned at the top level, in classes and in their __init__ (self.x); nothing is executed. */
int py_read(struct node **out, struct arena *arena, const char *text, size_t len,
            const char *name) MUST_CHECK;

/* By the file name's suffix: .json .toml .py, everything else YAML. */
int doc_read(struct node **out, struct arena *arena, const char *text, size_t len,
             const char *name) MUST_CHECK;

#endif
