/*
 * What `git diff` compares in place of a .dvc file or dvc.lock: its text, and behind it what lies
 * behind its digests, as far as the cache has it: the files of folders, the rows of small tables.
 */
#ifndef REVIEW_TEXTCONV_H
#define REVIEW_TEXTCONV_H

#include "base/attr.h"

struct arena;
struct data;
struct str;

/* Appends to `out`; `path` is the file, relative to the working folder. A file of any other kind, or
 * that does not parse, is only copied: `git diff` has to show it all the same. Without `d` (NULL) as
 * well. Nothing is fetched. */
int review_textconv(struct str *out, struct arena *arena, struct data *d,
                    const char *path) MUST_CHECK;

#endif
