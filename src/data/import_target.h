/*
 * Where data that comes from elsewhere goes in the project.
 */
#ifndef DATA_IMPORT_TARGET_H
#define DATA_IMPORT_TARGET_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct data;

struct import_target {
    const char *own;    /* the source's own name, "" if it has none */
    const char *from;   /* what it comes from, for messages */
    const char *itself; /* its absolute path if it is here: that may be there already; or NULL */
    const char *out;    /* as typed; into it if it is a folder; NULL: its own name here */
    bool force;
};

/* The repo-relative path. ERR_EXISTS when something is there already and not `force`. */
int import_target(const char **path, struct arena *arena, struct data *d,
                  const struct import_target *t) MUST_CHECK;

#endif
