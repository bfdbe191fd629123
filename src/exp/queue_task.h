/*
 * A task of the queue as a file: the message that DVC's task runner (Celery) keeps, one map in JSON.
 * Its `body` is base64 of the list [[entry], {options}, {}], where entry names the stash commit, the
 * commit it stands on and the experiment. Beside DVC's headers ours, `cairn`, holds what to run:
 *
 *   {"wdir": "sub", "targets": [...], "copy": [...], "message": "...", "flags": ["force", ...]}
 */
#ifndef EXP_QUEUE_TASK_H
#define EXP_QUEUE_TASK_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"
#include "pipeline/repro.h"

struct arena;
struct node;
struct queue_task;
struct repo;
struct str;

enum { QUEUE_MESSAGE_MAX = 1 << 20 };

struct queue_order {
    const char *wdir;           /* working directory below the repository's root */
    struct strv copy;           /* -C */
    const char *message;        /* of the commit, or NULL */
    struct repro_request repro; /* targets and flags; `confirm` is nobody's */
};

/* The message of a task that is called `id` (queue_task_id); task->name, rev and baseline are read. */
void queue_task_write(struct str *out, const struct repo *r, const char *id,
                      const struct queue_task *task, const struct queue_order *order);
/* Fills name, rev, baseline, id and ours of a zeroed task; strings live in the arena. ERR_INVALID. */
int queue_task_parse(struct queue_task *out, struct arena *arena, const char *text,
                     size_t len) MUST_CHECK;
/* What task->ours says; lists are released by queue_order_release. ERR_INVALID. */
int queue_order_read(struct queue_order *out, const struct node *ours) MUST_CHECK;
void queue_order_release(struct queue_order *order); /* for CLEANUP; zeroed is fine */

enum { QUEUE_ID_MAX = 37 };
void queue_task_id(char out[QUEUE_ID_MAX]); /* a new random one: a UUID */

#endif
