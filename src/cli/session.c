#include "cli/session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/shell.h"
#include "base/str.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/term.h"
#include "show/out.h"
#include "show/progress_bar.h"
#include "show/progress_json.h"
#include "model/config.h"
#include "model/repo.h"
#include "cli/cmd.h"
#include "cli/command_line.h"

#define LOCK_SECONDS 60

static int open_repo(struct session *s) {
    unsigned needs = s->cmd->needs;
    if (!(needs & (NEED_REPO | NEED_REPO_MAYBE | NEED_REPO_OR_PLAIN))) {
        return 0;
    }
    char *cwd = dir_current(s->arena);
    if (!cwd) {
        return err_errno("cannot tell the current folder");
    }
    int rc = repo_open(&s->repo, cwd, needs & NEED_LENIENT_CONFIG);
    if (rc == ERR_NO_REPO && (needs & NEED_REPO_MAYBE)) {
        err_clear();
        return 0;
    }
    if (rc == ERR_NO_REPO && (needs & NEED_REPO_OR_PLAIN)) {
        err_clear();
        return repo_open_plain(&s->repo, cwd);
    }
    return rc;
}

static double lock_seconds(const struct repo *r) {
    const char *text = r ? config_get(r->config, CONFIG_MERGED, "cairn.lock_timeout") : NULL;
    double seconds;
    return text && num_float(&seconds, text) ? seconds : LOCK_SECONDS;
}

int session_open(struct session *s, const struct command_line *line, struct show *out) {
    *s = (struct session){
        .prog = line->prog,
        .cmd = line->cmd,
        .out = out,
        .arena = arena_new(),
        .verbosity = command_line_verbosity(line),
    };
    signal_init();
    if (line->common.cd && chdir(line->common.cd)) {
        return err_errno("cannot change to the folder '%s'", line->common.cd);
    }
    int rc = open_repo(s);
    if (rc) {
        return rc;
    }
    s->lock_seconds = line->common.wait_for_lock ? -1 : lock_seconds(s->repo);
    s->bar = progress_bar_start(&s->progress, s->verbosity);
    show_attach(out, s->bar);
    return 0;
}

int session_run(struct session *s, const void *args) {
    int rc = s->cmd->run(s, args);
    if (!rc) {
        rc = session_stage(s);
    }
    if (rc != ERR_INTERRUPTED && rc != ERR_USAGE && s->cmd->fail_text) {
        return err_wrap(rc, "%s", s->cmd->fail_text);
    }
    return rc;
}

int session_run_other(struct session *s, const char *name) {
    s->cmd = command_find(NULL, name);
    void *args CLEANUP(mem_freep) = mem_zalloc(1, s->cmd->args_size + 1);
    return s->cmd->run(s, args);
}

void session_close(struct session *s) {
    show_attach(s->out, NULL);
    progress_bar_stop(s->bar);
    progress_json_stop(s->events);
    repo_close(s->repo);
    arena_free(s->arena);
}

int session_stage(struct session *s) {
    bool hint = false;
    if (!s->repo || s->repo->touched.len == 0) {
        return 0;
    }
    int rc = repo_stage_touched(s->repo, &hint);
    if (!rc && hint && !s->no_hint) {
        struct str files CLEANUP(str_release) = STR_INIT;
        for (size_t i = 0; i < s->repo->touched.len; i++) {
            str_addc(&files, ' ');
            shell_quote(&files, repo_shown(s->repo, s->repo->touched.at[i]));
        }
        log_info("\nTo track the changes with git, run:\n\n\tgit add%s", files.buf);
        log_info("\nTo enable auto staging, run:\n\n\t%s config core.autostage true", s->prog);
    }
    repo_untouch(s->repo);
    return rc;
}

bool session_confirm(struct session *s, const char *question, bool *asked) {
    *asked = term_is_tty(STDIN_FILENO) && term_is_tty(STDOUT_FILENO);
    char answer[16];
    while (*asked) {
        show_text(s->out, "%s [y/n]: ", question);
        if (show_flush(s->out)) {
            err_clear();
            return false;
        }
        if (!fgets(answer, sizeof answer, stdin)) {
            return false;
        }
        answer[strcspn(answer, "\n")] = '\0';
        if (str_eq(answer, "y") || str_eq(answer, "yes")) {
            return true;
        }
        if (str_eq(answer, "n") || str_eq(answer, "no")) {
            return false;
        }
    }
    return false;
}

void session_hide_typing(bool hide) {
    term_set_echo(STDIN_FILENO, !hide);
}

bool session_agree(void *ctx, const char *question) {
    bool asked;

    return session_confirm(ctx, question, &asked);
}
