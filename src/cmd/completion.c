#include "base/str.h"
#include "cli/cmd.h"
#include "cli/complete.h"
#include "cli/session.h"

struct completion_args {
    const char *shell;
};

static int completion_run(struct session *s, const void *args) {
    const struct completion_args *a = args;

    if (str_eq(a->shell, "fish")) {
        complete_fish(s->out, s->prog);
    } else if (str_eq(a->shell, "zsh")) {
        complete_zsh(s->out, s->prog);
    } else {
        complete_bash(s->out, s->prog);
    }
    return 0;
}

static const char *const shells[] = {"bash", "zsh", "fish", NULL};

static const struct opt completion_opts[] = {
    {'s', "shell", OPT_TEXT, offsetof(struct completion_args, shell), .choices = shells,
     .help = "the shell that is to read it (default: bash)"},
    OPT_END,
};

const struct cmd cmd_completion = {
    .name = "completion",
    .group = GROUP_OTHER,
    .summary = "print a completion script for the shell",
    .detail = "For bash, put its output in /etc/bash_completion.d or source it; for zsh, put it as "
              "_cairn in a folder of $fpath; for fish, in ~/.config/fish/completions.",
    .opts = completion_opts,
    .args_size = sizeof(struct completion_args),
    .fail = 255,
    .run = completion_run,
};
