#include "registry/prompt_template.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define FIRST "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define OTHER FIRST "0123456789"

static size_t name_length(const char *text) {
    return *text && strchr(FIRST, *text) ? strspn(text, OTHER) : 0;
}

/* Bytes of the "{x}" at `text`, 0 if there is none; the name is at text + 1. */
static size_t single_at(const char *text) {
    size_t n = text[0] == '{' ? name_length(text + 1) : 0;

    return n && text[n + 1] == '}' ? n + 2 : 0;
}

/* Bytes of the "{{ x }}" at `text`, 0 if there is none. */
static size_t double_at(const char *text, const char **name, size_t *len) {
    if (text[0] != '{' || text[1] != '{') {
        return 0;
    }
    *name = text + 2 + strspn(text + 2, " \t");
    *len = name_length(*name);
    const char *end = *name + *len + strspn(*name + *len, " \t");
    return *len && end[0] == '}' && end[1] == '}' ? (size_t)(end + 2 - text) : 0;
}

static void add_name(struct strv *names, struct arena *arena, const char *name, size_t len) {
    const char *copy = arena_strndup(arena, name, len);

    if (!strv_has(names, copy)) {
        vec_push(names, copy);
    }
}

/* The names in single braces, as far as they are well formed. */
static void find_single(struct strv *names, struct arena *arena, const char *text) {
    while (*text) {
        size_t n = single_at(text);
        bool brace = (text[0] == '{' && text[1] == '{') || (text[0] == '}' && text[1] == '}');

        if (n) {
            add_name(names, arena, text + 1, n - 2);
        }
        text += n ? n : brace ? 2 : 1;
    }
}

/* Those in double braces; "{{{x}}}" is a variable between braces. */
static void find_double(struct strv *names, struct arena *arena, const char *text) {
    const char *name;
    size_t len;

    for (bool open = false; *text; open = *text++ == '{') {
        size_t n = open ? 0 : double_at(text, &name, &len);

        if (n && text[n] != '}') {
            add_name(names, arena, name, len);
        }
    }
}

static bool same_names(const struct strv *a, const struct strv *b) {
    for (size_t i = 0; i < a->len; i++) {
        if (!strv_has(b, a->at[i])) {
            return false;
        }
    }
    return a->len == b->len;
}

int prompt_template_form(enum prompt_form *out, const char *text, const struct strv *names,
                         struct arena *arena) {
    struct strv one CLEANUP(strv_release) = {0}, two CLEANUP(strv_release) = {0};

    find_single(&one, arena, text);
    find_double(&two, arena, text);
    *out = two.len ? PROMPT_DOUBLE : PROMPT_SINGLE;
    if (!one.len || !two.len || same_names(&two, names)) {
        return 0;
    }
    *out = PROMPT_SINGLE;
    if (same_names(&one, names)) {
        return 0;
    }
    int rc = err_set(ERR_INVALID, "the template has {%s} and {{%s}}", one.at[0], two.at[0]);
    err_hint("say which of them are variables: template_format: f-string, or jinja2");
    return rc;
}

static void add_part(struct prompt *p, struct arena *arena, const char *text, size_t len,
                     bool variable) {
    if (len) {
        struct prompt_part part = {.text = arena_strndup(arena, text, len), .variable = variable};

        vec_push(&p->parts, part);
    }
}

static unsigned line_of(const struct prompt *p, const char *at) {
    unsigned line = 1;

    for (const char *c = p->text; c < at; c++) {
        line += *c == '\n';
    }
    return line;
}

static int split_single(struct prompt *p, struct arena *arena) {
    const char *start = p->text, *at = start;

    while (*(at += strcspn(at, "{}"))) {
        size_t n = single_at(at);

        add_part(p, arena, start, (size_t)(at - start), false);
        if (n) {
            add_part(p, arena, at + 1, n - 2, true);
        } else if (at[1] == at[0]) {
            add_part(p, arena, at, 1, false);
            n = 2;
        } else {
            int rc =
                err_set(ERR_INVALID, "line %u of the template: a '%c' that belongs to no {name}",
                        line_of(p, at), *at);
            err_hint("write %c%c for the character itself", *at, *at);
            return rc;
        }
        start = at += n;
    }
    add_part(p, arena, start, (size_t)(at - start), false);
    return 0;
}

static int split_double(struct prompt *p, struct arena *arena) {
    const char *start = p->text, *at = start, *name;
    size_t len;

    while (*(at += strcspn(at, "{"))) {
        size_t n = double_at(at, &name, &len);

        if (!n && (at[1] == '{' || at[1] == '%')) {
            return err_set(ERR_UNSUPPORTED,
                           "line %u of the template: '%.*s' is more than the name of a variable",
                           line_of(p, at), (int)strcspn(at, "\n"), at);
        }
        if (n) {
            add_part(p, arena, start, (size_t)(at - start), false);
            add_part(p, arena, name, len, true);
            start = at + n;
        }
        at += n ? n : 1;
    }
    add_part(p, arena, start, (size_t)(at - start), false);
    return 0;
}

int prompt_template_split(struct prompt *p, struct arena *arena) {
    return p->form == PROMPT_SINGLE ? split_single(p, arena) : split_double(p, arena);
}
