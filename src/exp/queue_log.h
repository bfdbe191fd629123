/*
 * What the runs of queued tasks print, kept in .dvc/tmp/exps/run/<stash>/<stash>.out.
 */
#ifndef EXP_QUEUE_LOG_H
#define EXP_QUEUE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct queue_task;
struct repo;

typedef int queue_log_fn(void *ctx, const char *text, size_t len);

/* Hands over the log piece by piece; with `follow` until the task has ended, also while it waits for
 * a worker, but not when there is none: ERR_FAILED then. */
int queue_log(struct repo *r, const struct queue_task *task, bool follow, queue_log_fn *fn,
              void *ctx) MUST_CHECK;

#endif
