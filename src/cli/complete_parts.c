#include "cli/complete_parts.h"

#include <string.h>

#include "base/str.h"
#include "cli/cmd.h"
#include "cli/opt.h"

enum value_kind complete_value(const struct opt *o) {
    if (!opt_takes_value(o)) {
        return VALUE_NONE;
    }
    if (o->choices) {
        return VALUE_CHOICE;
    }
    if (str_eq(o->name, "remote")) {
        return VALUE_REMOTE;
    }
    bool file = o->value && (strstr(o->value, "path") || strstr(o->value, "file"));
    return file ? VALUE_FILE : VALUE_FREE;
}

enum value_kind complete_words(const struct cmd *cmd) {
    if (!cmd->max_args) {
        return VALUE_NONE;
    }
    if (str_eq(cmd->name, "help")) {
        return VALUE_COMMAND;
    }
    if (str_starts(cmd->name, "remote ")) {
        return str_eq(cmd->name, "remote add") ? VALUE_FREE : VALUE_REMOTE;
    }
    return VALUE_FILE;
}

bool complete_has_family(const struct cmd_family *family) {
    for (const struct cmd *const *c = commands; *c; c++) {
        if (!(*c)->hidden && command_in_family(*c, family)) {
            return true;
        }
    }
    return false;
}

static const struct cmd_family *family_of(const struct cmd *cmd) {
    for (const struct cmd_family *const *f = command_families; *f; f++) {
        if (command_in_family(cmd, *f)) {
            return *f;
        }
    }
    return NULL;
}

void complete_add_quoted(struct str *out, const char *text) {
    str_addc(out, '\'');
    for (; *text; text++) {
        if (*text == '\'') {
            str_adds(out, "'\\''");
        } else {
            str_addc(out, *text);
        }
    }
    str_addc(out, '\'');
}

void complete_add_names(struct str *out, const struct cmd *cmd, const char *between) {
    const struct cmd_family *family = family_of(cmd);
    const char *const first[] = {family ? family->name : "", family ? family->alias : NULL};
    const char *const second[] = {command_word(cmd), cmd->alias};
    for (size_t i = 0; i < COUNT_OF(first); i++) {
        for (size_t k = 0; first[i] && k < COUNT_OF(second); k++) {
            if (second[k]) {
                str_addf(out, "%s'%s%s%s'", out->len ? between : "", first[i], family ? " " : "",
                         second[k]);
            }
        }
    }
}
