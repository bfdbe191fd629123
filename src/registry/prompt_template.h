/*
 * Templates of prompts taken apart. Not for other rooms.
 */
#ifndef REGISTRY_PROMPT_TEMPLATE_H
#define REGISTRY_PROMPT_TEMPLATE_H

#include "base/attr.h"
#include "registry/prompt.h"

/* The form that the braces of p->text tell, see enum prompt_form; `names` are those of
 * input_variables. ERR_INVALID where it cannot be told. */
int prompt_template_form(enum prompt_form *out, const char *text, const struct strv *names,
                         struct arena *arena) MUST_CHECK;

/* Fills p->parts from p->text by p->form. Messages say "line N of the template". */
int prompt_template_split(struct prompt *p, struct arena *arena) MUST_CHECK;

#endif
