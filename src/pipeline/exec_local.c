#include "pipeline/exec_local.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/jobserver.h"
#include "os/proc.h"
#include "os/signal.h"
#include "os/term.h"
#include "pipeline/executor.h"

/* A task that runs. */
struct running {
    struct exec_task *task;
    struct proc proc;
};

struct local {
    struct executor base;
    const char *folder, *shell;
    bool is_fish, no_config;
    bool asked;                  /* tasks were told to end */
    struct jobserver *jobserver; /* NULL: one job at a time */
    bool short_of_slots;
    VEC(struct running) running;
};

void exec_shell_argv(const char *argv[EXEC_ARGV_MAX], const char *shell, bool fish_has_no_config,
                     const char *command) {
    const char *name = path_base(shell);
    size_t n = 0;

    argv[n++] = shell;
    if (str_eq(name, "bash")) {
        argv[n++] = "--noprofile";
        argv[n++] = "--norc";
    } else if (str_eq(name, "zsh")) {
        argv[n++] = "--no-rcs";
    } else if (str_eq(name, "fish") && fish_has_no_config) {
        argv[n++] = "--no-config";
    }
    argv[n++] = "-c";
    argv[n++] = command;
    argv[n] = NULL;
}

/* "fish, version 3.6.0": whether it is 3.3 or later. */
static bool fish_is_recent(const char *shell) {
    const char *argv[] = {shell, "--version", NULL};
    struct str text CLEANUP(str_release) = {.buf = str_empty, .max = 200};
    struct proc_spec spec = {.argv = argv, .capture = &text};
    const char *at;
    char *end;
    long major, minor;
    int status;

    if (proc_run(&spec, &status)) {
        err_clear();
        return false;
    }
    at = strrchr(text.buf, ' ');
    if (status || !at) {
        return false;
    }
    major = strtol(at, &end, 10);
    minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
    return major > 3 || (major == 3 && minor >= 3);
}

void exec_task_release(struct exec_task *task) {
    fd_closep(&task->output);
    free(task->from);
    free((char *)(uintptr_t)task->why);
    free((char *)(uintptr_t)task->known);
    free(task->made);
    task->made = NULL;
    task->from = NULL;
    task->why = task->known = NULL;
}

/* Without a name: it goes when the last one closes it. */
static int open_output(int *fd, const char *folder) {
    *fd = open(folder, O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    if (*fd < 0) {
        *fd = memfd_create("output", MFD_CLOEXEC); /* not every file system can */
    }
    return *fd < 0 ? err_errno("cannot keep the output of a command") : 0;
}

/* Where the output of the next command begins. */
static void note_place(struct exec_task *t) {
    if (t->output >= 0) {
        t->from = mem_realloc(t->from, t->begun + 1, sizeof *t->from);
        t->from[t->begun] = lseek(t->output, 0, SEEK_END);
    }
}

static const char *const *command_env(struct strv *env, const struct local *l,
                                      const struct exec_task *t) {
    const char *flags = l->jobserver ? jobserver_makeflags(l->jobserver) : NULL;

    for (size_t i = 0; t->env && t->env[i]; i++) {
        vec_push(env, t->env[i]);
    }
    if (flags) {
        vec_push(env, flags);
    }
    vec_push(env, NULL);
    return env->at;
}

/* The next command of the task. */
static int start_command(struct local *l, struct running *r) {
    struct exec_task *t = r->task;
    const char *command = t->commands[t->begun], *argv[EXEC_ARGV_MAX];
    struct proc_spec spec = {.argv = argv, .cwd = t->dir, .output = t->output};

    struct strv env CLEANUP(strv_release) = {0};

    spec.env = command_env(&env, l, t);
    spec.inherit = l->jobserver ? jobserver_inherit(l->jobserver) : NULL;
    spec.own_group = !t->attached || !term_is_ours();
    if (t->attached) {
        log_info("> %s", command);
    }
    exec_shell_argv(argv, l->shell, l->no_config, command);
    note_place(t);
    t->begun++;
    return proc_start(&r->proc, &spec);
}

static void ask_fish(struct local *l) {
    if (!l->is_fish) {
        return;
    }
    if (!l->no_config) {
        l->no_config = fish_is_recent(l->shell);
    }
    if (!l->no_config) {
        log_warn("this fish is older than 3.3: settings of 'config.fish' may change the "
                 "command's environment");
    }
}

static int local_start(struct executor *e, struct exec_task *task) {
    struct local *l = (struct local *)e;
    struct running r = {.task = task};
    int rc = 0;

    task->begun = 0;
    task->status = 0;
    ask_fish(l);
    if (!task->attached && task->output < 0) {
        rc = open_output(&task->output, l->folder);
    }
    if (rc || (rc = start_command(l, &r))) {
        fd_closep(&task->output);
        return rc;
    }
    vec_push(&l->running, r);
    return 0;
}

/* Takes the end of a command; true when it was the last one of its task. */
static bool finish_command(struct local *l, struct running *r) {
    struct exec_task *t = r->task;
    int rc;

    if (r->proc.own_group && (l->asked || signal_cancelled())) {
        proc_signal(&r->proc,
                    SIGTERM); /* what it left behind: a shell's background ignores SIGINT */
    }
    rc = proc_finish(&r->proc, &t->status);

    if (!rc && t->status == 0 && t->commands[t->begun] && !signal_cancelled() && !l->asked) {
        if (!(rc = start_command(l, r))) {
            return false;
        }
    }
    if (rc) {
        t->failed = true;
        t->why = mem_strdup(err_text());
        err_clear();
    }
    note_place(t);
    return true;
}

static bool local_use_slots(struct executor *e, size_t slots) {
    struct local *l = (struct local *)e;

    l->short_of_slots = l->jobserver && !jobserver_hold(l->jobserver, slots) && l->running.len > 0;
    return !l->short_of_slots; /* what runs alone need not wait for more than its own */
}

static int local_wait(struct exec_task **ended, struct executor *e, int ms) {
    struct local *l = (struct local *)e;
    size_t n = l->running.len, at;
    struct proc **list CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *list);

    *ended = NULL;
    for (size_t i = 0; i < n; i++) {
        list[i] = &l->running.at[i].proc;
    }
    int also = l->short_of_slots ? jobserver_fd(l->jobserver) : -1;
    int rc = proc_wait_any(&at, list, n, also, ms);
    if (rc || at == n || !finish_command(l, &l->running.at[at])) {
        return rc;
    }
    *ended = l->running.at[at].task;
    l->running.at[at] = l->running.at[--l->running.len];
    return 0;
}

/* A signal that came to us has been passed on already. */
static void local_cancel(struct executor *e) {
    struct local *l = (struct local *)e;

    for (size_t i = 0; i < l->running.len; i++) {
        if (l->asked || !signal_cancelled()) {
            proc_signal(&l->running.at[i].proc, l->asked ? SIGKILL : SIGTERM);
        }
    }
    l->asked = true;
}

static void local_close(struct executor *e) {
    struct local *l = (struct local *)e;

    jobserver_close(l->jobserver);
    vec_release(&l->running);
    free(l);
}

static const struct executor_ops local_ops = {
    .name = "local",
    .start = local_start,
    .use_slots = local_use_slots,
    .wait = local_wait,
    .cancel = local_cancel,
    .close = local_close,
};

struct executor *exec_local_new(const char *folder, size_t jobs) {
    struct local *l = mem_zalloc(1, sizeof *l);

    l->base.ops = &local_ops;
    l->folder = folder;
    l->shell = env_get("SHELL") ? env_get("SHELL") : "/bin/sh";
    l->jobserver = jobs > 1 ? jobserver_open(jobs) : NULL;
    l->is_fish = str_eq(path_base(l->shell), "fish");
    return &l->base;
}
