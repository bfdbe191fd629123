/*
 * What a bug report may hold of a repository: its shape, without its names, values and secrets.
 */
#ifndef MODEL_DIAGNOSIS_H
#define MODEL_DIAGNOSIS_H

#include "base/attr.h"

struct arena;
struct node;
struct repo;

/* Writes a tar archive to `file` (as typed; ERR_EXISTS if there is one): the report, the options that
 * are set, and each dvc.yaml, dvc.lock and .dvc file as diagnosis_shape leaves it. `r` may be NULL. */
int diagnosis_write(struct repo *r, const char *report, const char *file) MUST_CHECK;

/* The tree with all texts of the user's replaced: the same text by the same name ("text1", "text2" …),
 * so that what refers to what stays visible. Keys of DVC's own stay, as do truth values, sizes and
 * counts; other numbers become 0. */
struct node *diagnosis_shape(struct arena *arena, const struct node *n);

#endif
