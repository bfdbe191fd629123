#include "model/config_parts.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "model/configrule.h"

static int refuse(const char *file, int line, const char *what) {
    return err_set(ERR_CONFIG, "%s:%d: %s", file, line, what);
}

/* What a section may be called, and where it may stand. */
static int check_section(const struct config_source *s, const struct configobj_section *section,
                         struct arena *arena) {
    const char *kind = section->kind;
    bool named = false, known = configrule_section(kind, &named);
    bool ours = str_eq(kind, "cairn");
    if (!known) {
        return refuse(s->path, section->line,
                      arena_printf(arena, "there is no section '%s'", kind));
    }
    if (ours != (s->owner == CONFIG_OF_CAIRN)) {
        return refuse(s->path, section->line,
                      arena_printf(arena, "section '%s' belongs in the file '%s' beside this one",
                                   kind, ours ? "cairn" : "config"));
    }
    if (section->nested || (!named && section->name)) {
        return refuse(s->path, section->line,
                      arena_printf(arena, "section '%s' has no sections in it", kind));
    }
    if (named && !section->name && section->options.len > 0) {
        return refuse(s->path, section->line,
                      arena_printf(arena, "this %s has no name: ['%s \"name\"']", kind, kind));
    }
    return 0;
}

static int check_sections(const struct config_source *s, struct arena *arena) {
    const struct configobj_section *top = s->text.sections.at;
    if (top->options.len > 0) {
        return refuse(s->path, top->options.at[0].line,
                      "an option stands before the first [section]");
    }
    for (size_t i = 1; i < s->text.sections.len; i++) {
        int rc = check_section(s, &s->text.sections.at[i], arena);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Names of remotes -> entry of their url. */
static void collect_urls(struct map *urls, const struct config_entries *all) {
    for (size_t i = 0; i < all->len; i++) {
        if (str_eq(all->at[i].section, "remote") && str_eq(all->at[i].option, "url")) {
            map_put(urls, all->at[i].name, &all->at[i]);
        }
    }
}

static int check_url(const struct config_entry *e, struct arena *arena) {
    if (!configrule_url_kind(e->value)) {
        const char *what =
            arena_printf(arena, "no kind of remote has a url that starts with '%.*s://'",
                         (int)strcspn(e->value, ":"), e->value);
        return refuse(e->file, e->line, what);
    }
    return 0;
}

static int check_value(const struct config_entry *e, const struct map *urls, struct arena *arena) {
    const struct config_entry *url = e->name ? map_get(urls, e->name) : NULL;
    const char *kind = url ? configrule_url_kind(url->value) : NULL;
    const struct configrule *rule = configrule_find(e->section, kind, e->option);
    if (!rule) {
        const char *of = kind ? arena_printf(arena, " (a remote of kind %s)", kind) : "";
        return refuse(e->file, e->line,
                      arena_printf(arena, "there is no option '%s' in section '%s%s%s'%s",
                                   e->option, e->section, e->name ? "." : "",
                                   e->name ? e->name : "", of));
    }
    const char *why = e->items && configrule_is_path(e->section, e->option)
                          ? "a path with a comma needs quotes"
                          : configrule_refuses(rule, e->value, e->items);
    if (why && rule->choices) {
        why = arena_printf(arena, "expected one of: %s", rule->choices);
    }
    return why ? refuse(e->file, e->line, arena_printf(arena, "'%s': %s", e->option, why)) : 0;
}

static int check_values(const struct config_entries *all, struct arena *arena) {
    struct map urls CLEANUP(map_release) = MAP_INIT;
    const struct config_entry *hydra = NULL;
    collect_urls(&urls, all);
    for (size_t i = 0; i < urls.len; i++) {
        int rc = check_url(urls.at[i].value, arena);
        if (rc) {
            return rc;
        }
    }
    for (size_t i = 0; i < all->len; i++) {
        const struct config_entry *e = &all->at[i];
        int rc = check_value(e, &urls, arena);
        if (rc) {
            return rc;
        }
        bool source = str_eq(e->section, "hydra") &&
                      (str_eq(e->option, "config_dir") || str_eq(e->option, "config_module"));
        if (source && hydra) {
            return refuse(e->file, e->line, "hydra takes config_dir or config_module, not both");
        }
        hydra = source ? e : hydra;
    }
    return 0;
}

/* A remote is not one without a url; shown is the place where it is named last. */
static int check_remotes(const struct config *c, enum config_level top,
                         const struct config_entries *all, struct arena *arena) {
    struct map urls CLEANUP(map_release) = MAP_INIT;
    collect_urls(&urls, all);
    for (int level = (int)top; level >= CONFIG_SYSTEM; level--) {
        const struct config_source *s = &c->source[level][CONFIG_OF_DVC];
        for (size_t i = 1; i < s->text.sections.len; i++) {
            const struct configobj_section *section = &s->text.sections.at[i];
            if (str_eq(section->kind, "remote") && section->name &&
                !map_has(&urls, section->name)) {
                return refuse(s->path, section->line,
                              arena_printf(arena, "remote '%s' has no url", section->name));
            }
        }
    }
    return 0;
}

int config_check(const struct config *c, enum config_level top) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct config_entries all = {0};
    int rc = 0;
    for (int level = CONFIG_SYSTEM; level <= (int)top && !rc; level++) {
        rc = check_sections(&c->source[level][CONFIG_OF_DVC], arena);
        rc = rc ? rc : check_sections(&c->source[level][CONFIG_OF_CAIRN], arena);
    }
    if (!rc) {
        config_merge(&all, c, top);
        rc = check_values(&all, arena);
    }
    if (!rc) {
        rc = check_remotes(c, top, &all, arena);
    }
    vec_release(&all);
    return rc;
}

int config_validate(const struct config *c) {
    return config_check(c, CONFIG_LOCAL);
}
