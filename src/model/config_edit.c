#include "model/config_parts.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "model/configobj_edit.h"
#include "model/configrule.h"
#include "os/file.h"

/* Changes to files of one owner, from one level up; written only when all are found good. */
struct change {
    struct config *c;
    enum config_owner owner;
    enum config_level level;
    const struct config_name *name; /* the option that becomes `value`, or NULL */
    const char *value;              /* NULL: goes */
    struct str text[CONFIG_LEVELS]; /* what the file of a level is to hold */
    bool changed[CONFIG_LEVELS];
    struct configobj before[CONFIG_LEVELS]; /* what it held */
};

static void change_begin(struct change *ch, struct config *c, enum config_owner owner,
                         enum config_level level) {
    *ch = (struct change){.c = c, .owner = owner, .level = level};
    for (int i = 0; i < CONFIG_LEVELS; i++) {
        str_init(&ch->text[i]);
    }
}

static struct config_source *change_source(const struct change *ch, int level) {
    return &ch->c->source[level][ch->owner];
}

/* Puts the new texts in place of the old ones. */
static int change_parse(struct change *ch) {
    for (int i = 0; i < CONFIG_LEVELS; i++) {
        struct config_source *s = change_source(ch, i);
        const struct str *text = &ch->text[i];
        ch->changed[i] =
            s->path && text->len > 0 &&
            (text->len != s->text.len || memcmp(text->buf, s->text.text, text->len) != 0);
        if (!ch->changed[i]) {
            continue;
        }
        ch->before[i] = s->text;
        int rc = configobj_parse(&s->text, ch->c->arena, text->buf, text->len, s->path);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

static void change_revert(struct change *ch) {
    for (int i = 0; i < CONFIG_LEVELS; i++) {
        if (ch->changed[i] && ch->before[i].text) {
            configobj_release(&change_source(ch, i)->text);
            change_source(ch, i)->text = ch->before[i];
            ch->before[i] = (struct configobj){0};
        }
    }
}

static int write_file(const struct config_source *s, const struct str *text) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    int rc = dir_make(AT_FDCWD, path_dir(arena, s->path), 0777);
    return rc ? rc : file_write_atomic(AT_FDCWD, s->path, text->buf, text->len);
}

/* Git must not see the local file; DVC's own .gitignore does not know it. */
static int hide_local_file(const struct config *c) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *line = "/cairn.local\n", *file = path_join(arena, c->dvc_dir, ".gitignore");
    int rc = file_read(&text, AT_FDCWD, file, CONFIGOBJ_MAX_BYTES);
    if (rc == ERR_NOT_FOUND) { /* not in Git */
        err_clear();
        return 0;
    }
    const char *found = rc ? NULL : strstr(text.buf, line);
    if (rc || (found && (found == text.buf || found[-1] == '\n'))) {
        return rc;
    }
    if (text.len > 0 && text.buf[text.len - 1] != '\n') {
        str_addc(&text, '\n');
    }
    str_adds(&text, line);
    return file_write_atomic(AT_FDCWD, file, text.buf, text.len);
}

/* What shadows is written first, so that a crash in between leaves no orphan behind. */
static int change_write(const struct change *ch) {
    int rc = 0;
    for (int i = CONFIG_LEVELS - 1; i >= 0 && !rc; i--) {
        if (ch->changed[i]) {
            bool hide = i == CONFIG_LOCAL && ch->owner == CONFIG_OF_CAIRN;
            rc = hide ? hide_local_file(ch->c) : 0;
            rc = rc ? rc : write_file(change_source(ch, i), &ch->text[i]);
        }
    }
    return rc;
}

/* Whether the same is wrong in the same file; lines may have moved. */
static bool was_there(const struct config_faults *before, const struct config_fault *f) {
    for (size_t i = 0; i < before->len; i++) {
        if (str_eq(before->at[i].file, f->file) && str_eq(before->at[i].what, f->what)) {
            return true;
        }
    }
    return false;
}

/* What the levels up to this one say must be good by itself too: other repositories read them without ours. */
static void collect_faults(struct config_faults out[2], const struct change *ch) {
    config_faults(&out[0], ch->c, ch->level, ch->c->arena);
    config_faults(&out[1], ch->c, CONFIG_LOCAL, ch->c->arena);
}

/* A fault that was there before is not ours to stop at: several are repaired one by one. */
static int change_check(const struct change *ch, const struct config_faults before[2]) {
    struct config_faults after[2] = {{0}, {0}};
    int rc = 0;
    collect_faults(after, ch);
    for (int i = 0; i < 2; i++) {
        for (size_t k = 0; k < after[i].len && !rc; k++) {
            rc = was_there(&before[i], &after[i].at[k]) ? 0 : config_fault_error(&after[i].at[k]);
        }
    }
    vec_release(&after[0]);
    vec_release(&after[1]);
    return rc;
}

/* Whether the new text says what was wanted: the dialect has corners. */
static int change_reads_back(const struct change *ch) {
    const struct config_name *n = ch->name;
    const struct configobj *text = &change_source(ch, ch->level)->text;
    if (!n) {
        return 0;
    }
    const struct configobj_option *o =
        configobj_option(configobj_section(text, n->section, n->name), n->option);
    if (ch->value ? o && str_eq(o->value, ch->value) : !o) {
        return 0;
    }
    return err_set(ERR_CONFIG, "the option '%s' cannot be written", n->option);
}

static int change_end(struct change *ch, int rc) {
    struct config_faults before[2] = {{0}, {0}};
    collect_faults(before, ch);
    rc = rc ? rc : change_parse(ch);
    rc = rc ? rc : change_reads_back(ch);
    rc = rc ? rc : change_check(ch, before);
    rc = rc ? rc : change_write(ch);
    if (rc) {
        change_revert(ch);
    }
    vec_release(&before[0]);
    vec_release(&before[1]);
    for (int i = 0; i < CONFIG_LEVELS; i++) {
        configobj_release(&ch->before[i]);
        str_release(&ch->text[i]);
    }
    return rc;
}

static int check_level(const struct config *c, enum config_level level) {
    if (c->source[level][CONFIG_OF_DVC].path) {
        return 0;
    }
    return err_set(ERR_CONFIG,
                   level >= CONFIG_REPO
                       ? "not inside a DVC repository: only --global and --system options"
                       : "there is no folder for the options of this level");
}

int config_set(struct config *c, enum config_level level, const char *name, const char *value) {
    struct config_name n;
    int rc = check_level(c, level);
    if (rc) {
        return rc;
    }
    if (!config_name_split(&n, c->arena, name)) {
        return err_set(ERR_USAGE, "'%s' is not the name of an option", name);
    }
    struct change ch;
    change_begin(&ch, c, config_name_owner(&n), level);
    const struct config_source *s = change_source(&ch, level);
    if (value && configrule_is_path(n.section, n.option)) {
        value = config_store_path(c, c->arena, level, dir_current(c->arena), value);
    }
    ch.name = &n;
    ch.value = value;
    if (value) {
        rc = configobj_set(&ch.text[level], &s->text, n.section, n.name, n.option, value);
    } else if (!configobj_option(configobj_section(&s->text, n.section, n.name), n.option)) {
        rc = err_set(ERR_CONFIG, "'%s' is not set in %s", name, s->path);
    } else {
        configobj_unset(&ch.text[level], &s->text, n.section, n.name, n.option);
    }
    return change_end(&ch, rc);
}

/* DVC leaves an (empty) local file behind whenever it removes or renames a remote of the repository. */
static void touch_local(struct change *ch) {
    struct str *text = &ch->text[CONFIG_LOCAL];
    if (ch->level == CONFIG_REPO && text->len == 0 &&
        !file_exists(AT_FDCWD, change_source(ch, CONFIG_LOCAL)->path)) {
        str_adds(text, "\n");
    }
}

int config_remove_section(struct config *c, enum config_level level, const char *section,
                          const char *name) {
    struct change ch;
    int rc = check_level(c, level);
    if (rc) {
        return rc;
    }
    change_begin(&ch, c, CONFIG_OF_DVC, level);
    for (int i = (int)level; i < CONFIG_LEVELS; i++) {
        configobj_remove(&ch.text[i], &change_source(&ch, i)->text, section, name);
    }
    touch_local(&ch);
    return change_end(&ch, 0);
}

int config_rename_section(struct config *c, enum config_level level, const char *section,
                          const char *name, const char *to) {
    struct change ch;
    int rc = check_level(c, level);
    if (rc) {
        return rc;
    }
    change_begin(&ch, c, CONFIG_OF_DVC, level);
    for (int i = (int)level; i < CONFIG_LEVELS && !rc; i++) {
        rc = configobj_rename(&ch.text[i], &change_source(&ch, i)->text, section, name, to);
    }
    touch_local(&ch);
    return change_end(&ch, rc);
}

static bool is_url(const char *value) {
    size_t len = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return len > 0 && strncmp(value + len, "://", 3) == 0;
}

const char *config_store_path(const struct config *c, struct arena *arena, enum config_level level,
                              const char *cwd, const char *value) {
    if (is_url(value) || value[0] == '~' || path_is_absolute(value)) {
        return value;
    }
    const char *dir = path_dir(arena, c->source[level][CONFIG_OF_DVC].path);
    const char *target = path_normal(arena, path_join(arena, cwd, value));
    const char *way = path_relative(arena, path_normal(arena, dir), target);
    return way[0] ? way : ".";
}
