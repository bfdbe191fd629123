/*
 * Runs of a sweep that are stopped early, by what DVCLive, or `cairn log`, writes while they go on. A
 * run that was stopped failed, as the queue has it; beside its log lies <stash>.early, its curve.
 */
#ifndef EXP_SWEEP_EARLY_H
#define EXP_SWEEP_EARLY_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct repo;
struct sweep;

/* Ends the runs that promise too little at the halt they have come to. */
int sweep_early(struct sweep *s) MUST_CHECK;

/* Whether the task was stopped so. */
bool sweep_early_has(struct arena *arena, const struct repo *r, const char *rev);

#endif
