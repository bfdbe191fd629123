#include "cli/complete.h"

#include <string.h>

#include "base/str.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/command_line.h"
#include "cli/complete_parts.h"
#include "cli/opt.h"

/* One option; `when` is the condition under which it is offered. */
static void fish_option(struct show *s, const char *prog, const char *when, const struct opt *o) {
    struct str about CLEANUP(str_release) = STR_INIT;
    complete_add_quoted(&about, o->help ? o->help : "");
    show_text(s, "complete -c %s -n \"%s\"", prog, when);
    if (o->letter) {
        show_text(s, " -s %c", o->letter);
    }
    if (o->name) {
        show_text(s, " -l %s", o->name);
    }
    switch (complete_value(o)) {
    case VALUE_CHOICE:
        show_text(s, " -x -a '");
        for (const char *const *c = o->choices; *c; c++) {
            show_text(s, "%s%s", c == o->choices ? "" : " ", *c);
        }
        show_text(s, "'");
        break;
    case VALUE_REMOTE:
        show_text(s, " -x -a '(%s remote list 2>/dev/null | cut -f1)'", prog);
        break;
    case VALUE_FILE:
        show_text(s, " -r -F");
        break;
    case VALUE_COMMAND:
    case VALUE_FREE:
        show_text(s, " -x");
        break;
    case VALUE_NONE:
        break;
    }
    show_line(s, " -d %s", about.buf);
}

static void fish_options(struct show *s, const char *prog, const char *when,
                         const struct opt *opts) {
    for (const struct opt *o = opts; o && !opt_is_end(o); o++) {
        if (!o->hidden) {
            fish_option(s, prog, when, o);
        }
    }
}

static void fish_word(struct show *s, const char *prog, const char *when, const char *word,
                      const char *about) {
    struct str text CLEANUP(str_release) = STR_INIT;
    complete_add_quoted(&text, about);
    show_line(s, "complete -c %s -n \"%s\" -a %s -d %s", prog, when, word, text.buf);
}

static void fish_command(struct show *s, const char *prog, const struct cmd *cmd) {
    struct str when CLEANUP(str_release) = STR_INIT;
    struct str patterns CLEANUP(str_release) = STR_INIT;
    complete_add_names(&patterns, cmd, " ");
    str_addf(&when, "__cairn_at %s", patterns.buf);
    fish_options(s, prog, when.buf, cmd->opts);
    if (complete_words(cmd) == VALUE_FILE) {
        show_line(s, "complete -c %s -n \"%s\" -F", prog, when.buf);
    } else if (complete_words(cmd) == VALUE_REMOTE) {
        show_line(s, "complete -c %s -n \"%s\" -a '(%s remote list 2>/dev/null | cut -f1)'", prog,
                  when.buf, prog);
    }
}

void complete_fish(struct show *s, const char *prog) {
    show_text(s, "# fish completion, made by `%s completion -s fish`\n\n", prog);
    show_text(s, "function __cairn_at\n"
                 "    set -l words\n"
                 "    for word in (commandline -opc)[2..-1]\n"
                 "        string match -q -- '-*' $word; or set -a words $word\n"
                 "        contains -- \"$words\" ");
    for (const struct cmd_family *const *f = command_families; *f; f++) {
        show_text(s, "%s ", (*f)->name);
    }
    show_line(s, "''; or break\n"
                 "    end\n"
                 "    contains -- \"$words\" $argv\n"
                 "end\n");
    show_line(s, "complete -c %s -f", prog);
    fish_options(s, prog, "true", common_opts);
    fish_options(s, prog, "__cairn_at ''", global_opts);
    for (const struct cmd *const *c = commands; *c; c++) {
        if (!(*c)->hidden && !strchr((*c)->name, ' ')) {
            fish_word(s, prog, "__cairn_at ''", (*c)->name, (*c)->summary);
        }
    }
    for (const struct cmd_family *const *f = command_families; *f; f++) {
        if (!complete_has_family(*f)) {
            continue;
        }
        struct str when CLEANUP(str_release) = STR_INIT;
        fish_word(s, prog, "__cairn_at ''", (*f)->name, (*f)->summary);
        str_addf(&when, "__cairn_at %s", (*f)->name);
        for (const struct cmd *const *c = commands; *c; c++) {
            if (!(*c)->hidden && command_in_family(*c, *f)) {
                fish_word(s, prog, when.buf, command_word(*c), (*c)->summary);
            }
        }
    }
    for (const struct cmd *const *c = commands; *c; c++) {
        if (!(*c)->hidden) {
            fish_command(s, prog, *c);
        }
    }
}
