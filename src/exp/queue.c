#include "exp/queue.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "doc/node.h"
#include "doc/read.h"
#include "git/gitrev.h"
#include "batch/slurm.h"
#include "model/repo.h"
#include "exp/queue_files.h"
#include "exp/queue_task.h"

const char *queue_state_name(enum queue_state state) {
    switch (state) {
    case QUEUE_RUNNING:
        return "Running";
    case QUEUE_WAITING:
        return "Queued";
    case QUEUE_FAILED:
        return "Failed";
    case QUEUE_SUCCESS:
        return "Success";
    }
    return "";
}

/* A small JSON file; NULL if it is not there, or is damaged. */
static struct node *read_json(struct arena *arena, const char *path) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *root;

    if (file_read(&text, AT_FDCWD, path, QUEUE_MESSAGE_MAX) ||
        json_read(&root, arena, text.buf, text.len, path)) {
        err_clear();
        return NULL;
    }
    return root;
}

/* Whether the message's task has a final result. */
static bool has_result(const struct repo *r, struct arena *arena, const char *id) {
    const char *status =
        node_text(node_get(read_json(arena, queue_result_file(arena, r, id)), "status"));

    return str_eq(status, "SUCCESS") || str_eq(status, "FAILURE") || str_eq(status, "REVOKED");
}

/* What its process is known by. */
static void read_process(struct queue_task *t, struct arena *arena, const struct repo *r) {
    const struct node *root = read_json(arena, queue_file(arena, r, t->rev, "json"));
    const struct node *pid = node_get(root, "pid"), *code = node_get(root, "returncode");

    if (!root) {
        return;
    }
    t->log = queue_file(arena, r, t->rev, "out");
    if (pid && pid->kind == NODE_INT && pid->integer > 1 && pid->integer < INT32_MAX) {
        t->pid = (long)pid->integer;
    }
    if (code && code->kind == NODE_INT && !code->big) {
        t->ended = true;
        t->status = (int)code->integer;
    }
}

static int64_t number(const struct node *n, int64_t least, int64_t fallback) {
    return n && n->kind == NODE_INT && !n->big && n->integer >= least ? n->integer : fallback;
}

static void read_job(struct queue_task *t, struct arena *arena, const struct repo *r) {
    const struct node *root = read_json(arena, queue_file(arena, r, t->rev, "job"));

    t->job_name = node_text(node_get(root, "name"));
    t->job = (uint64_t)number(node_get(root, "id"), 0, 0);
    t->job_index = number(node_get(root, "index"), SLURM_NO_INDEX, SLURM_NO_INDEX);
}

/* The state of a task that somebody took. */
static void read_state(struct queue_task *t, struct arena *arena, const struct repo *r) {
    const struct node *run = read_json(arena, queue_file(arena, r, t->rev, "run"));
    const char *root = node_text(node_get(run, "root_dir"));

    read_process(t, arena, r);
    if (has_result(r, arena, t->id)) {
        t->ref = node_text(node_get(run, "result_ref"));
        read_job(t, arena, r);
        bool good = t->ref && node_text(node_get(run, "result_hash"));
        t->state = good ? QUEUE_SUCCESS : QUEUE_FAILED;
        return;
    }
    t->state = QUEUE_RUNNING;
    t->root = root;
    t->mine = root && str_starts(path_base(root), QUEUE_COPY_PREFIX);
    if (t->mine) {
        read_job(t, arena, r);
    }
    if (t->job_name) {
        t->state = t->pid ? QUEUE_RUNNING : QUEUE_WAITING;
    } else if (t->mine && !file_lock_is_held(queue_file(arena, r, t->rev, "lock"))) {
        t->state = QUEUE_WAITING; /* its process died: it will be put back */
        t->root = NULL;
        t->pid = 0;
    }
}

int queue_task_load(struct queue_task *out, struct arena *arena, const struct repo *r,
                    const char *file, bool taken) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc =
        file_read(&text, AT_FDCWD, queue_message_file(arena, r, file, taken), QUEUE_MESSAGE_MAX);

    *out = (struct queue_task){.state = QUEUE_WAITING, .file = file, .taken = taken};
    if (rc || (rc = queue_task_parse(out, arena, text.buf, text.len))) {
        return rc;
    }
    if (taken) {
        read_state(out, arena, r);
    }
    return 0;
}

int queue_messages(struct strv *out, struct arena *arena, const struct repo *r, bool taken) {
    struct strv all CLEANUP(strv_release) = {0};
    int rc = dir_names(&all, arena, AT_FDCWD, queue_message_file(arena, r, "", taken));

    for (size_t i = 0; !rc && i < all.len; i++) {
        if (str_ends(all.at[i], QUEUE_MESSAGE_SUFFIX)) {
            vec_push(out, all.at[i]);
        }
    }
    return rc;
}

/* Tasks of one folder that were not seen yet. */
static int list_folder(struct queue_tasks *out, struct arena *arena, const struct repo *r,
                       bool taken, struct map *seen) {
    struct strv names CLEANUP(strv_release) = {0};
    int rc = queue_messages(&names, arena, r, taken);

    for (size_t i = 0; !rc && i < names.len; i++) {
        struct queue_task task;
        if (map_has(seen, names.at[i])) {
            continue;
        }
        if (queue_task_load(&task, arena, r, names.at[i], taken)) {
            log_debug("no task of the queue: %s", err_text());
            err_clear();
        } else {
            map_put(seen, names.at[i], seen);
            vec_push(out, task);
        }
    }
    return rc;
}

int queue_list(struct queue_tasks *out, struct arena *arena, struct repo *r) {
    struct queue_tasks all = {0};
    struct map seen = MAP_INIT;
    static const bool folders[] = {false, true, false};
    int rc = 0;

    /* One that is taken or given back while we look is seen, and seen once. */
    for (size_t i = 0; !rc && i < COUNT_OF(folders); i++) {
        rc = list_folder(&all, arena, r, folders[i], &seen);
    }
    for (int state = QUEUE_RUNNING; !rc && state <= QUEUE_SUCCESS; state++) {
        for (size_t i = 0; i < all.len; i++) {
            if (all.at[i].state == (enum queue_state)state) {
                vec_push(out, all.at[i]);
            }
        }
    }
    map_release(&seen);
    vec_release(&all);
    return rc;
}

void queue_stamp(struct queue_stamp *out, const struct repo *r) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *const folders[] = {queue_message_file(arena, r, "", false),
                                   queue_message_file(arena, r, "", true),
                                   path_dir(arena, queue_result_file(arena, r, ""))};

    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        struct stat st;
        bool there = stat(folders[i], &st) == 0;
        out->changed[i] = there ? st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec : 0;
    }
}

bool queue_stamp_equal(const struct queue_stamp *a, const struct queue_stamp *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

int queue_created(int64_t *out, struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct gitrev rev;

    if (!r->git) {
        return err_set(ERR_NOT_FOUND, "there is no Git repository");
    }
    int rc = gitrev_find(&rev, r->git, arena, task->rev);
    *out = rc ? 0 : rev.time;
    return rc;
}

const struct queue_task *queue_find(const struct queue_tasks *tasks, const char *name,
                                    unsigned states) {
    const struct queue_task *found = NULL;
    size_t len = strlen(name);

    for (size_t i = 0; i < tasks->len; i++) {
        const struct queue_task *t = &tasks->at[i];
        bool called = str_eq(t->name, name) || (len >= 7 && str_starts(t->rev, name));
        if (called && (states & (1u << t->state))) {
            found = t;
        }
    }
    return found;
}
