/*
 * A part of a folder out: its listing changes for this part alone, and the rest of the folder is
 * not looked at, so that it need not even be in the workspace.
 */
#ifndef DATA_GRANULAR_H
#define DATA_GRANULAR_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/output.h"

struct arena;
struct data;

/* Records what the workspace has at these paths below the folder (changed, new, or gone) in
 * o->recorded. The caller saves the .dvc file. A path that is neither there nor in the listing is
 * ERR_NOT_FOUND. */
int granular_add(struct arena *arena, struct data *d, struct out *o, const struct strv *belows,
                 const struct commit_options *opt) MUST_CHECK;

#endif
