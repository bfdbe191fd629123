/*
 * Finds the entries of a dvc.lock without reading it as YAML, so that one entry of ten thousand is
 * replaced for the price of copying the file. Only a text of the form that DVC and we write is
 * taken; whatever a person or another program laid out differently (comments, flow style, other
 * indents) is left to doc/edit.
 */
#ifndef MODEL_LOCKSCAN_H
#define MODEL_LOCKSCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct arena;

struct lockscan_entry {
    const char *name;
    size_t start, end; /* from its key's line to the line after it */
};

struct lockscan {
    VEC(struct lockscan_entry) entries; /* in order of the text */
    size_t end;                         /* where a new entry goes */
};

/* False: not of that form. Names lie in the arena. Release in either case. */
bool lockscan_read(struct lockscan *out, struct arena *arena, const char *text, size_t len);
void lockscan_release(struct lockscan *scan);

#endif
