/*
 * Libraries that are loaded at first use, for most commands need them not.
 */
#ifndef OS_LIBRARY_H
#define OS_LIBRARY_H

#include <stddef.h>

#include "base/attr.h"

struct library_symbol {
    const char *name;
    size_t slot; /* of the pointer to the function, in the table that is filled */
};

/* Loads `library` for the rest of the process and finds its functions. ERR_UNSUPPORTED without it:
 * `need` says for what ("remotes over a network need"), the hint which package has it. */
int library_load(void *table, const char *library, const struct library_symbol *symbols, size_t n,
                 const char *need, const char *package) MUST_CHECK;

#endif
