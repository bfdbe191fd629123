#include "model/config_parts.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "model/configrule.h"

struct checking {
    struct config_faults *out;
    struct arena *arena;
    struct map urls; /* names of remotes -> entry of their url */
};

static void PRINTF(4, 5)
    fault(struct checking *k, const char *file, int line, const char *fmt, ...) {
    struct str what CLEANUP(str_release) = STR_INIT;
    va_list args;
    va_start(args, fmt);
    str_vaddf(&what, fmt, args);
    va_end(args);
    struct config_fault f = {file, line, arena_strdup(k->arena, what.buf)};
    vec_push(k->out, f);
}

/* What a section may be called, and where it may stand. */
static void check_section(struct checking *k, const struct config_source *s,
                          const struct configobj_section *section) {
    const char *kind = section->kind;
    bool named = false, ours = configrule_is_ours(kind);
    if (!configrule_section(kind, &named)) {
        fault(k, s->path, section->line, "there is no section '%s'", kind);
    } else if (ours != (s->owner == CONFIG_OF_CAIRN)) {
        fault(k, s->path, section->line, "section '%s' belongs in the file '%s' beside this one",
              kind, ours ? "cairn" : "config");
    } else if (section->nested || (!named && section->name)) {
        fault(k, s->path, section->line, "section '%s' has no sections in it", kind);
    } else if (named && !section->name && section->options.len > 0) {
        fault(k, s->path, section->line, "this %s has no name: ['%s \"name\"']", kind, kind);
    }
}

static void check_sections(struct checking *k, const struct config_source *s) {
    const struct configobj_section *top = s->text.sections.at;
    if (top->options.len > 0) {
        fault(k, s->path, top->options.at[0].line, "an option stands before the first [section]");
    }
    for (size_t i = 1; i < s->text.sections.len; i++) {
        check_section(k, s, &s->text.sections.at[i]);
    }
}

/* Sections that check_section() finds fault with are not looked into. */
static bool is_sound(const struct config_entry *e) {
    bool named;
    return configrule_section(e->section, &named) && named == (e->name != NULL);
}

static void check_value(struct checking *k, const struct config_entry *e) {
    const struct config_entry *url = e->name ? map_get(&k->urls, e->name) : NULL;
    const char *kind = url ? configrule_url_kind(url->value) : NULL;
    const struct configrule *rule = configrule_find(e->section, kind, e->option);
    if (e == url && !kind) {
        fault(k, e->file, e->line, "no kind of remote has a url that starts with '%.*s://'",
              (int)strcspn(e->value, ":"), e->value);
        return;
    }
    const char *open = strstr(e->value, "%(");
    if (open && strstr(open, ")s")) {
        fault(k, e->file, e->line, "'%s': DVC takes %%(…)s for a reference to another option",
              e->option);
        return;
    }
    if (!rule) {
        fault(k, e->file, e->line, "there is no option '%s' in section '%s%s%s'%s%s%s", e->option,
              e->section, e->name ? "." : "", e->name ? e->name : "",
              kind ? " (a remote of kind " : "", kind ? kind : "", kind ? ")" : "");
        return;
    }
    const char *why = e->items && configrule_is_path(e->section, e->option)
                          ? "a path with a comma needs quotes"
                          : configrule_refuses(rule, e->value, e->items);
    if (why && e->items) {
        fault(k, e->file, e->line, "'%s': %s", e->option, why);
    } else if (why) {
        fault(k, e->file, e->line, "'%s' is '%s': %s%s", e->option, e->value, why,
              rule->choices ? rule->choices : "");
    }
}

static void check_values(struct checking *k, const struct config_entries *all) {
    const struct config_entry *hydra = NULL;
    for (size_t i = 0; i < all->len; i++) {
        if (str_eq(all->at[i].section, "remote") && str_eq(all->at[i].option, "url") &&
            all->at[i].name) {
            map_put(&k->urls, all->at[i].name, &all->at[i]);
        }
    }
    for (size_t i = 0; i < all->len; i++) {
        const struct config_entry *e = &all->at[i];
        bool source = str_eq(e->section, "hydra") &&
                      (str_eq(e->option, "config_dir") || str_eq(e->option, "config_module"));
        if (is_sound(e)) {
            check_value(k, e);
        }
        if (source && hydra) {
            fault(k, e->file, e->line, "hydra takes config_dir or config_module, not both");
        }
        hydra = source ? e : hydra;
    }
}

/* A remote is not one without a url. */
static void check_remotes(struct checking *k, const struct config_source *s) {
    for (size_t i = 1; i < s->text.sections.len; i++) {
        const struct configobj_section *section = &s->text.sections.at[i];
        if (str_eq(section->kind, "remote") && section->name && !section->nested &&
            !map_has(&k->urls, section->name)) {
            fault(k, s->path, section->line, "remote '%s' has no url", section->name);
        }
    }
}

void config_faults(struct config_faults *out, const struct config *c, enum config_level top,
                   struct arena *arena) {
    struct checking k = {.out = out, .arena = arena};
    struct config_entries all = {0};
    for (int level = CONFIG_SYSTEM; level <= (int)top; level++) {
        check_sections(&k, &c->source[level][CONFIG_OF_DVC]);
        check_sections(&k, &c->source[level][CONFIG_OF_CAIRN]);
    }
    config_merge(&all, c, top);
    check_values(&k, &all);
    for (int level = CONFIG_SYSTEM; level <= (int)top; level++) {
        check_remotes(&k, &c->source[level][CONFIG_OF_DVC]);
    }
    vec_release(&all);
    map_release(&k.urls);
}

int config_fault_error(const struct config_fault *f) {
    return err_set(ERR_CONFIG, "%s:%d: %s", f->file, f->line, f->what);
}

int config_validate(const struct config *c) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct config_faults faults = {0};
    config_faults(&faults, c, CONFIG_LOCAL, arena);
    int rc = faults.len ? config_fault_error(&faults.at[0]) : 0;
    vec_release(&faults);
    return rc;
}
