/*
 * Prompts: artifacts of type "prompt", YAML files with `template` and, as far as they have them,
 * `name`, `version`, `input_variables`, `partial_variables` (values used unless others are given),
 * `template_format` and `metadata`.
 */
#ifndef REGISTRY_PROMPT_H
#define REGISTRY_PROMPT_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct artifact;
struct data;
struct node;
struct str;

/* How a template marks what is filled in. `template_format` says it ("f-string", or "jinja2" and
 * "mustache"). Without it, a template with {{x}} alone is of the double form, one with {x} alone of
 * the single form; where there is both, the form that has the names of `input_variables` is meant. */
enum prompt_form {
    PROMPT_SINGLE, /* {x}; {{ and }} stand for braces */
    PROMPT_DOUBLE, /* {{x}}, {{ x }}; single braces are text */
};

struct prompt_part {
    const char *text; /* literal, or the name of a variable */
    bool variable;
};

struct prompt {
    const char *name, *version; /* NULL: the file does not say */
    const char *text;           /* the template */
    enum prompt_form form;
    VEC(struct prompt_part) parts;
    struct strv variables; /* that must be given: each once, in the order of input_variables */
    const struct node *defaults; /* partial_variables: map of name to value; or NULL */
    const struct node *metadata; /* or NULL */
};

/* ERR_INVALID "file:line: …" for what is no prompt: no template, braces that open nothing, a
 * template and input_variables that do not name the same; ERR_UNSUPPORTED for conditions, loops and
 * filters. The text may go; strings live in the arena. Release the prompt also after an error. */
int prompt_parse(struct prompt *out, struct arena *arena, const char *text, size_t len,
                 const char *file) MUST_CHECK;
void prompt_release(struct prompt *p);

/* Appends the template with the values ("key=value") in the places of the variables; values are
 * text, braces in them too. ERR_FAILED if one is missing, unknown, or given twice. */
int prompt_render(struct str *out, const struct prompt *p, const struct strv *values) MUST_CHECK;

/* Appends the file of the artifact as of the commit (NULL: the workspace), tracked or not. */
int prompt_read(struct str *out, struct arena *arena, struct data *d, const struct artifact *a,
                const char *commit) MUST_CHECK;

#endif
