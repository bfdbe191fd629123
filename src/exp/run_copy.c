#include "exp/run_copy.h"

#include <stddef.h>

#include "data/data.h"
#include "model/repo.h"
#include "exp/auto_push.h"
#include "exp/queue_task.h"
#include "exp/workcopy.h"

static int execute(struct exp_result *result, struct arena *arena, struct workcopy *copy,
                   struct repo *r, const struct exp_copy_run *run, struct progress *progress) {
    struct data *d CLEANUP(data_closep) = NULL;
    const struct workcopy_request request = {
        .files = run->files,
        .head = run->baseline,
        .wdir = run->order->wdir,
        .paths = &run->order->copy,
    };
    struct exp_spec spec = {
        .name = run->name,
        .message = run->order->message,
        .baseline = run->baseline,
        .root = r->root,
        .repro = run->order->repro,
    };
    int rc;

    if ((rc = workcopy_make(copy, arena, r, &request)) ||
        (rc = data_open(&d, copy->repo, progress))) {
        return rc;
    }
    return exp_execute(result, arena, d, r->git, &spec);
}

int exp_run_copy(struct exp_result *result, struct arena *arena, struct workcopy *copy,
                 struct repo *r, const struct exp_copy_run *run, struct progress *progress) {
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = execute(result, arena, copy, r, run, progress);

    if (rc || !result->ref || (rc = data_open(&d, r, progress))) {
        return rc;
    }
    exp_auto_push(arena, d, result->ref);
    return 0;
}
