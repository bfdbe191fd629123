/*
 * What the commands of the queue and `exp run` share.
 */
#ifndef CMD_QUEUE_PARTS_H
#define CMD_QUEUE_PARTS_H

#include <stddef.h>

#include "base/attr.h"

struct arena;
struct session;
struct strv;
struct worker_request;

/* --gpus: "0,1" as a list; nothing for NULL. */
int gpus_split(struct strv *out, struct arena *arena, const char *text) MUST_CHECK;

/* The workers that --executor, --jobs and --gpus (as typed; NULL and 0 if not) ask for. */
int queue_workers(struct worker_request *out, struct session *s, const char *executor, int jobs,
                  const char *gpus) MUST_CHECK;
void worker_request_release(struct worker_request *q); /* for CLEANUP */

/* A queue_log_fn that prints; ctx is the session. */
int queue_show_log(void *ctx, const char *text, size_t len);

#endif
