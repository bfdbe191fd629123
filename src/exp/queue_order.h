/*
 * What a task of the queue is to run, whoever queued it. DVC keeps what `repro` was called with as a
 * pickle, the file .dvc/tmp/repro.dat of the task's stash commit, and paths to copy in the message.
 */
#ifndef EXP_QUEUE_ORDER_H
#define EXP_QUEUE_ORDER_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct queue_order;
struct queue_task;
struct repo;

/* What DVC packs with a run, below the repository's root: no part of an experiment. */
#define QUEUE_PACKED ".dvc/tmp/repro.dat"

/* To be ended with queue_order_release. ERR_UNSUPPORTED for a task of DVC's with something that we do
 * not have, ERR_INVALID for a damaged one. */
int queue_order_of(struct queue_order *out, struct arena *arena, struct repo *r,
                   const struct queue_task *task) MUST_CHECK;

/* Whether we can run it; the tasks that we cannot are left to DVC. */
bool queue_can_run(struct repo *r, const struct queue_task *task);

#endif
