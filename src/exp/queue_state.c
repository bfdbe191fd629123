/*
 * The changes of state: each is one rename or one file written whole, in an order in which a kill at
 * any moment leaves a task that is done again rather than lost.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/proc.h"
#include "os/signal.h"
#include "doc/node.h"
#include "doc/write.h"
#include "git/gitref.h"
#include "git/gitreflog.h"
#include "git/gitrepo.h"
#include "model/repo.h"
#include "exp/exp_ref.h"
#include "exp/queue.h"
#include "exp/queue_files.h"
#include "exp/queue_order.h"
#include "exp/queue_job.h"

enum {
    LOCK_TRIES = 5, /* who only looks whether a lock is held holds it for a moment */
    LOCK_PAUSE_MS = 2,
    KILL_WAIT_S = 5
};

/* DVC's numbers for where a run is. */
enum { INFO_RUNNING = 2, INFO_FAILED = 4, INFO_FINISHED = 6 };

/* ---- small files of a task */

static int write_json(struct arena *arena, const char *path, const struct node *root) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = dir_make(AT_FDCWD, path_dir(arena, path), 0777);

    json_write(&text, root);
    return rc ? rc : file_write_replace(AT_FDCWD, path, text.buf, text.len);
}

int queue_tries(struct arena *arena, const struct repo *r, const char *rev) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int64_t tries = 0;

    if (file_read(&text, AT_FDCWD, queue_file(arena, r, rev, "tries"), 32)) {
        err_clear();
    } else if (!num_int(&tries, text.buf) || tries < 0 || tries > QUEUE_KILLED) {
        tries = 0;
    }
    return (int)tries;
}

int queue_tries_write(struct arena *arena, const struct repo *r, const char *rev, int tries) {
    const char *text = arena_printf(arena, "%d", tries);

    return file_write_replace(AT_FDCWD, queue_file(arena, r, rev, "tries"), text, strlen(text));
}

static struct node *text_or_null(struct arena *arena, const char *text) {
    return text ? node_str(arena, text) : node_null(arena);
}

/* DVC's ExecutorInfo. */
static int write_info(struct arena *arena, struct repo *r, const struct queue_task *t, int status) {
    const char *root = queue_copy_folder(arena, r, t->rev);
    struct node *out = node_map(arena);

    node_put(arena, out, "git_url", node_str(arena, arena_printf(arena, "file://%s", root)));
    node_put(arena, out, "baseline_rev", node_str(arena, t->baseline));
    node_put(arena, out, "location", node_str(arena, "dvc-task"));
    node_put(arena, out, "root_dir", node_str(arena, root));
    node_put(arena, out, "dvc_dir", node_str(arena, path_join(arena, r->git_path, ".dvc")));
    node_put(arena, out, "name", text_or_null(arena, t->name));
    node_put(arena, out, "wdir", node_str(arena, "."));
    node_put(arena, out, "result_hash", text_or_null(arena, t->ref ? t->rev : NULL));
    node_put(arena, out, "result_ref", text_or_null(arena, t->ref));
    node_put(arena, out, "result_force", node_bool(arena, false));
    node_put(arena, out, "status", node_int(arena, status));
    return write_json(arena, queue_file(arena, r, t->rev, "run"), out);
}

/* DVC's ProcessInfo. */
static int write_process(struct arena *arena, struct repo *r, const struct queue_task *t) {
    struct node *out = node_map(arena);

    node_put(arena, out, "pid", node_int(arena, t->pid));
    node_put(arena, out, "stdin", node_null(arena));
    node_put(arena, out, "stdout", node_str(arena, queue_file(arena, r, t->rev, "out")));
    node_put(arena, out, "stderr", node_null(arena));
    node_put(arena, out, "returncode", t->ended ? node_int(arena, t->status) : node_null(arena));
    return write_json(arena, queue_file(arena, r, t->rev, "json"), out);
}

int queue_note_job(struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct node *out = node_map(arena);

    node_put(arena, out, "name", node_str(arena, task->job_name));
    node_put(arena, out, "id", node_int(arena, (int64_t)task->job));
    node_put(arena, out, "index", node_int(arena, task->job_index));
    return write_json(arena, queue_file(arena, r, task->rev, "job"), out);
}

int queue_note(struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int rc = write_info(arena, r, task, INFO_RUNNING);

    return rc ? rc : write_process(arena, r, task);
}

/* ---- messages */

static int move_message(struct repo *r, const char *file, bool taken) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *to = queue_message_file(arena, r, file, taken);
    int rc = dir_make(AT_FDCWD, path_dir(arena, to), 0777);

    return rc ? rc
              : file_rename_new(AT_FDCWD, queue_message_file(arena, r, file, !taken), AT_FDCWD, to);
}

/* Takes the lock of a task if nobody has it; gives up early when its message is gone. */
static bool try_lock(struct file_lock *lock, struct repo *r, const struct queue_task *t) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *message = queue_message_file(arena, r, t->file, t->taken);

    for (int i = 0; i < LOCK_TRIES; i++) {
        int rc = file_lock_take(lock, queue_file(arena, r, t->rev, "lock"), 0, NULL, NULL);
        if (!rc) {
            return true;
        }
        err_clear();
        if (rc != ERR_LOCKED || !file_exists(AT_FDCWD, message) || cancel_pause(LOCK_PAUSE_MS)) {
            break;
        }
    }
    err_clear();
    return false;
}

/* ---- the end of a task */

/* Out of the stash of those that wait. Nothing depends on it but what is shown by DVC. */
static void drop_stash(struct repo *r, const char *ref, const char *rev) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    int rc = r->git ? gitreflog_drop(r->git, ref, rev) : 0;

    if (rc && rc != ERR_NOT_FOUND) {
        log_warn("%s", err_text());
    }
    err_clear();
}

static int keep_failed(struct repo *r, struct arena *arena, const struct queue_task *t) {
    const char *message = arena_printf(arena, "commit: dvc-exp:%s:%s:%s", t->baseline, t->baseline,
                                       t->name ? t->name : "");

    return r->git ? gitref_set(r->git, EXP_QUEUE_FAILED, t->rev, NULL, message) : 0;
}

static const char *now_text(struct arena *arena) {
    int64_t now = clock_real_ns();
    time_t seconds = (time_t)(now / 1000000000);
    struct tm when;
    char text[32];

    if (!gmtime_r(&seconds, &when) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &when)) {
        return "";
    }
    return arena_printf(arena, "%s.%06d+00:00", text, (int)(now / 1000 % 1000000));
}

static int write_result(struct repo *r, struct arena *arena, const char *id) {
    struct node *out = node_map(arena);

    node_put(arena, out, "status",
             node_str(arena, "SUCCESS")); /* that of the message: it was seen to */
    node_put(arena, out, "result", node_null(arena));
    node_put(arena, out, "traceback", node_null(arena));
    node_put(arena, out, "children", node_list(arena));
    node_put(arena, out, "date_done", node_str(arena, now_text(arena)));
    node_put(arena, out, "task_id", node_str(arena, id));
    return write_json(arena, queue_result_file(arena, r, id), out);
}

int queue_finish(struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int rc = write_process(arena, r, task);

    if (rc || (rc = write_info(arena, r, task, task->ref ? INFO_FINISHED : INFO_FAILED)) ||
        (!task->ref && (rc = keep_failed(r, arena, task)))) {
        return err_wrap(rc, "cannot note the end of the task %.7s", task->rev);
    }
    drop_stash(r, EXP_QUEUE_STASH, task->rev);
    if (task->ref) {
        drop_stash(r, EXP_QUEUE_FAILED, task->rev);
    }
    /* Last: from here on nobody looks at the task again. */
    return err_wrap(write_result(r, arena, task->id), "cannot note the end of the task %.7s",
                    task->rev);
}

/* ---- taking and giving back */

static int give_back(struct repo *r, const struct queue_task *t) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int rc;

    if ((rc = queue_discard_copy(r, t->rev)) ||
        (rc = file_remove(AT_FDCWD, queue_file(arena, r, t->rev, "json"))) ||
        (rc = file_remove(AT_FDCWD, queue_file(arena, r, t->rev, "job")))) {
        return rc;
    }
    return move_message(r, t->file, false);
}

int queue_put_back(struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int tries = queue_tries(arena, r, task->rev);
    int rc = queue_tries_write(arena, r, task->rev, tries > 0 ? tries - 1 : 0);

    return rc ? rc : give_back(r, task);
}

static int take(struct queue_task *t, int *attempt, bool *taken, struct arena *arena,
                struct repo *r) {
    struct queue_task unknown = *t;
    int rc = write_info(arena, r, &unknown, INFO_RUNNING);

    *taken = false;
    if (rc) {
        return rc;
    }
    if ((rc = move_message(r, t->file, true))) {
        err_clear(); /* somebody was faster */
        return file_remove(AT_FDCWD, queue_file(arena, r, t->rev, "run"));
    }
    t->taken = *taken = true;
    *attempt = queue_tries(arena, r, t->rev) + 1;
    return queue_tries_write(arena, r, t->rev, *attempt);
}

static int take_waiting(struct queue_task *out, struct file_lock *lock, int *attempt, bool *found,
                        struct arena *arena, struct repo *r) {
    struct strv names CLEANUP(strv_release) = {0};
    int rc = queue_messages(&names, arena, r, false);

    *found = false;
    for (size_t i = 0; !rc && !*found && i < names.len; i++) {
        if (queue_task_load(out, arena, r, names.at[i], false)) {
            err_clear();
        } else if (queue_can_run(r, out) && try_lock(lock, r, out)) {
            rc = take(out, attempt, found, arena, r);
            if (!*found) {
                file_lock_release(lock);
            }
        }
    }
    return rc;
}

int queue_mend(struct repo *r, struct arena *arena, struct queue_task *t) {
    int tries = queue_tries(arena, r, t->rev);

    if (tries < QUEUE_TRIES) {
        return give_back(r, t);
    }
    t->ended = true;
    t->status = -SIGKILL;
    int rc = queue_discard_copy(r, t->rev);
    return rc ? rc : queue_finish(r, t);
}

static int mend_dead(struct arena *arena, struct repo *r) {
    struct strv names CLEANUP(strv_release) = {0};
    int rc = queue_messages(&names, arena, r, true);

    for (size_t i = 0; !rc && i < names.len; i++) {
        struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
        struct queue_task t;
        if (queue_task_load(&t, arena, r, names.at[i], true)) {
            err_clear();
        } else if (t.mine && !t.job_name && t.state == QUEUE_WAITING && try_lock(&lock, r, &t) &&
                   !queue_task_load(&t, arena, r, names.at[i], true) && t.mine) {
            rc = queue_mend(r, arena, &t);
        }
        err_clear();
    }
    return rc;
}

int queue_take(struct queue_task *out, struct file_lock *lock, int *attempt, bool *found,
               struct arena *arena, struct repo *r) {
    int rc = take_waiting(out, lock, attempt, found, arena, r);

    if (rc || *found || (rc = mend_dead(arena, r))) {
        return rc;
    }
    return take_waiting(out, lock, attempt, found, arena, r);
}

/* ---- what the user asks for */

int queue_remove(struct repo *r, const struct queue_task *task) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *message = queue_message_file(arena, r, task->file, task->taken);
    int rc;

    if (task->job_name && task->state == QUEUE_WAITING && (rc = queue_job_cancel(task))) {
        return rc;
    }
    if (!file_exists(AT_FDCWD, message)) {
        return err_set(ERR_FAILED, "the task %.7s has just been taken by a worker", task->rev);
    }
    if ((rc = file_remove(AT_FDCWD, message)) ||
        (rc = file_remove(AT_FDCWD, queue_result_file(arena, r, task->id))) ||
        (rc = queue_discard_copy(r, task->rev)) ||
        (rc = dir_remove_tree(AT_FDCWD, path_dir(arena, queue_file(arena, r, task->rev, "run"))))) {
        return rc;
    }
    drop_stash(r, task->state == QUEUE_FAILED ? EXP_QUEUE_FAILED : EXP_QUEUE_STASH, task->rev);
    return 0;
}

/* Who killed it notes its end, unless somebody is faster. */
static int finish_killed(struct repo *r, struct arena *arena, const struct queue_task *task) {
    struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
    struct queue_task t;
    int rc =
        file_lock_take(&lock, queue_file(arena, r, task->rev, "lock"), KILL_WAIT_S, NULL, NULL);

    if (rc || (rc = queue_task_load(&t, arena, r, task->file, true)) || !t.mine) {
        err_clear();
        return rc == ERR_LOCKED ? err_set(ERR_FAILED, "the task %.7s does not end", task->rev) : 0;
    }
    return queue_mend(r, arena, &t);
}

int queue_kill(struct repo *r, const struct queue_task *task, bool force) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int rc;

    if (task->job_name) {
        return queue_job_kill(r, task);
    }
    if (task->pid <= 1) {
        return err_set(ERR_FAILED, "the task %.7s has no process yet", task->rev);
    }
    if (task->mine && force && (rc = queue_tries_write(arena, r, task->rev, QUEUE_KILLED))) {
        return rc;
    }
    if (force) {
        proc_signal_tree((pid_t)task->pid, SIGKILL);
    } else {
        proc_signal_group((pid_t)task->pid, SIGINT);
    }
    return task->mine && force ? finish_killed(r, arena, task) : 0;
}
