#include "pipeline/slurm_guard.h"

#include "base/arena.h"
#include "base/err.h"
#include "os/file.h"
#include "store/folder.h"
#include "batch/slurm.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/slurm_task.h"

/* The job of the task in the folder, if it may be at work. */
static int find_alive(bool *alive, struct slurm_job *job, struct arena *arena, int folder) {
    struct slurm_task task;
    bool found;
    int rc = slurm_task_load(&task, arena, folder);

    *alive = false;
    if (rc) {
        err_clear();
        return 0;
    }
    if ((rc = slurm_task_job(&found, job, folder, &task)) || !found ||
        (rc = slurm_look(job, 1, arena))) {
        return rc;
    }
    *alive = slurm_is_alive(job->state);
    return 0;
}

int slurm_guard_check(const struct repo *r, const struct stage *s) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *address = stage_address(s, arena, "");
    const char *key = slurm_task_key(arena, r, address);
    const char *rest = arena_printf(arena, "%s/%s", SLURM_TASK_DIR, key);
    int folder CLEANUP(fd_closep) = -1;
    struct slurm_job job = {.index = SLURM_NO_INDEX};
    bool alive;
    int rc = folder_open_below(&folder, r->dvc_dir, rest, 0);

    if (rc) {
        err_clear();
        return 0;
    }
    if ((rc = find_alive(&alive, &job, arena, folder))) {
        err_hint("if no job of this stage is at work any more, remove '%s/%s'", r->dvc_dir, rest);
        return err_wrap(rc, "stage '%s' was left to Slurm", address);
    }
    if (!alive) {
        return 0;
    }
    err_set(ERR_LOCKED, "stage '%s' is at work as job %s on Slurm", address,
            slurm_ref(arena, job.id, job.index));
    err_hint("`repro --executor slurm` goes on with it; scancel ends it");
    return ERR_LOCKED;
}
