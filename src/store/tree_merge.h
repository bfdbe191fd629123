/*
 * Three-way merge of listings, file by file.
 */
#ifndef STORE_TREE_MERGE_H
#define STORE_TREE_MERGE_H

#include "base/attr.h"

struct arena;
struct tree;

/* What both sides made of `base`; all are sorted, so is *out (its array is the caller's to free with
 * vec_release, the paths are borrowed). A file that both changed, to different contents or one to none,
 * and a file where the other side has a folder, is ERR_FAILED naming the first such paths. */
int tree_merge(struct tree *out, struct arena *arena, const struct tree *base,
               const struct tree *ours, const struct tree *theirs) MUST_CHECK;

#endif
