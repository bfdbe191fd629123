/*
 * Changes a text to mean another tree, touching only the bytes that have to change: comments, blank
 * lines, quoting, order and flow style of everything else stay. The result is read again and compared
 * with what was wanted before it is handed out; where a text is too intricate for small changes, the
 * smallest entry around them is written anew, which the trace (-vv) tells.
 */
#ifndef DOC_EDIT_H
#define DOC_EDIT_H

#include <stddef.h>

#include "base/attr.h"

struct node;
struct str;

/* Appends to `out` the text `old` changed so that it reads as `want`. Maps are compared by key: keys that
 * `want` lacks are deleted, new ones are appended (in `want`'s order) in the style of their siblings, kept
 * ones stay in the text's order. Lists are compared by common front and back. Values reached through an
 * alias or a merge key are refused (ERR_UNSUPPORTED) with file:line. `name` is used in messages. An empty
 * `old` gives yaml_write(want). */
int yaml_edit(struct str *out, const char *old, size_t len, const struct node *want,
              const char *name) MUST_CHECK;

/* For files that belong to a machine (dvc.lock): an entry `depth` levels down that differs is written anew as a
 * whole, in `want`'s order; 1 means the keys of the root, 2 what lies below those. Aliases are no obstacle: where
 * they are in the way, the whole text is written anew. */
int yaml_edit_entries(struct str *out, const char *old, size_t len, const struct node *want,
                      unsigned depth, const char *name) MUST_CHECK;

/* The same for other languages. JSON that is too intricate is written anew as one line, as DVC does.
 * What would rewrite a TOML or Python file is ERR_UNSUPPORTED; keys can be added to and removed from
 * TOML, not Python. An empty `old` is an empty map. */
int json_edit(struct str *out, const char *old, size_t len, const struct node *want,
              const char *name) MUST_CHECK;
int toml_edit(struct str *out, const char *old, size_t len, const struct node *want,
              const char *name) MUST_CHECK;
int py_edit(struct str *out, const char *old, size_t len, const struct node *want,
            const char *name) MUST_CHECK;

/* By the file name's suffix, as doc_read. */
int doc_edit(struct str *out, const char *old, size_t len, const struct node *want,
             const char *name) MUST_CHECK;

#endif
