/*
 * `${…}` in the values of a dvc.yaml. A text that is nothing but one expression becomes the value,
 * of whatever kind; elsewhere the value is put in as text: true, None, 0.1. `\${` is a plain "${".
 * In a command a mapping becomes flags: --lr 0.1 --layers 1 2 --name 'a b'.
 */
#ifndef MODEL_INTERPOLATE_H
#define MODEL_INTERPOLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct context;
struct node;
struct str;

/* One place that is filled in. */
struct interpolation {
    struct arena *arena;
    struct context *context; /* NULL: there is no expression in the whole file */
    const char *file;        /* for messages */
    const char *where;       /* for messages: "stages.train.cmd" */
    bool in_cmd;             /* mappings become flags */
    bool typed;              /* a number stays a number; else what stands alone becomes text too */
    bool whole; /* lists and mappings may be inserted (foreach, matrix); else they are refused */
    bool list_append;   /* parsing.list = append: --l 1 --l 2 */
    bool bool_optional; /* parsing.bool = boolean_optional: --no-b for false */
    struct node *used;  /* if set: file -> {path: value} that was taken from files is added */
    size_t *budget;     /* bytes of text that may still be made */
};

/* Shares what holds no expression with `in`. Errors name the place in the file. */
int interpolate(const struct node **out, struct interpolation *t, const struct node *in) MUST_CHECK;

/* The value as text, as in the middle of a text. Lists and mappings as Python's str(). */
void interpolate_text(struct str *out, const struct node *value);

#endif
