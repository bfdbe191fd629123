/*
 * The built-in templates, in a shorthand for JSON: quotes are single, and @NAME stands for the
 * anchor "<DVC_METRIC_NAME>".
 */
#ifndef MEASURE_PLOT_BUILTIN_H
#define MEASURE_PLOT_BUILTIN_H

#include "base/attr.h"
#include "measure/plots.h"

struct arena;
struct node;

struct plot_builtin {
    const char *name, *text;
    enum plot_mark mark;
};

/* In DVC's order; ends with a name NULL. */
extern const struct plot_builtin plot_builtins[];

int plot_shorthand_read(const struct node **out, struct arena *arena, const char *text) MUST_CHECK;

#endif
