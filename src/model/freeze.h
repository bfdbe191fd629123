/*
 * Freezing: a frozen stage is not run again when what it depends on changes.
 */
#ifndef MODEL_FREEZE_H
#define MODEL_FREEZE_H

#include <stdbool.h>

#include "base/attr.h"

struct repo;
struct stage;

/* Writes `frozen: true` into the stage's file, or takes it out. */
int stage_freeze(struct repo *r, struct stage *s, bool frozen) MUST_CHECK;

#endif
