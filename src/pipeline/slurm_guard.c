#include "pipeline/slurm_guard.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
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

/* The folder of the stage's task, below .dvc; false: it never was handed over. */
static bool open_folder(int *fd, const char **path, struct arena *arena, const struct repo *r,
                        const char *address) {
    const char *key = slurm_task_key(arena, r, address);

    *path = arena_printf(arena, "%s/%s", SLURM_TASK_DIR, key);
    if (folder_open_below(fd, r->dvc_dir, *path, 0)) {
        err_clear();
        return false;
    }
    return true;
}

int slurm_guard_check(const struct repo *r, const struct stage *s) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *address = stage_address(s, arena, ""), *path;
    int folder CLEANUP(fd_closep) = -1;
    struct slurm_job job = {.index = SLURM_NO_INDEX};
    bool alive;
    int rc;

    if (!open_folder(&folder, &path, arena, r, address)) {
        return 0;
    }
    if ((rc = find_alive(&alive, &job, arena, folder))) {
        err_hint("if no job of this stage is at work any more, remove '%s/%s'", r->dvc_dir, path);
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

bool slurm_guard_find(struct slurm_job *job, struct arena *arena, const struct repo *r,
                      const struct stage *s) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    int folder CLEANUP(fd_closep) = -1;
    const char *path;
    bool alive = false;

    *job = (struct slurm_job){.index = SLURM_NO_INDEX};
    if (open_folder(&folder, &path, arena, r, stage_address(s, arena, "")) &&
        find_alive(&alive, job, arena, folder)) {
        log_debug("%s", err_text());
        err_clear();
    }
    return alive;
}
