#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "show/out.h"
#include "model/config.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/level.h"

struct config_args {
    struct level_args level;
    struct strv words;
    bool unset, list, show_origin;
};
#define AT(member) offsetof(struct config_args, member)

/* Section and option are found in any case; a name in the middle too. */
static const char *lower(struct arena *arena, const char *text) {
    char *out = arena_strdup(arena, text);
    for (char *at = out; *at; at++) {
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + ('a' - 'A')) : *at;
    }
    return out;
}

/* The file, from the root of the repository, and a tab. */
static void show_origin(struct session *s, const struct level *l, const struct config_entry *e) {
    bool below = l->root && path_inside(l->root, e->file);
    show_text(s->out, "%s\t", below ? path_below(l->root, e->file) : e->file);
}

static void config_list(struct session *s, const struct level *l, bool origin) {
    for (enum config_level level = CONFIG_SYSTEM; level < CONFIG_LEVELS; level++) {
        struct config_entries all = {0};
        if (l->given == CONFIG_MERGED || l->given == level) {
            config_each(l->config, level, &all);
        }
        for (size_t i = 0; i < all.len; i++) {
            const struct config_entry *e = &all.at[i];
            if (origin) {
                show_origin(s, l, e);
            }
            show_line(s->out, "%s%s%s%s%s=%s", e->section, e->section[0] ? "." : "",
                      e->name ? e->name : "", e->name ? "." : "", e->option,
                      config_shown(s->arena, e));
        }
        vec_release(&all);
    }
}

/* An option that is set nowhere prints nothing; at a level that was asked for it is an error. */
static int config_show(struct session *s, const struct level *l, const char *name, bool origin) {
    struct config_entry e;
    if (!config_find(&e, l->config, l->given, name)) {
        return l->given == CONFIG_MERGED
                   ? 0
                   : err_set(ERR_CONFIG, "'%s' is not set at this level", name);
    }
    if (origin) {
        show_origin(s, l, &e);
    }
    show_line(s->out, "%s", config_shown(s->arena, &e));
    return 0;
}

static int config_change(const struct level *l, const char *name, const char *value) {
    if (value && str_ends(name, ".url")) {
        level_warn_url(l, value);
    }
    int rc = config_set(l->config, level_to_write(l, name, !value), name, value);
    if (!rc && value && str_eq(name, "cache.type")) {
        log_warn(
            "files that are in the workspace keep their kind of link until `checkout --relink`");
    }
    return rc;
}

/* Options that do not go together end with 1, as in DVC. */
static int check_options(struct session *s, const struct config_args *a) {
    int rc = 0;
    if (a->show_origin && (a->words.len > 1 || a->unset)) {
        rc = err_set(ERR_FAILED, "--show-origin goes with reading an option only");
    } else if (a->list && (a->words.len > 0 || a->unset)) {
        rc = err_set(ERR_FAILED, "--list takes neither a name nor --unset");
    } else if (!a->list && a->words.len == 0) {
        rc = err_set(ERR_FAILED, "which option? (--list shows all that are set)");
    }
    s->exit_status = rc ? 1 : 0;
    return rc;
}

/* To read, or to take out, an option that does not exist is no error of its name: an old file may
 * have it. */
static int check_name(const char *name, bool writes) {
    int rc = name ? config_check_name(name) : 0;
    if (rc == ERR_CONFIG && !writes) {
        err_clear();
        return 0;
    }
    return rc;
}

static int config_run(struct session *s, const void *args) {
    const struct config_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    const char *name = a->words.len > 0 ? lower(s->arena, a->words.at[0]) : NULL;
    const char *value = a->words.len > 1 && !a->unset ? a->words.at[1] : NULL;
    int rc = check_name(name, value != NULL);
    rc = rc ? rc : check_options(s, a);
    rc = rc ? rc : level_open(&l, s, &a->level);
    if (rc) {
        return rc;
    }
    if (a->list) {
        config_list(s, &l, a->show_origin);
        return 0;
    }
    return value || a->unset ? config_change(&l, name, value)
                             : config_show(s, &l, name, a->show_origin);
}

static const struct opt config_opts[] = {
    LEVEL_OPTS(AT(level)),
    {'u', "unset", OPT_FLAG, AT(unset), .help = "take the option out"},
    {'l', "list", OPT_FLAG, AT(list), .help = "show all options that are set"},
    {0, "show-origin", OPT_FLAG, AT(show_origin), .help = "say which file an option is from"},
    OPT_END,
};

const struct cmd cmd_config = {
    .name = "config",
    .group = GROUP_CONFIG,
    .summary = "show and change options",
    .detail = "Options are named section.option, remote.<name>.option or db.<name>.option. Without "
              "a level, options are "
              "read from all files, the local ones first, and written to those of the repository; "
              "passwords and keys go "
              "to the local file.",
    .opts = config_opts,
    .args = "[<name>] [<value>]",
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct config_args),
    .fail = 255,
    .run = config_run,
};
