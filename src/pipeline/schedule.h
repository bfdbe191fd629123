/*
 * Goes through the stages of a run: each begins when all that it depends on is done and a slot is
 * free. With one slot they run in order; with more, those first on which the longest chain of others
 * waits. Knows of stages only what the visitor does with them.
 */
#ifndef PIPELINE_SCHEDULE_H
#define PIPELINE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "model/pipefile.h"

struct data;
struct exec_task;
struct executor;
struct graph;

struct schedule_visitor {
    /* The stage's turn. *task is what has to run, NULL if it is done. `after`: see `early`, else NULL. */
    int (*begin)(struct exec_task **task, void *ctx, size_t turn, struct exec_task *const *after);
    /* Whether the stage may begin although some of those that it depends on, the tasks in `after`, are still
     * at work. */
    bool (*early)(void *ctx, size_t turn);
    /* Its task has ended. */
    int (*end)(void *ctx, size_t turn, struct exec_task *task);
    /* The stage failed in begin or end; the error is that of this thread. 0: the run goes on; else no
     * other stage begins, and those that run are waited for. */
    int (*failed)(void *ctx, size_t turn, int rc);
    /* Milliseconds until `idle` wants to be called, -1: never. All turns before `settled` are over. */
    int (*due)(void *ctx, size_t settled);
    int (*idle)(void *ctx, size_t settled);
    void *ctx;
};

struct schedule {
    struct data *data; /* its lock is held, and free while the run only waits */
    const struct stages *order;
    const struct graph *graph; /* NULL: nothing is known to be independent */
    struct executor *executor;
    size_t jobs;
};

/* Every task that began has ended on return. The error is that of the first stage in order. */
int schedule_run(const struct schedule *s, const struct schedule_visitor *v) MUST_CHECK;

#endif
