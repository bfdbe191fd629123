/*
 * The scripts for bash and zsh have one shape: walk over the line for the command it holds so far
 * ("" none yet, "remote" a family, "remote add"), look in one case for what may follow the command,
 * in another for what may follow the option before the cursor. Only these two cases are made from
 * the tables. (fish is told line by line: complete_fish.c.) Nothing is run while completing but
 * `remote list`, for the names of remotes.
 */
#include "cli/complete.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/command_line.h"
#include "cli/complete_parts.h"
#include "cli/opt.h"

/* A word that may follow. bash knows the word alone, zsh shows what it means. */
struct words {
    struct str list;
    bool described;
};

static void add_word(struct words *w, const char *word, const char *about) {
    struct str item CLEANUP(str_release) = STR_INIT;
    str_adds(&item, word);
    if (w->described) {
        str_addf(&item, ":%s", about ? about : "");
    }
    str_addc(&w->list, ' ');
    complete_add_quoted(&w->list, item.buf);
}

static void add_commands(struct words *w, const struct cmd_family *family) {
    for (const struct cmd *const *c = commands; *c; c++) {
        if (!(*c)->hidden && command_in_family(*c, family)) {
            add_word(w, command_word(*c), (*c)->summary);
        }
    }
    for (const struct cmd_family *const *f = command_families; !family && *f; f++) {
        if (complete_has_family(*f)) {
            add_word(w, (*f)->name, (*f)->summary);
        }
    }
}

static void add_options(struct words *w, const struct opt *opts) {
    for (const struct opt *o = opts; o && !opt_is_end(o); o++) {
        if (o->hidden) {
            continue;
        }
        struct str name CLEANUP(str_release) = STR_INIT;
        if (o->letter) {
            str_addf(&name, "-%c", o->letter);
            add_word(w, name.buf, o->help);
        }
        if (o->name) {
            str_clear(&name);
            str_addf(&name, "--%s", o->name);
            add_word(w, name.buf, o->help);
        }
    }
}

/* The lines of the first case; `cmd` becomes the command's proper name. */
static void show_command_cases(struct show *s, bool described) {
    static const char *const kind_text[] = {
        [VALUE_CHOICE] = "",  [VALUE_REMOTE] = " kind=remote",
        [VALUE_COMMAND] = "", [VALUE_FILE] = " kind=file",
        [VALUE_FREE] = "",    [VALUE_NONE] = "",
    };
    for (const struct cmd *const *c = commands; *c; c++) {
        if ((*c)->hidden) {
            continue;
        }
        struct str patterns CLEANUP(str_release) = STR_INIT;
        struct words words = {STR_INIT, described}, options = {STR_INIT, described};
        complete_add_names(&patterns, *c, " | ");
        add_options(&options, (*c)->opts);
        if (complete_words(*c) == VALUE_COMMAND) {
            add_commands(&words, NULL);
        }
        show_line(s, "    %s)", patterns.buf);
        show_line(s, "        cmd='%s'%s choices=(%s)", (*c)->name, kind_text[complete_words(*c)],
                  words.list.len ? words.list.buf + 1 : "");
        show_line(s, "        options+=(%s)", options.list.len ? options.list.buf + 1 : "");
        show_line(s, "        ;;");
        str_release(&words.list);
        str_release(&options.list);
    }
    for (const struct cmd_family *const *f = command_families; *f; f++) {
        if (complete_has_family(*f)) {
            struct words words = {STR_INIT, described};
            add_commands(&words, *f);
            show_text(s, "    '%s'", (*f)->name);
            if ((*f)->alias) {
                show_text(s, " | '%s'", (*f)->alias);
            }
            show_line(s, ")\n        choices=(%s)\n        ;;", words.list.buf + 1);
            str_release(&words.list);
        }
    }
    struct words words = {STR_INIT, described}, options = {STR_INIT, described};
    add_commands(&words, NULL);
    add_options(&options, global_opts);
    show_line(s, "    '')\n        choices=(%s)\n        options+=(%s)\n        ;;",
              words.list.buf + 1, options.list.buf + 1);
    str_release(&words.list);
    str_release(&options.list);
}

static void show_value_case(struct show *s, const char *command, const struct opt *o) {
    if (o->letter) {
        show_text(s, "    '%s -%c'%s", command, o->letter, o->name ? " | " : "");
    }
    if (o->name) {
        show_text(s, "%s'%s --%s'", o->letter ? "" : "    ", command, o->name);
    }
    show_text(s, ") options=() ");
    switch (complete_value(o)) {
    case VALUE_CHOICE:
        show_text(s, "kind='' choices=(");
        for (const char *const *c = o->choices; *c; c++) {
            show_text(s, "%s'%s'", c == o->choices ? "" : " ", *c);
        }
        show_line(s, ") ;;");
        return;
    case VALUE_REMOTE:
        show_line(s, "kind=remote choices=() ;;");
        return;
    case VALUE_FILE:
        show_line(s, "kind=file choices=() ;;");
        return;
    case VALUE_COMMAND:
    case VALUE_FREE:
    case VALUE_NONE:
        show_line(s, "kind='' choices=() ;;");
        return;
    }
}

/* The lines of the second case: options whose value the cursor stands at. */
static void show_value_cases(struct show *s) {
    for (const struct cmd *const *c = commands; *c; c++) {
        for (const struct opt *o = (*c)->opts; o && !opt_is_end(o) && !(*c)->hidden; o++) {
            if (!o->hidden && o->kind != OPT_MAYBE && opt_takes_value(o)) {
                show_value_case(s, (*c)->name, o);
            }
        }
    }
    for (const struct opt *o = global_opts; !opt_is_end(o); o++) {
        if (opt_takes_value(o)) {
            show_value_case(s, "", o);
        }
    }
}

static void show_family_pattern(struct show *s) {
    bool any = false;
    for (const struct cmd_family *const *f = command_families; *f; f++) {
        if (complete_has_family(*f)) {
            show_text(s, "%s%s%s%s", any ? " | " : "", (*f)->name, (*f)->alias ? " | " : "",
                      (*f)->alias ? (*f)->alias : "");
            any = true;
        }
    }
    show_text(s, "%s", any ? "" : "''");
}

static void show_common_options(struct show *s, bool described) {
    struct words options = {STR_INIT, described};
    add_options(&options, common_opts);
    show_line(s, "    options=(%s)", options.list.buf + 1);
    str_release(&options.list);
}

void complete_bash(struct show *s, const char *prog) {
    show_line(s,
              "# bash completion, made by `%s completion -s bash`\n"
              "\n"
              "_cairn() {\n"
              "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
              "    local cmd='' kind='' i choices=() options",
              prog);
    show_common_options(s, false);
    show_text(s, "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "        case ${COMP_WORDS[i]} in\n"
                 "        --cd) ((i++)) ;;\n"
                 "        -*) ;;\n"
                 "        *)\n"
                 "            cmd=${cmd:+$cmd }${COMP_WORDS[i]}\n"
                 "            case $cmd in ");
    show_family_pattern(s);
    show_line(s, ") ;; *) break ;; esac\n"
                 "            ;;\n"
                 "        esac\n"
                 "    done\n"
                 "    case $cmd in");
    show_command_cases(s, false);
    show_line(s, "    esac\n    case \"$cmd $prev\" in");
    show_value_cases(s);
    show_line(s,
              "    esac\n"
              "    COMPREPLY=()\n"
              "    if [[ $cur == -* ]]; then\n"
              "        choices=(\"${options[@]}\") kind=''\n"
              "    fi\n"
              "    if [[ $kind == remote ]]; then\n"
              "        mapfile -t choices < <(%s remote list 2>/dev/null | cut -f1)\n"
              "    fi\n"
              "    if [[ $kind == file ]]; then\n"
              "        compopt -o filenames 2>/dev/null\n"
              "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
              "    else\n"
              "        mapfile -t COMPREPLY < <(compgen -W \"${choices[*]}\" -- \"$cur\")\n"
              "    fi\n"
              "}\n"
              "\n"
              "complete -F _cairn %s",
              prog, prog);
}

void complete_zsh(struct show *s, const char *prog) {
    show_line(s,
              "#compdef %s\n"
              "# zsh completion, made by `%s completion -s zsh`\n"
              "\n"
              "_cairn() {\n"
              "    local line=(\"${words[@]}\") prev=${words[CURRENT-1]}\n"
              "    local cmd='' kind='' i\n"
              "    local -a choices options",
              prog, prog);
    show_common_options(s, true);
    show_text(s, "    for ((i = 2; i < CURRENT; i++)); do\n"
                 "        case ${line[i]} in\n"
                 "        --cd) ((i++)) ;;\n"
                 "        -*) ;;\n"
                 "        *)\n"
                 "            cmd=${cmd:+$cmd }${line[i]}\n"
                 "            case $cmd in ");
    show_family_pattern(s);
    show_line(s, ") ;; *) break ;; esac\n"
                 "            ;;\n"
                 "        esac\n"
                 "    done\n"
                 "    case $cmd in");
    show_command_cases(s, true);
    show_line(s, "    esac\n    case \"$cmd $prev\" in");
    show_value_cases(s);
    show_line(s,
              "    esac\n"
              "    if [[ $PREFIX == -* ]]; then\n"
              "        _describe -o option options\n"
              "    elif [[ $kind == file ]]; then\n"
              "        _files\n"
              "    elif [[ $kind == remote ]]; then\n"
              "        choices=(${(f)\"$(%s remote list 2>/dev/null | cut -f1)\"})\n"
              "        _describe remote choices\n"
              "    else\n"
              "        _describe command choices\n"
              "    fi\n"
              "}\n"
              "\n"
              "if [[ $funcstack[1] == _%s ]]; then\n"
              "    _cairn \"$@\"\n"
              "else\n"
              "    compdef _cairn %s\n"
              "fi",
              prog, prog, prog);
}
