/*
 * Configuration files: parsing does not crash, and an edit of what was parsed means what it says.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "model/configobj.h"
#include "model/configobj_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

/* Whether the option has this value (NULL: is not there) in the edited text. */
static void check_edit(struct arena *arena, const struct str *text, const char *kind,
                       const char *name, const char *option, const char *value) {
    struct configobj after = {0};
    check(configobj_parse(&after, arena, text->buf, text->len, "after") == 0);
    const struct configobj_option *o =
        configobj_option(configobj_section(&after, kind, name), option);
    check((o != NULL) == (value != NULL));
    check(!o || (str_eq(o->value, value) && !o->is_list));
    configobj_release(&after);
}

static void edit(struct arena *arena, const struct configobj *c, const char *kind, const char *name,
                 const char *option, const char *value) {
    struct str text = STR_INIT;
    if (configobj_set(&text, c, kind, name, option, value)) {
        err_clear();
    } else {
        check_edit(arena, &text, kind, name, option, value);
    }
    str_clear(&text);
    configobj_unset(&text, c, kind, name, option);
    check_edit(arena, &text, kind, name, option, NULL);
    str_clear(&text);
    configobj_remove(&text, c, kind, name);
    check_edit(arena, &text, kind, name, option, NULL);
    str_release(&text);
}

static void rename_remote(struct arena *arena, const struct configobj *c, const char *name,
                          const char *to) {
    struct str text = STR_INIT;
    struct configobj after = {0};
    if (configobj_section(c, "remote", to) == NULL &&
        configobj_rename(&text, c, "remote", name, to) == 0) {
        check(configobj_parse(&after, arena, text.buf, text.len, "after") == 0);
        check(configobj_section(&after, "remote", to) != NULL);
    }
    configobj_release(&after);
    str_release(&text);
}

/* Options outside of sections and sections in sections may have names that the edits want: such files do not validate. */
static bool is_plain(const struct configobj *c) {
    bool plain = c->sections.at[0].options.len == 0;
    for (size_t i = 1; i < c->sections.len; i++) {
        plain = plain && c->sections.at[i].depth == 1;
    }
    return plain;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct configobj c = {0};
    if (configobj_parse(&c, arena, (const char *)data, size, "input") == 0 && is_plain(&c)) {
        /* a value of the input's own bytes */
        const char *value = arena_strndup(arena, (const char *)data, size < 16 ? size : 16);
        edit(arena, &c, "core", NULL, "remote", value);
        edit(arena, &c, "remote", "r", "url", "a, \"b\" # 'c'");
        for (size_t i = 1; i < c.sections.len && i < 4; i++) {
            const struct configobj_section *s = &c.sections.at[i];
            if (!s->nested && !s->shadowed && s->options.len > 0 &&
                s->options.at[0].name[0] != '[') {
                edit(arena, &c, s->kind, s->name, s->options.at[0].name, value);
            }
            if (!s->nested && !s->shadowed && s->name && str_eq(s->kind, "remote")) {
                rename_remote(arena, &c, s->name, "another");
            }
        }
    }
    err_clear();
    configobj_release(&c);
    arena_free(arena);
    return 0;
}
