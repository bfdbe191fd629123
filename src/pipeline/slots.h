/*
 * How many stages may run at a time. A stage says what it takes in a place that DVC lets anything
 * stand in:
 *
 *     meta:
 *       cairn:
 *         weight: 4          # counts as four of -j (default 1; at most all of them)
 *         mutex: gpu         # or a list: never beside another stage that names one of these
 */
#ifndef PIPELINE_SLOTS_H
#define PIPELINE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/map.h"

struct stage;

struct slots {
    size_t all, used;
    struct map taken; /* mutexes; ours */
};

/* ERR_INVALID "dvc.yaml: stage 'x': …" if what the stage says makes no sense. */
int slots_check(const struct stage *s) MUST_CHECK;

/* Whether what the stage needs is free now. */
bool slots_fit(const struct slots *slots, const struct stage *s);
void slots_take(struct slots *slots, const struct stage *s);
void slots_give(struct slots *slots, const struct stage *s);
void slots_release(struct slots *slots);

#endif
