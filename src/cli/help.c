#include "cli/help.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/command_line.h"
#include "cli/opt.h"

#define WIDTH       79
#define NAME_COLUMN 26 /* where the words about an option or command begin */

static const char *const group_title[] = {
    [GROUP_START] = "Start a project",
    [GROUP_DATA] = "Track and move data",
    [GROUP_REMOTE] = "Remotes",
    [GROUP_PIPELINE] = "Pipelines",
    [GROUP_MEASURE] = "Metrics and parameters",
    [GROUP_EXPERIMENT] = "Experiments",
    [GROUP_REGISTRY] = "Registry of models and prompts",
    [GROUP_CONFIG] = "Configuration",
    [GROUP_OTHER] = "Other",
};

const char *help_version(const char *prog) {
    return str_eq(prog, "dvc") ? DVC_VERSION : CAIRN_VERSION;
}

/* Words from `column` on, broken at blanks; the cursor stands at `column` already. */
static void show_wrapped(struct show *s, const char *text, size_t column) {
    size_t used = column;
    while (*text) {
        size_t word = strcspn(text, " \n");
        if (used > column && used + 1 + word > WIDTH) {
            show_text(s, "\n%*s", (int)column, "");
            used = column;
        } else if (used > column) {
            show_text(s, " ");
            used++;
        }
        show_text(s, "%.*s", (int)word, text);
        used += word;
        text += word;
        if (*text == '\n') {
            show_text(s, "\n%*s", (int)column, "");
            used = column;
        }
        text += strspn(text, " \n");
    }
    show_text(s, "\n");
}

static void show_entry(struct show *s, const char *name, const char *text) {
    size_t width = utf8_width(name) + 2;
    show_text(s, "  %s", name);
    if (width + 2 > NAME_COLUMN) {
        show_text(s, "\n%*s", NAME_COLUMN, "");
    } else {
        show_text(s, "%*s", (int)(NAME_COLUMN - width), "");
    }
    show_wrapped(s, text ? text : "", NAME_COLUMN);
}

/* "<name>" or "{a,b}", as it stands behind the option; empty without a value. */
static void spell_value(struct str *out, const struct opt *o) {
    if (!opt_takes_value(o)) {
        return;
    }
    struct str value CLEANUP(str_release) = STR_INIT;
    if (o->choices) {
        for (const char *const *c = o->choices; *c; c++) {
            str_addf(&value, "%s%s", value.len ? "," : "{", *c);
        }
        str_addc(&value, '}');
    } else {
        str_adds(&value, o->value ? o->value : "<value>");
    }
    if (o->kind == OPT_MAYBE) {
        str_addf(out, "[%s]", value.buf);
    } else {
        str_addf(out, "%s%s", value.buf, o->kind == OPT_MANY ? "..." : "");
    }
}

static void show_options(struct show *s, const struct opt *opts) {
    for (const struct opt *o = opts; o && !opt_is_end(o); o++) {
        if (o->hidden) {
            continue;
        }
        struct str name CLEANUP(str_release) = STR_INIT;
        str_adds(&name, o->letter ? "" : "    ");
        opt_spell(&name, o, ", ");
        if (opt_takes_value(o)) {
            str_addc(&name, ' ');
            spell_value(&name, o);
        }
        show_entry(s, name.buf, o->help);
    }
}

static bool has_visible_options(const struct cmd *cmd) {
    for (const struct opt *o = cmd->opts; o && !opt_is_end(o); o++) {
        if (!o->hidden) {
            return true;
        }
    }
    return false;
}

/* Help and man pages write sentences; the tables hold phrases in lower case. */
static void show_sentence(struct show *s, const char *phrase) {
    struct str text CLEANUP(str_release) = STR_INIT;
    str_adds(&text, phrase);
    if (text.len && text.buf[0] >= 'a' && text.buf[0] <= 'z') {
        text.buf[0] = (char)(text.buf[0] - 'a' + 'A');
    }
    str_addc(&text, '.');
    show_text(s, "\n");
    show_wrapped(s, text.buf, 0);
}

static void show_command(struct show *s, const char *prog, const struct cmd *cmd) {
    show_line(s, "usage: %s %s [<options>]%s%s", prog, cmd->name, cmd->args ? " " : "",
              cmd->args ? cmd->args : "");
    show_sentence(s, cmd->summary);
    if (cmd->detail) {
        show_text(s, "\n");
        show_wrapped(s, cmd->detail, 0);
    }
    if (cmd->alias) {
        const char *blank = strchr(cmd->name, ' ');
        int family = blank ? (int)(blank - cmd->name + 1) : 0;
        show_line(s, "\nalso: %s %.*s%s", prog, family, cmd->name, cmd->alias);
    }
    if (has_visible_options(cmd)) {
        show_text(s, "\noptions:\n");
        show_options(s, cmd->opts);
    }
    show_text(s, "\nfor every command:\n");
    show_options(s, common_opts);
}

static bool is_visible(const struct cmd_family *family) {
    for (const struct cmd *const *c = commands; *c; c++) {
        if (!(*c)->hidden && command_in_family(*c, family)) {
            return true;
        }
    }
    return false;
}

static void show_family(struct show *s, const char *prog, const struct cmd_family *family) {
    show_line(s, "usage: %s %s <command> [<options>] [<arguments>]", prog, family->name);
    show_sentence(s, family->summary);
    if (family->alias) {
        show_line(s, "\nalso: %s %s", prog, family->alias);
    }
    show_text(s, "\ncommands:\n");
    for (const struct cmd *const *c = commands; *c; c++) {
        if (!(*c)->hidden && command_in_family(*c, family)) {
            show_entry(s, command_word(*c), (*c)->summary);
        }
    }
    show_text(s, "\nfor every command:\n");
    show_options(s, common_opts);
    show_line(s, "\n`%s %s <command> --help` tells more about each.", prog, family->name);
}

static void show_program(struct show *s, const char *prog) {
    show_line(s, "usage: %s [-q | -v] [-h] [-V] [--cd <path>] [--wait-for-lock] <command> ...",
              prog);
    show_sentence(
        s, "versions data and models beside Git, and reproduces the pipelines that make them");
    for (size_t group = 0; group < COUNT_OF(group_title); group++) {
        bool any = false;
        for (const struct cmd *const *c = commands; *c; c++) {
            if ((*c)->group != group || (*c)->hidden) {
                continue;
            }
            if (!any) {
                show_line(s, "\n%s", group_title[group]);
            }
            any = true;
            show_entry(s, (*c)->name, (*c)->summary);
        }
    }
    show_text(s, "\noptions:\n");
    show_options(s, common_opts);
    show_options(s, global_opts);
    show_line(s, "\n`%s <command> --help` tells more about each.", prog);
}

void help_show(struct show *s, const char *prog, const struct cmd_family *family,
               const struct cmd *cmd) {
    if (cmd) {
        show_command(s, prog, cmd);
    } else if (family && is_visible(family)) {
        show_family(s, prog, family);
    } else {
        show_program(s, prog);
    }
}

static void dump_options(struct show *s, const char *command, const struct opt *opts) {
    for (const struct opt *o = opts; o && !opt_is_end(o); o++) {
        if (!o->hidden) {
            struct str name CLEANUP(str_release) = STR_INIT;
            struct str value CLEANUP(str_release) = STR_INIT;
            opt_spell(&name, o, ", ");
            spell_value(&value, o);
            show_line(s, "option\t%s\t%s\t%s\t%s", command, name.buf, value.buf,
                      o->help ? o->help : "");
        }
    }
}

void help_dump(struct show *s) {
    dump_options(s, "", common_opts);
    dump_options(s, "", global_opts);
    for (const struct cmd_family *const *f = command_families; *f; f++) {
        if (is_visible(*f)) {
            show_line(s, "family\t%s\t%s\t%s", (*f)->name, (*f)->alias ? (*f)->alias : "",
                      (*f)->summary);
        }
    }
    for (const struct cmd *const *c = commands; *c; c++) {
        const struct cmd *cmd = *c;
        if (!cmd->hidden) {
            show_line(s, "command\t%s\t%s\t%s\t%s\t%s", cmd->name, cmd->alias ? cmd->alias : "",
                      group_title[cmd->group], cmd->summary, cmd->args ? cmd->args : "");
            dump_options(s, cmd->name, cmd->opts);
        }
    }
}
