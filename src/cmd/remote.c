/*
 * The family of commands on remotes. A remote is a section of the configuration: all of them edit
 * that.
 */
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/utf8.h"
#include "show/out.h"
#include "model/config.h"
#include "model/suggest.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/level.h"

#define TAB 8

struct remote_args {
    struct level_args level;
    struct strv words;
    bool is_default, force, unset;
};
#define AT(member) offsetof(struct remote_args, member)

/* Names of remotes are read in lower case, so they are written in it. */
static const char *word(struct session *s, const struct remote_args *a, size_t i) {
    char *out = arena_strdup(s->arena, a->words.at[i]);
    for (char *at = out; *at; at++) {
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + ('a' - 'A')) : *at;
    }
    return out;
}

static const char *option_of(struct session *s, const char *remote, const char *option) {
    return arena_printf(s->arena, "remote.%s.%s", remote, option);
}

static enum config_level level_or_repo(const struct level *l) {
    return l->given == CONFIG_MERGED ? CONFIG_REPO : l->given;
}

/* Whether the level, or one that it shadows, has the remote. */
static bool is_visible(const struct level *l, const char *name) {
    if (l->given == CONFIG_MERGED) {
        return config_has_remote(l->config, CONFIG_MERGED, name);
    }
    for (enum config_level level = CONFIG_SYSTEM; level <= l->given; level++) {
        if (config_has_remote(l->config, level, name)) {
            return true;
        }
    }
    return false;
}

static int no_remote(const struct level *l, const char *name) {
    struct strv names CLEANUP(strv_release) = {0};
    config_remotes(l->config, CONFIG_MERGED, &names);
    const char *where = l->given == CONFIG_MERGED ? "" : " at this level";
    int rc = err_set(ERR_CONFIG, "there is no remote '%s'%s", name, where);
    const char *meant = suggest_name(name, &names);
    if (meant && !str_eq(meant, name)) {
        err_hint("did you mean '%s'?", meant);
    }
    return rc;
}

/* Options that the remote had are gone, as if it were new. */
static int drop_options(struct session *s, const struct level *l, const char *name) {
    struct config_entries all = {0};
    int rc = 0;
    config_each(l->config, level_or_repo(l), &all);
    for (size_t i = 0; i < all.len && !rc; i++) {
        const struct config_entry *e = &all.at[i];
        if (str_eq(e->section, "remote") && str_eq(e->name, name) && !str_eq(e->option, "url")) {
            rc = config_set(l->config, level_or_repo(l), option_of(s, name, e->option), NULL);
        }
    }
    vec_release(&all);
    return rc;
}

static int remote_add_run(struct session *s, const void *args) {
    const struct remote_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    const char *name = word(s, a, 0);
    int rc = level_open(&l, s, &a->level);
    if (rc) {
        return rc;
    }
    if (config_has_remote(l.config, level_or_repo(&l), name)) {
        if (!a->force) {
            rc = err_set(ERR_CONFIG, "there is a remote '%s' already", name);
            err_hint("--force replaces it, `%s remote modify` changes it", s->prog);
            return rc;
        }
        if ((rc = drop_options(s, &l, name))) {
            return rc;
        }
    }
    level_warn_url(&l, a->words.at[1]);
    rc = config_set(l.config, level_or_repo(&l), option_of(s, name, "url"), a->words.at[1]);
    if (!rc && a->is_default) {
        rc = config_set(l.config, level_or_repo(&l), "core.remote", name);
    }
    if (!rc && a->is_default) {
        log_info("'%s' is now the default remote.", name);
    }
    return rc;
}

/* Columns are eight wide, as DVC's tabs. */
static void add_tab(struct str *line) {
    size_t width = utf8_width(line->buf);
    str_addf(line, "%*s", (int)(TAB - width % TAB), "");
}

static void show_remote(struct session *s, const struct level *l, const char *name,
                        bool is_default) {
    struct str line CLEANUP(str_release) = STR_INIT;
    struct config_entry e;
    str_adds(&line, name);
    add_tab(&line);
    if (config_find(&e, l->config, l->given, option_of(s, name, "url"))) {
        str_adds(&line, config_shown(s->arena, &e));
    }
    if (is_default) {
        add_tab(&line);
        str_adds(&line, "(default)");
        show_color(s->out, SHOW_GREEN);
    }
    show_line(s->out, "%s", line.buf);
    show_color(s->out, SHOW_PLAIN);
}

static int remote_list_run(struct session *s, const void *args) {
    const struct remote_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    struct strv names CLEANUP(strv_release) = {0};
    int rc = level_open(&l, s, &a->level);
    if (rc) {
        return rc;
    }
    const char *chosen = config_get(l.config, l.given, "core.remote");
    config_remotes(l.config, l.given, &names);
    for (size_t i = 0; i < names.len; i++) {
        show_remote(s, &l, names.at[i], str_eq(names.at[i], chosen));
    }
    return 0;
}

static int remote_modify_run(struct session *s, const void *args) {
    const struct remote_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    const char *name = word(s, a, 0), *option = option_of(s, name, word(s, a, 1));
    const char *value = a->words.len > 2 && !a->unset ? a->words.at[2] : NULL;
    int rc = level_open(&l, s, &a->level);
    if (rc) {
        return rc;
    }
    if (!is_visible(&l, name)) {
        return no_remote(&l, name);
    }
    if (!value && !a->unset) {
        return err_set(ERR_CONFIG, "'%s' needs a value, or --unset", a->words.at[1]);
    }
    enum config_level level = level_to_write(&l, option, a->unset);
    if (a->unset && !config_get(l.config, level, option)) {
        return 0;
    }
    if (value && str_ends(option, ".url")) {
        level_warn_url(&l, value);
    }
    return config_set(l.config, level, option, value);
}

/* Makes core.remote of this level and those that shadow it follow the remote; `to` NULL unsets
 * it. */
static int move_default(const struct level *l, const char *from, const char *to) {
    int rc = 0;
    for (enum config_level level = level_or_repo(l); level < CONFIG_LEVELS && !rc; level++) {
        if (str_eq(config_get(l->config, level, "core.remote"), from)) {
            rc = config_set(l->config, level, "core.remote", to);
        }
    }
    return rc;
}

/* What was set for the remote in levels that shadow this one goes, or moves, with it. */
static void tell_of_others(const struct level *l, const char *name, const char *what) {
    for (enum config_level level = level_or_repo(l) + 1; level < CONFIG_LEVELS; level++) {
        if (config_has_remote(l->config, level, name)) {
            log_info("What %s says of '%s' %s too.", config_file(l->config, level, "core.remote"),
                     name, what);
        }
    }
}

static int remote_remove_run(struct session *s, const void *args) {
    const struct remote_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    const char *name = word(s, a, 0);
    int rc = level_open(&l, s, &a->level);
    if (!rc && !config_has_remote(l.config, level_or_repo(&l), name)) {
        rc = no_remote(&l, name);
    }
    if (rc) {
        return rc;
    }
    tell_of_others(&l, name, "goes");
    rc = config_remove_section(l.config, level_or_repo(&l), "remote", name);
    return rc ? rc : move_default(&l, name, NULL);
}

static int remote_rename_run(struct session *s, const void *args) {
    const struct remote_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    const char *name = word(s, a, 0), *to = word(s, a, 1);
    int rc = level_open(&l, s, &a->level);
    if (rc) {
        return rc;
    }
    if (config_has_remote(l.config, CONFIG_MERGED, to)) {
        return err_set(ERR_CONFIG, "there is a remote '%s' already", to);
    }
    if (!config_has_remote(l.config, level_or_repo(&l), name)) {
        return no_remote(&l, name);
    }
    tell_of_others(&l, name, "is renamed");
    rc = config_rename_section(l.config, level_or_repo(&l), "remote", name, to);
    return rc ? rc : move_default(&l, name, to);
}

static int remote_default_run(struct session *s, const void *args) {
    const struct remote_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    int rc = level_open(&l, s, &a->level);
    if (rc) {
        return rc;
    }
    enum config_level level = level_or_repo(&l);
    if (a->unset) {
        return config_get(l.config, level, "core.remote")
                   ? config_set(l.config, level, "core.remote", NULL)
                   : 0;
    }
    if (a->words.len == 0) {
        const char *chosen = config_get(l.config, l.given, "core.remote");
        show_line(s->out, "%s", chosen ? chosen : "No default remote set");
        s->exit_status = chosen ? 0 : 1;
        return 0;
    }
    const char *name = word(s, a, 0);
    return is_visible(&l, name) ? config_set(l.config, level, "core.remote", name)
                                : no_remote(&l, name);
}

static const struct opt level_opts[] = {LEVEL_OPTS(AT(level)), OPT_END};
static const struct opt remote_add_opts[] = {
    LEVEL_OPTS(AT(level)),
    {'d', "default", OPT_FLAG, AT(is_default), .help = "make it the default remote"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace a remote of this name"},
    OPT_END,
};
static const struct opt unset_opts[] = {
    LEVEL_OPTS(AT(level)),
    {'u', "unset", OPT_FLAG, AT(unset), .help = "take the option out"},
    OPT_END,
};

const struct cmd cmd_remote_add = {
    .name = "remote add",
    .group = GROUP_REMOTE,
    .summary = "add a remote",
    .detail = "The url is a path (relative to the current folder) or begins with s3://, gs://, "
              "azure://, ssh://, http:// and "
              "the like; remote://<name>/<path> is a place below another remote.",
    .opts = remote_add_opts,
    .args = "<name> <url>",
    .min_args = 2,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct remote_args),
    .fail = 255,
    .run = remote_add_run,
};

const struct cmd cmd_remote_list = {
    .name = "remote list",
    .group = GROUP_REMOTE,
    .summary = "list the remotes",
    .opts = level_opts,
    .rest = AT(words),
    .args_size = sizeof(struct remote_args),
    .fail = 255,
    .run = remote_list_run,
};

const struct cmd cmd_remote_modify = {
    .name = "remote modify",
    .group = GROUP_REMOTE,
    .summary = "set or unset an option of a remote",
    .detail = "Passwords, keys and tokens go to the local file, which stays out of Git, unless a "
              "level is given.",
    .opts = unset_opts,
    .args = "<name> <option> [<value>]",
    .min_args = 2,
    .max_args = 3,
    .rest = AT(words),
    .args_size = sizeof(struct remote_args),
    .fail = 255,
    .run = remote_modify_run,
};

const struct cmd cmd_remote_remove = {
    .name = "remote remove",
    .group = GROUP_REMOTE,
    .summary = "remove a remote; its data stays",
    .opts = level_opts,
    .args = "<name>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct remote_args),
    .fail = 255,
    .run = remote_remove_run,
};

const struct cmd cmd_remote_rename = {
    .name = "remote rename",
    .group = GROUP_REMOTE,
    .summary = "give a remote another name",
    .opts = level_opts,
    .args = "<name> <new>",
    .min_args = 2,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct remote_args),
    .fail = 255,
    .run = remote_rename_run,
};

const struct cmd cmd_remote_default = {
    .name = "remote default",
    .group = GROUP_REMOTE,
    .summary = "show, set or unset the default remote",
    .opts = unset_opts,
    .args = "[<name>]",
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct remote_args),
    .fail = 255,
    .run = remote_default_run,
};
