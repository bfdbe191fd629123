#include "pipeline/exec.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/proc.h"
#include "os/signal.h"
#include "os/term.h"

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

static int run_command(const struct proc_spec *spec, const char *command) {
    int status, rc = proc_run(spec, &status);

    if (rc) {
        return err_wrap(rc, "failed to run: %s", command);
    }
    if (status) {
        return err_set(ERR_FAILED, "failed to run: %s, exited with %d", command, status);
    }
    return cancel_check();
}

int exec_stage(const struct repo *r, const struct stage *s, bool dry) {
    const char *address = stage_address(s, r->arena, r->cwd);
    const char *shell = env_get("SHELL") ? env_get("SHELL") : "/bin/sh";
    const char *env[3] = {arena_printf(r->arena, "DVC_STAGE=%s", address)};
    const char *argv[EXEC_ARGV_MAX];
    struct proc_spec spec = {.argv = argv, .cwd = repo_abs(r, s->wdir), .env = env};
    bool no_config = false;
    int rc;

    if (!env_get("DVC_ROOT")) {
        env[1] = arena_printf(r->arena, "DVC_ROOT=%s", r->root);
    }
    log_info("Running stage '%s':", address);
    if (!dry && str_eq(path_base(shell), "fish")) {
        no_config = fish_is_recent(shell);
        if (!no_config) {
            log_warn("this fish is older than 3.3: settings of 'config.fish' may change the "
                     "command's environment");
        }
    }
    for (size_t i = 0; s->cmds[i]; i++) {
        log_info("> %s", s->cmds[i]);
        if (dry) {
            continue;
        }
        exec_shell_argv(argv, shell, no_config, s->cmds[i]);
        if ((rc = run_command(&spec, s->cmds[i]))) {
            return rc;
        }
    }
    return 0;
}
