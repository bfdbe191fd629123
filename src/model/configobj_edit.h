/*
 * Changes of a configuration text that leave all other bytes as they are. Each function appends to `out` the whole text
 * with one change; when what is to be removed is not there, the text as it is. A text that loses its last section becomes
 * one line break, as DVC leaves it.
 */
#ifndef MODEL_CONFIGOBJ_EDIT_H
#define MODEL_CONFIGOBJ_EDIT_H

#include "base/attr.h"

struct configobj;
struct str;

/* A new option comes behind the others of its section, a new plain section behind the other plain ones, a named one behind
 * those of its kind: where DVC writes them. ERR_CONFIG if the value or name cannot be written in this dialect. */
int configobj_set(struct str *out, const struct configobj *c, const char *kind, const char *name,
                  const char *option, const char *value) MUST_CHECK;

/* A plain section that is emptied goes too, unless a comment stands in it. */
void configobj_unset(struct str *out, const struct configobj *c, const char *kind, const char *name,
                     const char *option);

void configobj_remove(struct str *out, const struct configobj *c, const char *kind,
                      const char *name);

/* A named section gets another name and, as in DVC's files, the last place among its kind. Comments go with it. */
int configobj_rename(struct str *out, const struct configobj *c, const char *kind, const char *name,
                     const char *to) MUST_CHECK;

#endif
