#include "base/vec.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/help.h"
#include "cli/session.h"

struct help_args {
    struct strv words;
    bool dump;
};

static int help_run(struct session *s, const void *args) {
    const struct help_args *a = args;
    const struct cmd_family *family = NULL;
    const struct cmd *cmd = NULL;
    size_t i = 0;

    if (a->dump) {
        help_dump(s->out);
        return 0;
    }
    if (i < a->words.len && (family = command_family(a->words.at[i]))) {
        i++;
    }
    if (i < a->words.len && (cmd = command_find(family, a->words.at[i]))) {
        i++;
    }
    if (i < a->words.len) {
        return command_unknown(s->prog, family, a->words.at[i]);
    }
    help_show(s->out, s->prog, family, cmd);
    return 0;
}

static const struct opt help_opts[] = {
    {.name = "dump",
     .kind = OPT_FLAG,
     .at = offsetof(struct help_args, dump),
     .help = "print the tables of commands and options, for scripts",
     .hidden = true},
    OPT_END,
};

const struct cmd cmd_help = {
    .name = "help",
    .group = GROUP_OTHER,
    .summary = "explain a command",
    .opts = help_opts,
    .args = "[<command>]",
    .max_args = 2,
    .rest = offsetof(struct help_args, words),
    .args_size = sizeof(struct help_args),
    .fail = 255,
    .run = help_run,
};
