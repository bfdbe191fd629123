/*
 * The right side of an override.
 */
#ifndef EXP_OVERRIDE_VALUE_H
#define EXP_OVERRIDE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct str;

enum value_kind { VALUE_PLAIN, VALUE_CHOICE, VALUE_RANGE, VALUE_INTERVAL, VALUE_GLOB };

struct override_value {
    enum value_kind kind;
    /* The value itself, or the list of choices. Strings that stood in quotes have node.quote. */
    struct node *node;
    struct node *start, *stop, *step; /* numbers, of a range */
    bool simple;                      /* a choice by commas alone */
};

/* Reads `text` whole. ERR_INVALID with the place. */
int override_value_parse(struct override_value *out, struct arena *arena,
                         const char *text) MUST_CHECK;

/* A value in this grammar: what override_value_parse reads back. */
void override_value_text(struct str *out, const struct node *value);

/* A call in a value: choice(…), range(…), int(…). `names[i]` is NULL for an argument without name. */
struct override_call {
    struct arena *arena;
    const char *name;
    const struct override_value *args;
    const char *const *names;
    size_t n;
};
int override_call_eval(struct override_value *out, const struct override_call *call) MUST_CHECK;

/* The values of a sweep, as text; at most OVERRIDE_CHOICES_MAX. */
enum { OVERRIDE_CHOICES_MAX = 100000 };
int override_choices(struct strv *out, struct arena *arena,
                     const struct override_value *sweep) MUST_CHECK;

#endif
