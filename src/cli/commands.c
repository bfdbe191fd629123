#include "cli/cmd.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "model/suggest.h"

#define FAMILY(name, alias, summary)
#define COMMAND(var) extern const struct cmd var;
#include "cli/commands.def"
#undef COMMAND

#define COMMAND(var) &var,
const struct cmd *const commands[] = {
#include "cli/commands.def"
    NULL,
};
#undef COMMAND
#undef FAMILY

#define COMMAND(var)
#define FAMILY(name, alias, summary) &(const struct cmd_family){name, alias, summary},
const struct cmd_family *const command_families[] = {
#include "cli/commands.def"
    NULL,
};
#undef COMMAND
#undef FAMILY

const struct cmd_family *command_family(const char *name) {
    for (const struct cmd_family *const *f = command_families; *f; f++) {
        if (str_eq((*f)->name, name) || str_eq((*f)->alias, name)) {
            return *f;
        }
    }
    return NULL;
}

bool command_in_family(const struct cmd *cmd, const struct cmd_family *family) {
    const char *blank = strchr(cmd->name, ' ');
    if (!family || !blank) {
        return !family && !blank;
    }
    size_t len = (size_t)(blank - cmd->name);
    return strlen(family->name) == len && strncmp(cmd->name, family->name, len) == 0;
}

const char *command_word(const struct cmd *cmd) {
    const char *blank = strchr(cmd->name, ' ');
    return blank ? blank + 1 : cmd->name;
}

const struct cmd *command_find(const struct cmd_family *family, const char *name) {
    for (const struct cmd *const *c = commands; *c; c++) {
        if (command_in_family(*c, family) &&
            (str_eq(command_word(*c), name) || str_eq((*c)->alias, name))) {
            return *c;
        }
    }
    return NULL;
}

int command_unknown(const char *prog, const struct cmd_family *family, const char *typed) {
    struct strv names CLEANUP(strv_release) = {0};
    for (const struct cmd *const *c = commands; *c; c++) {
        if (!(*c)->hidden && command_in_family(*c, family)) {
            vec_push(&names, command_word(*c));
        }
    }
    for (const struct cmd_family *const *f = command_families; *f && !family; f++) {
        vec_push(&names, (*f)->name);
    }
    const char *first = family ? family->name : "", *blank = family ? " " : "";
    int rc = err_set(ERR_USAGE, "there is no command '%s%s%s'", first, blank, typed);
    const char *meant = suggest_name(typed, &names);
    if (meant) {
        err_hint("did you mean '%s %s%s%s'?", prog, first, blank, meant);
    }
    return rc;
}
