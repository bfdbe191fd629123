/*
 * Where the queue's files are, and its messages one by one: for the files of the queue alone.
 */
#ifndef EXP_QUEUE_FILES_H
#define EXP_QUEUE_FILES_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct queue_task;
struct repo;
struct strv;

#define QUEUE_MESSAGE_SUFFIX ".celery.msg"
#define QUEUE_COPY_PREFIX    "cairn-" /* folders in .dvc/tmp/exps that we run in */

/* Absolute paths. */
const char *queue_folder(struct arena *arena, const struct repo *r); /* …/.dvc/tmp/exps */
const char *queue_message_file(struct arena *arena, const struct repo *r, const char *name,
                               bool taken);
const char *queue_result_file(struct arena *arena, const struct repo *r, const char *id);
const char *queue_copy_folder(struct arena *arena, const struct repo *r, const char *rev);

/* Takes a copy of the workspace away, if it is there: at once, though what a killed run has started may
 * still be writing in it. */
int queue_discard_copy(const struct repo *r, const char *rev) MUST_CHECK;
/* Removes what is left of such copies. */
void queue_sweep_copies(const struct repo *r);

/* How often a task was begun; QUEUE_KILLED: it is not to be tried again. */
enum { QUEUE_KILLED = 1000 };
int queue_tries(struct arena *arena, const struct repo *r, const char *rev);
int queue_tries_write(struct arena *arena, const struct repo *r, const char *rev,
                      int tries) MUST_CHECK;
/* A task that was taken, and whose process or job is gone without a word: tried again, or failed. */
int queue_mend(struct repo *r, struct arena *arena, struct queue_task *t) MUST_CHECK;

/* The names of the messages, as they were queued. */
int queue_messages(struct strv *out, struct arena *arena, const struct repo *r,
                   bool taken) MUST_CHECK;
/* ERR_NOT_FOUND if the message is gone, ERR_INVALID if it is no task. */
int queue_task_load(struct queue_task *out, struct arena *arena, const struct repo *r,
                    const char *file, bool taken) MUST_CHECK;

#endif
