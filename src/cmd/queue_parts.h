/*
 * What the commands of the queue and `exp run` share.
 */
#ifndef CMD_QUEUE_PARTS_H
#define CMD_QUEUE_PARTS_H

#include <stddef.h>

#include "base/attr.h"

struct arena;
struct strv;

/* --gpus: "0,1" as a list; nothing for NULL. */
int gpus_split(struct strv *out, struct arena *arena, const char *text) MUST_CHECK;

/* A queue_log_fn that prints; ctx is the session. */
int queue_show_log(void *ctx, const char *text, size_t len);

#endif
