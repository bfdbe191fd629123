#include "model/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "model/config_parts.h"
#include "model/configobj.h"
#include "model/configobj_edit.h"
#include "model/configrule.h"
#include "os/file.h"
#include "os/term.h"

/* ---- finding and reading the files */

/* The user's or the system's folder, as platformdirs finds it for DVC. */
static const char *level_dir(struct arena *arena, enum config_level level) {
    const char *given =
        env_get(level == CONFIG_SYSTEM ? "DVC_SYSTEM_CONFIG_DIR" : "DVC_GLOBAL_CONFIG_DIR");
    if (given) {
        return path_is_absolute(given) ? given : path_join(arena, dir_current(arena), given);
    }
    const char *xdg = env_get(level == CONFIG_SYSTEM ? "XDG_CONFIG_DIRS" : "XDG_CONFIG_HOME");
    const char *home = env_get("HOME");
    if (level == CONFIG_SYSTEM) {
        const char *first = xdg ? arena_strndup(arena, xdg, strcspn(xdg, ":")) : "/etc/xdg";
        return path_join(arena, first, "dvc");
    }
    if (!xdg && !home) {
        return NULL;
    }
    return path_join(arena, xdg ? xdg : path_join(arena, home, ".config"), "dvc");
}

static void find_sources(struct config *c, const char *dvc_dir) {
    static const char *const names[CONFIG_OWNERS] = {"config", "cairn"};
    for (int level = CONFIG_SYSTEM; level < CONFIG_LEVELS; level++) {
        const char *dir =
            level < CONFIG_REPO ? level_dir(c->arena, (enum config_level)level) : dvc_dir;
        for (int owner = 0; owner < CONFIG_OWNERS; owner++) {
            struct config_source *s = &c->source[level][owner];
            s->level = (enum config_level)level;
            s->owner = (enum config_owner)owner;
            if (dir) {
                s->path = arena_printf(c->arena, "%s/%s%s", dir, names[owner],
                                       level == CONFIG_LOCAL ? ".local" : "");
            }
        }
    }
}

/* A file that is not there is an empty one. */
static int read_source(struct config *c, struct config_source *s) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = s->path ? file_read(&text, AT_FDCWD, s->path, CONFIGOBJ_MAX_BYTES) : 0;
    if (rc == ERR_NOT_FOUND || (rc && err_system() == ENOTDIR)) {
        err_clear();
    } else if (rc) {
        return err_wrap(rc, "configuration");
    }
    return configobj_parse(&s->text, c->arena, text.buf, text.len, s->path);
}

static struct config *config_new(struct arena *arena, const char *dvc_dir) {
    struct config *c = mem_zalloc(1, sizeof *c);
    c->arena = arena;
    c->dvc_dir = dvc_dir ? arena_strdup(arena, dvc_dir) : NULL;
    find_sources(c, dvc_dir);
    return c;
}

int config_load(struct config **out, struct arena *arena, const char *dvc_dir, bool lenient) {
    struct config *c = config_new(arena, dvc_dir);
    int rc = 0;
    for (int level = CONFIG_SYSTEM; level < CONFIG_LEVELS && !rc; level++) {
        rc = read_source(c, &c->source[level][CONFIG_OF_DVC]);
        rc = rc ? rc : read_source(c, &c->source[level][CONFIG_OF_CAIRN]);
    }
    if (!rc && !lenient) {
        rc = config_validate(c);
    }
    if (rc) {
        config_close(c);
        return rc;
    }
    *out = c;
    return 0;
}

int config_load_text(struct config **out, struct arena *arena, const char *dvc_dir,
                     const char *text, size_t len) {
    struct config *c = config_new(arena, dvc_dir);
    int rc = 0;
    for (int level = CONFIG_SYSTEM; level < CONFIG_REPO && !rc; level++) {
        rc = read_source(c, &c->source[level][CONFIG_OF_DVC]);
        rc = rc ? rc : read_source(c, &c->source[level][CONFIG_OF_CAIRN]);
    }
    struct config_source *s = &c->source[CONFIG_REPO][CONFIG_OF_DVC];
    rc = rc ? rc : configobj_parse(&s->text, arena, text, len, s->path);
    for (int level = CONFIG_REPO; level < CONFIG_LEVELS && !rc; level++) {
        for (int owner = 0; owner < CONFIG_OWNERS && !rc; owner++) {
            s = &c->source[level][owner];
            rc = s->text.text ? 0 : configobj_parse(&s->text, arena, "", 0, s->path);
        }
    }
    if (rc) {
        config_close(c);
        return rc;
    }
    *out = c;
    return 0;
}

void config_close(struct config *c) {
    if (!c) {
        return;
    }
    for (int level = CONFIG_SYSTEM; level < CONFIG_LEVELS; level++) {
        for (int owner = 0; owner < CONFIG_OWNERS; owner++) {
            configobj_release(&c->source[level][owner].text);
        }
    }
    free(c);
}

bool config_has_level(const struct config *c, enum config_level level) {
    return c->source[level][CONFIG_OF_DVC].path != NULL;
}

/* ---- names */

/* Remotes may have dots in their names: the option is behind the last one. Options of ours may have them, too. */
bool config_name_split(struct config_name *out, struct arena *arena, const char *text) {
    const char *first = strchr(text, '.'), *last = strrchr(text, '.');
    if (!first || first == text || last[1] == '\0') {
        return false;
    }
    *out = (struct config_name){.section = arena_strndup(arena, text, (size_t)(first - text)),
                                .option = last + 1};
    if (first != last && configrule_find(out->section, NULL, first + 1)) {
        out->option = first + 1;
    } else if (first != last) {
        out->name = arena_strndup(arena, first + 1, (size_t)(last - (first + 1)));
    }
    return true;
}

enum config_owner config_name_owner(const struct config_name *n) {
    return configrule_is_ours(n->section) ? CONFIG_OF_CAIRN : CONFIG_OF_DVC;
}

int config_check_name(const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct config_name n;
    bool named = false;
    bool form = config_name_split(&n, arena, name);
    if (form && n.name) {
        form = (str_eq(n.section, "remote") || str_eq(n.section, "db")) && n.name[0] &&
               !strchr(n.name, '.');
    }
    if (!form) {
        return err_set(ERR_USAGE,
                       "'%s' is not the name of an option: section.option, remote.<name>.option"
                       " or db.<name>.option",
                       name);
    }
    if (!configrule_section(n.section, &named)) {
        return err_set(ERR_CONFIG, "there is no section '%s'", n.section);
    }
    if (named != (n.name != NULL)) {
        return err_set(ERR_CONFIG,
                       named ? "'%s' lacks a name in the middle: %s.<name>.<option>"
                             : "'%s' has a name in the middle, which section '%s' does not",
                       name, n.section);
    }
    if (!configrule_find(n.section, NULL, n.option)) {
        return err_set(ERR_CONFIG, "there is no option '%s' in section '%s'", n.option, n.section);
    }
    return 0;
}

bool config_is_secret(const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct config_name n;
    return config_name_split(&n, arena, name) && configrule_is_secret(n.section, n.option);
}

bool config_url_has_secret(const char *url) {
    const char *host = strstr(url, "://");
    if (!host) {
        return false;
    }
    host += 3;
    size_t len = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', len), *colon = memchr(host, ':', len);
    return at && colon && colon < at;
}

const char *config_file(const struct config *c, enum config_level level, const char *name) {
    struct config_name n;
    bool own = config_name_split(&n, c->arena, name) && config_name_owner(&n) == CONFIG_OF_CAIRN;
    return c->source[level][own ? CONFIG_OF_CAIRN : CONFIG_OF_DVC].path;
}

int config_override(struct config *c, const char *name, const char *value) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct configobj now = {0};
    struct config_name n;
    if (!config_name_split(&n, c->arena, name)) {
        return err_set(ERR_CONFIG, "'%s' is not the name of an option", name);
    }
    struct config_source *s = &c->source[CONFIG_LOCAL][config_name_owner(&n)];
    int rc = configobj_set(&text, &s->text, n.section, n.name, n.option, value);
    rc = rc ? rc : configobj_parse(&now, c->arena, text.buf, text.len, name);
    if (rc) {
        configobj_release(&now);
        return rc;
    }
    configobj_release(&s->text);
    s->text = now;
    return 0;
}

/* ---- values */

static void fill_entry(struct config_entry *e, const struct config_source *s,
                       const struct configobj_section *section, const struct configobj_option *o) {
    *e = (struct config_entry){.section = section->kind,
                               .name = section->name,
                               .option = o->name,
                               .value = o->value,
                               .items = o->is_list ? &o->items : NULL,
                               .file = s->path,
                               .line = o->line,
                               .level = s->level};
}

bool config_find(struct config_entry *out, const struct config *c, enum config_level level,
                 const char *name) {
    struct config_name n;
    if (!config_name_split(&n, c->arena, name)) {
        return false;
    }
    int from = level == CONFIG_MERGED ? CONFIG_LEVELS - 1 : (int)level;
    int to = level == CONFIG_MERGED ? CONFIG_SYSTEM : (int)level;
    for (int i = from; i >= to; i--) {
        const struct config_source *s = &c->source[i][config_name_owner(&n)];
        const struct configobj_section *section = configobj_section(&s->text, n.section, n.name);
        const struct configobj_option *o = configobj_option(section, n.option);
        if (o) {
            fill_entry(out, s, section, o);
            return true;
        }
    }
    return false;
}

const char *config_get(const struct config *c, enum config_level level, const char *name) {
    struct config_entry e;
    return config_find(&e, c, level, name) ? e.value : NULL;
}

bool config_bool(const struct config *c, const char *name, bool fallback) {
    const char *value = config_get(c, CONFIG_MERGED, name);
    return value ? strcasecmp(value, "true") == 0 : fallback;
}

/* Validated values may still have what Python allows: blanks around, underscores. */
static bool read_number(double *out, const char *value) {
    struct str plain CLEANUP(str_release) = STR_INIT;
    for (const char *at = value ? value : ""; *at; at++) {
        if (!strchr(" \t\n\v\f\r_+", *at)) {
            str_addc(&plain, *at);
        }
    }
    return num_float(out, plain.buf);
}

int64_t config_int(const struct config *c, const char *name, int64_t fallback) {
    double value;
    if (!read_number(&value, config_get(c, CONFIG_MERGED, name))) {
        return fallback;
    }
    return value >= 9e15 ? (int64_t)9e15 : value <= -9e15 ? (int64_t)-9e15 : (int64_t)value;
}

double config_float(const struct config *c, const char *name, double fallback) {
    double value;
    return read_number(&value, config_get(c, CONFIG_MERGED, name)) ? value : fallback;
}

/* "scheme://": letters, digits and "_" as in Python's \w. */
static bool is_url(const char *value) {
    size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return len > 0 && strncmp(value + len, "://", 3) == 0;
}

static const char *resolve(struct arena *arena, const struct config_entry *e) {
    const char *home = env_get("HOME");
    if (is_url(e->value) || path_is_absolute(e->value)) {
        return e->value;
    }
    if (e->value[0] == '~' && (e->value[1] == '/' || e->value[1] == '\0') && home) {
        return path_join(arena, home, e->value[1] ? e->value + 2 : "");
    }
    return path_normal(arena, path_join(arena, path_dir(arena, e->file), e->value));
}

const char *config_path(const struct config *c, struct arena *arena, const char *name) {
    struct config_entry e;
    return config_find(&e, c, CONFIG_MERGED, name) ? resolve(arena, &e) : NULL;
}

const char *config_shown(struct arena *arena, const struct config_entry *e) {
    if (!e->items) {
        return configrule_is_path(e->section, e->option) ? resolve(arena, e) : e->value;
    }
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *list = node_list(arena);
    for (size_t i = 0; i < e->items->len; i++) {
        node_append(arena, list, node_str(arena, e->items->at[i]));
    }
    python_write(&text, list);
    return arena_strdup(arena, text.buf);
}

/* ---- lists */

static bool is_listed_first(const struct configobj_section *s) {
    return s->name && !s->nested;
}

static void add_sections(struct config_entries *out, const struct config_source *s,
                         const char *kind) {
    for (size_t i = 0; i < s->text.sections.len; i++) {
        const struct configobj_section *section = &s->text.sections.at[i];
        bool wanted = kind ? is_listed_first(section) && str_eq(section->kind, kind)
                           : !is_listed_first(section);
        for (size_t j = 0; wanted && !section->shadowed && j < section->options.len; j++) {
            struct config_entry e;
            fill_entry(&e, s, section, &section->options.at[j]);
            if (!section->options.at[j].shadowed) {
                vec_push(out, e);
            }
        }
    }
}

static void add_level(struct config_entries *out, const struct config *c, int level) {
    for (int owner = 0; owner < CONFIG_OWNERS; owner++) {
        const struct config_source *s = &c->source[level][owner];
        add_sections(out, s, "remote");
        add_sections(out, s, "machine");
        add_sections(out, s, "db");
        add_sections(out, s, NULL);
    }
}

static const char *entry_key(struct arena *arena, const struct config_entry *e) {
    return arena_printf(arena, "%s\n%s\n%s", e->section, e->name ? e->name : "\r", e->option);
}

void config_merge(struct config_entries *out, const struct config *c, enum config_level top) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct map at CLEANUP(map_release) = MAP_INIT;
    struct config_entries all = {0};
    for (int level = CONFIG_SYSTEM; level <= (int)top; level++) {
        add_level(&all, c, level);
    }
    for (size_t i = 0; i < all.len; i++) {
        const char *key = entry_key(arena, &all.at[i]);
        size_t seen = (size_t)(uintptr_t)map_get(&at, key);
        if (seen) {
            out->at[seen - 1] = all.at[i];
        } else {
            vec_push(out, all.at[i]);
            map_put(&at, key, (void *)(uintptr_t)out->len);
        }
    }
    vec_release(&all);
}

void config_each(const struct config *c, enum config_level level, struct config_entries *out) {
    if (level == CONFIG_MERGED) {
        config_merge(out, c, CONFIG_LOCAL);
    } else {
        add_level(out, c, (int)level);
    }
}

void config_remotes(const struct config *c, enum config_level level, struct strv *names) {
    struct map seen CLEANUP(map_release) = MAP_INIT;
    int from = level == CONFIG_MERGED ? CONFIG_SYSTEM : (int)level;
    int to = level == CONFIG_MERGED ? CONFIG_LEVELS - 1 : (int)level;
    for (int i = from; i <= to; i++) {
        const struct configobj *text = &c->source[i][CONFIG_OF_DVC].text;
        for (size_t j = 0; j < text->sections.len; j++) {
            const struct configobj_section *s = &text->sections.at[j];
            if (s->name && !s->nested && str_eq(s->kind, "remote") &&
                map_add(&seen, s->name, &seen)) {
                vec_push(names, s->name);
            }
        }
    }
}

bool config_has_remote(const struct config *c, enum config_level level, const char *name) {
    struct strv names CLEANUP(strv_release) = {0};
    config_remotes(c, level, &names);
    for (size_t i = 0; i < names.len; i++) {
        if (str_eq(names.at[i], name)) {
            return true;
        }
    }
    return false;
}
