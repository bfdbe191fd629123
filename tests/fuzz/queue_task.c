/*
 * Messages of the queue: a task that parses has an id and a rev that are safe in file names.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "exp/queue.h"
#include "exp/queue_task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct queue_task task = {0};
    if (queue_task_parse(&task, arena, (const char *)data, size)) {
        check(err_text()[0] != '\0');
        err_clear();
        return 0;
    }
    check(strlen(task.rev) == 40 && !strchr(task.id, '/'));
    struct queue_order order CLEANUP(queue_order_release) = {0};
    if (task.ours && queue_order_read(&order, task.ours)) {
        err_clear();
    }
    return 0;
}
