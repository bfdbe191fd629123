/*
 * What `${…}` in a dvc.yaml may name: the values of params.yaml beside it, of `vars` (files, some
 * keys of files, values in place), and `item` and `key` within foreach and matrix. Names of
 * different sources are merged; nothing can be defined twice. Files are read through a view, from
 * within the repository only.
 */
#ifndef MODEL_CONTEXT_H
#define MODEL_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct context;
struct node;
struct view;

/* The context of a dvc.yaml: `dir` is its folder (repo-relative), `vars` its top-level list or
 * NULL, `file` its name in messages. */
int context_open(struct context **out, struct arena *arena, const struct view *view,
                 const char *dir, const struct node *vars, const char *file) MUST_CHECK;

/* A context of one stage that has `vars` of its own, on top of `base`, which stays as it is. Paths
 * are relative to `wdir` (repo-relative, or absolute: then files are refused). */
int context_extend(struct context **out, const struct context *base, const char *wdir,
                   const struct node *vars, const char *stage) MUST_CHECK;

/* Sets what `item` and `key` name until the next call; NULL: nothing of its own. */
void context_set_item(struct context *c, const struct node *item, const struct node *key);
/* Whether the name is defined, `item` and `key` apart. */
bool context_has(const struct context *c, const char *name);

/* The value of "a.b[0].c", spaces around names allowed. ERR_INVALID without a place: a text that is
 * no such path, or a name that is not defined. If it came from a file, *source is that
 * (repo-relative) and *path the dotted path in it, else both are NULL; either may be NULL where not
 * asked for. */
int context_find(const struct node **value, const char **source, const char **path,
                 struct context *c, const char *expression, size_t len) MUST_CHECK;

#endif
