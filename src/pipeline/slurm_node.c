#include "pipeline/slurm_node.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/beneath.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/signal.h"
#include "os/stat.h"
#include "os/term.h"
#include "doc/node.h"
#include "store/folder.h"
#include "batch/slurm.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/view.h"
#include "data/data.h"
#include "data/output.h"
#include "pipeline/exec_local.h"
#include "pipeline/executor.h"
#include "pipeline/params.h"
#include "pipeline/slurm_task.h"

#define CLAIM_MAX_BYTES 100
#define END_MS          500 /* between the signals to the processes of a job */

struct visit {
    struct data *data;
    struct arena *arena;
    const char *key, *claim;
    int jobs, folder;
    struct slurm_task task;
    struct slurm_result result;
    bool again; /* the job was here before: its node failed, or was wanted */
};

static const char *env_or(const char *name, const char *fallback) {
    const char *value = env_get(name);

    return value ? value : fallback;
}

/* The job as its submitter knows it: elements of an array by their index. */
static const char *job_of(struct arena *arena) {
    const char *index = env_get("SLURM_ARRAY_TASK_ID");

    return index ? arena_printf(arena, "%s_%s", env_or("SLURM_ARRAY_JOB_ID", "0"), index)
                 : env_or("SLURM_JOB_ID", "0");
}

/* Wakes the submitter. */
static int announce(const struct visit *v) {
    return file_write_replace(v->jobs, arena_printf(v->arena, "ended/%s", v->key), "", 0);
}

/* ---- before */

static int open_folders(struct visit *v) {
    const char *rest = arena_printf(v->arena, "%s/%s", SLURM_TASK_DIR, v->key);
    const char *dir = v->data->repo->dvc_dir;
    int rc;

    if (!slurm_task_is_key(v->key)) {
        return err_set(ERR_USAGE, "'%s' is no key of a task", v->key);
    }
    if ((rc = folder_open_below(&v->jobs, dir, SLURM_TASK_DIR, 0)) ||
        (rc = folder_open_below(&v->folder, dir, rest, 0)) ||
        (rc = slurm_task_load(&v->task, v->arena, v->folder))) {
        return err_wrap(rc, "task '%s' (is '%s' shared with this node?)", v->key, dir);
    }
    return 0;
}

/* One job runs the task: a submission whose answer was lost, and the one after it, may both be here. So may
 * two starts of one job, if its node was only cut off: the last one has it. */
static int claim(bool *ours, struct visit *v) {
    struct str holder CLEANUP(str_release) = STR_INIT;
    const char *mine = v->claim;
    int rc = file_write_from(v->folder, "", "claim", mine, strlen(mine), true);

    *ours = !rc;
    if (rc != ERR_EXISTS) {
        return rc;
    }
    err_clear();
    if ((rc = file_read(&holder, v->folder, "claim", CLAIM_MAX_BYTES))) {
        return rc;
    }
    str_truncate(&holder, strcspn(holder.buf, " "));
    *ours = v->again = str_eq(holder.buf, v->result.job);
    return *ours ? file_write_atomic(v->folder, "claim", mine, strlen(mine)) : 0;
}

static bool is_ours_still(const struct visit *v) {
    struct str holder CLEANUP(str_release) = STR_INIT;

    if (file_read(&holder, v->folder, "claim", CLAIM_MAX_BYTES)) {
        err_clear();
        return false;
    }
    return str_eq(holder.buf, v->claim);
}

static int check_params(struct visit *v, struct params *now, const struct slurm_path *p) {
    struct dep dep = {.kind = DEP_PARAMS, .written = p->path, .path = p->path};
    int rc;

    for (size_t i = 0; i < p->params->map.len; i++) {
        const char *key = node_text(p->params->map.at[i].key);

        if (key) {
            vec_push(&dep.keys, key);
        }
    }
    rc = params_commit(v->arena, now, &dep);
    strv_release(&dep.keys);
    if (!rc && !node_equal(dep.recorded_params, p->params)) {
        rc = err_set(ERR_FAILED, "params of '%s' are not those that the stage was submitted with",
                     p->path);
    }
    return rc;
}

static int check_file(struct visit *v, const struct slurm_path *p) {
    struct file_id id;
    struct scan now;
    int rc;

    if (!digest_is_set(&p->digest)) {
        return file_id_peek(&id, v->data->repo->root_fd, p->path)
                   ? 0
                   : err_set(ERR_FAILED, "'%s' is not here, though what makes it ended well",
                             p->path);
    }
    rc = output_scan(&now, v->arena, v->data, p->path, (enum hash_algo)p->digest.algo, false);
    if (rc || (now.exists && digest_equal(&now.digest, &p->digest))) {
        return rc;
    }
    return err_set(ERR_FAILED,
                   now.exists ? "'%s' is not what the stage was submitted with"
                              : "'%s' is not here: is its folder shared with this node?",
                   p->path);
}

static int check_task(struct visit *v) {
    struct params *now CLEANUP(params_freep) = NULL;
    int rc = 0;

    if (!str_eq(v->task.version, CAIRN_VERSION)) {
        return err_set(ERR_FAILED, "this is cairn " CAIRN_VERSION ", the stage was submitted by %s",
                       v->task.version);
    }
    if (!file_is_dir(AT_FDCWD, v->task.dir)) {
        return err_set(ERR_FAILED, "there is no folder '%s' here: is it shared with this node?",
                       v->task.dir);
    }
    now = params_new(&(struct view){.repo = v->data->repo});
    for (size_t i = 0; i < v->task.ndeps && !rc; i++) {
        const struct slurm_path *p = &v->task.deps[i];

        rc = p->params ? check_params(v, now, p) : check_file(v, p);
    }
    return rc;
}

/* What a run that was lost with its node left would be taken for outputs, and so would what was there before,
 * if the submitter did not take it away. */
static int clear_outs(struct visit *v) {
    for (size_t i = 0; i < v->task.nouts && (v->again || v->task.behind); i++) {
        struct out o = {.path = v->task.outs[i].path};
        int rc = v->task.outs[i].keep ? 0 : output_remove(v->data, &o, true);

        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* ---- the commands */

static int run_commands(struct exec_task *task) {
    struct executor *e = exec_local_new("/tmp", 1);
    struct exec_task *ended = NULL;
    bool told = false;
    int rc = e->ops->start(e, task);

    while (!rc && !ended) {
        if (signal_cancelled() && !told) {
            told = true;
            e->ops->cancel(e);
        }
        rc = e->ops->wait(&ended, e, -1);
    }
    e->ops->close(e);
    return rc;
}

/* What is there of the outs gets into the cache; what is missing is for the submitter to tell. What is
 * remembered of them is for the submitter, too, which learns it when this is closed. */
static int store_outs(struct visit *v) {
    const char *state = arena_printf(v->arena, "%s/%s/%s/tmp/cairn", v->data->repo->dvc_dir,
                                     SLURM_TASK_DIR, v->key);
    struct slurm_result *r = &v->result;
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open_beside(&d, v->data->repo, v->data->progress, state);

    r->outs = arena_alloc(v->arena, (v->task.nouts + 1) * sizeof *r->outs);
    for (size_t i = 0; i < v->task.nouts && !rc; i++) {
        const struct slurm_path *p = &v->task.outs[i];
        struct scan now;

        rc = output_scan(&now, v->arena, d, p->path, d->hash, p->store);
        if (!rc && now.exists) {
            r->outs[r->nouts++] = (struct slurm_path){.path = p->path, .digest = now.digest};
        }
    }
    return rc;
}

/* ERR_INTERRUPTED when Slurm ends the job: it signals one process after the other, and the command may
 * be gone before we hear of it. */
static int was_ended(int status) {
    return status < 0 || status > 128 ? cancel_pause(END_MS) : cancel_check();
}

static int run_task(struct visit *v) {
    struct exec_task task = {
        .commands = v->task.commands, .dir = v->task.dir, .env = v->task.env, .output = -1};
    int64_t began = clock_monotonic_ns();
    int rc = clear_outs(v);

    if (rc || (rc = file_create(&task.output, v->folder, "log"))) {
        return rc;
    }
    if (!(rc = run_commands(&task)) && task.failed) {
        rc = err_set(ERR_FAILED, "%s", task.why);
    }
    if (!rc && !(rc = was_ended(task.status))) {
        v->result.begun = task.begun;
        v->result.status = task.status;
        v->result.from = arena_dup(v->arena, task.from, (task.begun + 1) * sizeof *task.from);
        v->result.seconds = (clock_monotonic_ns() - began) / 1000000000;
        v->result.memory_max = proc_children_memory();
        rc = task.status ? 0 : store_outs(v);
    }
    exec_task_release(&task);
    return rc;
}

static int write_result(struct visit *v) {
    const char *text = slurm_result_write(v->arena, &v->result);
    int rc;

    if (!is_ours_still(v)) {
        return err_set(ERR_FAILED, "Slurm has started this job again elsewhere");
    }
    rc = file_write_atomic(v->folder, "result.json", text, strlen(text));
    return rc ? rc : announce(v);
}

/* Signals are Slurm's: it says why they came, and there is no result. */
static int run_claimed(struct visit *v) {
    int rc = check_task(v);

    rc = rc ? rc : run_task(v);
    if (rc) {
        struct err_chain *why;

        v->result.refused = arena_strdup(v->arena, err_text());
        v->result.begun = 0;
        v->result.from = NULL;
        why = err_take(rc);
        return err_first(why, rc == ERR_INTERRUPTED ? announce(v) : write_result(v));
    }
    if ((rc = write_result(v))) {
        return rc;
    }
    return v->result.status ? err_set(ERR_FAILED, "%s, exited with %d",
                                      v->task.commands[v->result.begun - 1], v->result.status)
                            : 0;
}

int slurm_node_run(struct data *d, const char *key) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct visit v = {.data = d, .arena = arena, .key = key, .jobs = -1, .folder = -1};
    bool ours = false;
    int rc;

    v.result.job = job_of(arena);
    v.claim = arena_printf(arena, "%s %s", v.result.job, env_or("SLURM_RESTART_COUNT", "0"));
    v.result.node = env_or("SLURMD_NODENAME", "this machine");
    if (!(rc = open_folders(&v)) && !(rc = claim(&ours, &v)) && ours) {
        rc = run_claimed(&v);
    }
    fd_closep(&v.folder);
    fd_closep(&v.jobs);
    return rc;
}
