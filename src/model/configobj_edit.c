#include "model/configobj_edit.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/utf8.h"
#include "model/configobj.h"

/* Quoted as ConfigObj does it: only where needed. */
static int add_value(struct str *out, const char *value) {
    size_t len = strlen(value);
    const char *blanks = " \r\n\v\t'\"";
    bool single = strchr(value, '\'') != NULL, both = single && strchr(value, '"');
    if (len == 0) {
        str_adds(out, "\"\"");
        return 0;
    }
    if (!utf8_valid(value, len)) {
        return err_set(ERR_CONFIG, "what is not UTF-8 cannot be written in a configuration file");
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)value[i] < ' ' && value[i] != '\t' && value[i] != '\n') {
            return err_set(ERR_CONFIG,
                           "a control character cannot be written in a configuration file");
        }
    }
    if (both || strchr(value, '\n')) {
        const char *quote = strstr(value, "'''") ? "\"\"\"" : "'''";
        if (strstr(value, quote)) {
            return err_set(ERR_CONFIG, "a value with both kinds of three quotes cannot be written");
        }
        str_addf(out, "%s%s%s", quote, value, quote);
        return 0;
    }
    bool plain =
        !strchr(blanks, value[0]) && !strchr(blanks, value[len - 1]) && !strpbrk(value, ",#");
    char quote = strchr(value, '"') ? '\'' : '"';
    if (plain) {
        str_adds(out, value);
    } else {
        str_addf(out, "%c%s%c", quote, value, quote);
    }
    return 0;
}

static int check_name(const char *kind, const char *name) {
    for (const char *at = name; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == '\'' || *at == '"') {
            return err_set(ERR_CONFIG,
                           "a %s cannot be named \"%s\": no quotes and control characters", kind,
                           name);
        }
    }
    if (!utf8_valid(name, strlen(name))) {
        return err_set(ERR_CONFIG, "the name of a %s has to be UTF-8", kind);
    }
    return name[0] ? 0 : err_set(ERR_CONFIG, "a %s needs a name", kind);
}

static int add_header(struct str *out, const char *kind, const char *name, const char *eol) {
    if (!name) {
        str_addf(out, "[%s]%s", kind, eol);
        return 0;
    }
    str_addf(out, "['%s \"%s\"']%s", kind, name, eol);
    return check_name(kind, name);
}

static const char *line_break(const struct configobj *c) {
    const char *first = memchr(c->text, '\n', c->len);
    return first && first > c->text && first[-1] == '\r' ? "\r\n" : "\n";
}

/* The text up to `end`, its last line closed. */
static void add_front(struct str *out, const struct configobj *c, size_t end) {
    str_add(out, c->text, end);
    if (end > 0 && c->text[end - 1] != '\n') {
        str_adds(out, line_break(c));
    }
}

static void add_rest(struct str *out, const struct configobj *c, size_t from) {
    str_add(out, c->text + from, c->len - from);
}

/* DVC writes plain sections first, then the named ones kind by kind. */
static int rank(const char *kind) {
    return str_eq(kind, "remote") ? 1 : str_eq(kind, "machine") ? 2 : str_eq(kind, "db") ? 3 : 0;
}

static size_t line_start(const struct configobj *c, size_t at) {
    while (at > 0 && c->text[at - 1] != '\n') {
        at--;
    }
    return at;
}

/* Where the comment begins that stands right above the line at `at`. */
static size_t comment_start(const struct configobj *c, size_t at) {
    while (at > 0) {
        size_t above = line_start(c, at - 1);
        if (c->text[above + strspn(c->text + above, " \t")] != '#') {
            break;
        }
        at = above;
    }
    return at;
}

/* Where a new section of the kind belongs. */
static size_t section_place(const struct configobj *c, const char *kind) {
    size_t place = 0;
    bool found = false;
    for (size_t i = 1; i < c->sections.len; i++) {
        const struct configobj_section *s = &c->sections.at[i];
        if (s->depth == 1 && rank(s->kind) <= rank(kind)) {
            place = s->end;
            found = true;
        }
    }
    if (found) {
        return place;
    }
    return c->sections.len > 1 ? comment_start(c, c->sections.at[1].start) : c->len;
}

static bool is_blank_text(const struct configobj *c) {
    return strspn(c->text, " \t\r\n") == c->len;
}

static int set_in_new(struct str *out, const struct configobj *c, const char *kind,
                      const char *name, const char *option, const char *value) {
    const char *eol = line_break(c);
    size_t place = is_blank_text(c) ? 0 : section_place(c, kind);
    add_front(out, c, place);
    int rc = add_header(out, kind, name, eol);
    if (!rc) {
        str_addf(out, "    %s = ", option);
        rc = add_value(out, value);
        str_adds(out, eol);
    }
    if (!is_blank_text(c)) {
        add_rest(out, c, place);
    }
    return rc;
}

static int set_new(struct str *out, const struct configobj *c, const struct configobj_section *s,
                   const char *option, const char *value) {
    size_t place = s->head_end;
    if (s->options.len == 0) {
        add_front(out, c, place);
        str_addf(out, "%*s", 4 * s->depth, "");
    } else {
        const struct configobj_option *last = &s->options.at[s->options.len - 1];
        place = last->end;
        add_front(out, c, place);
        str_add(out, c->text + last->start, strspn(c->text + last->start, " \t"));
    }
    str_addf(out, "%s = ", option);
    int rc = add_value(out, value);
    str_adds(out, line_break(c));
    add_rest(out, c, place);
    return rc;
}

int configobj_set(struct str *out, const struct configobj *c, const char *kind, const char *name,
                  const char *option, const char *value) {
    const struct configobj_section *s = configobj_section(c, kind, name);
    const struct configobj_option *o = configobj_option(s, option);
    if (!s) {
        return set_in_new(out, c, kind, name, option, value);
    }
    if (!o) {
        return set_new(out, c, s, option, value);
    }
    if (!o->is_list && str_eq(o->value, value)) {
        add_rest(out, c, 0);
        return 0;
    }
    str_add(out, c->text, o->from);
    if (c->text[o->from - 1] == '=') {
        str_addc(out, ' ');
    }
    int rc = add_value(out, value);
    add_rest(out, c, o->to);
    return rc;
}

/* A text that is cut: pieces in order are left out. */
struct cutting {
    struct str *out;
    const struct configobj *c;
    size_t done; /* copied or cut up to here */
};

static void cut(struct cutting *k, size_t from, size_t to) {
    str_add(k->out, k->c->text + k->done, from - k->done);
    k->done = to;
}

static void cut_end(struct cutting *k) {
    bool changed = k->done > 0;
    add_rest(k->out, k->c, k->done);
    if (changed && strspn(k->out->buf, " \t\r\n") == k->out->len) {
        str_clear(k->out);
        str_adds(k->out, line_break(k->c));
    }
}

static bool is_section(const struct configobj_section *s, const char *kind, const char *name) {
    return !s->nested && str_eq(s->kind, kind) && str_eq(s->name, name);
}

/* Whether all of the section is options of this name. */
static bool is_emptied(const struct configobj_section *s, const char *option) {
    size_t at = s->head_end;
    for (size_t i = 0; i < s->options.len; i++) {
        if (!str_eq(s->options.at[i].name, option) || s->options.at[i].start != at) {
            return false;
        }
        at = s->options.at[i].end;
    }
    return s->options.len > 0 && at == s->end;
}

void configobj_unset(struct str *out, const struct configobj *c, const char *kind, const char *name,
                     const char *option) {
    struct cutting k = {.out = out, .c = c};
    for (size_t i = 0; i < c->sections.len; i++) {
        const struct configobj_section *s = &c->sections.at[i];
        if (!is_section(s, kind, name)) {
            continue;
        }
        if (!name && i > 0 && is_emptied(s, option)) {
            cut(&k, s->start, s->end);
            continue;
        }
        for (size_t j = 0; j < s->options.len; j++) {
            if (str_eq(s->options.at[j].name, option)) {
                cut(&k, s->options.at[j].start, s->options.at[j].end);
            }
        }
    }
    cut_end(&k);
}

void configobj_remove(struct str *out, const struct configobj *c, const char *kind,
                      const char *name) {
    struct cutting k = {.out = out, .c = c};
    for (size_t i = 1; i < c->sections.len; i++) {
        if (is_section(&c->sections.at[i], kind, name)) {
            cut(&k, c->sections.at[i].start, c->sections.at[i].end);
        }
    }
    cut_end(&k);
}

int configobj_rename(struct str *out, const struct configobj *c, const char *kind, const char *name,
                     const char *to) {
    const struct configobj_section *s = configobj_section(c, kind, name);
    int rc = check_name(kind, to);
    if (rc || !s) {
        add_rest(out, c, 0);
        return rc;
    }
    struct str block CLEANUP(str_release) = STR_INIT;
    size_t start = comment_start(c, s->start), place = section_place(c, kind);
    str_add(&block, c->text + start, s->title - start);
    if (s->depth > 1) {
        str_addf(&block, "\"%s\"", to);
    } else {
        str_addf(&block, "'%s \"%s\"'", kind, to);
    }
    str_add(&block, c->text + s->title_end, s->end - s->title_end);
    if (s->depth > 1 || place <= s->end) {
        place = s->end;
    }
    str_add(out, c->text, start);
    str_add(out, c->text + s->end, place - s->end);
    if (out->len > 0 && out->buf[out->len - 1] != '\n') {
        str_adds(out, line_break(c));
    }
    str_add(out, block.buf, block.len);
    if (place > s->end && block.buf[block.len - 1] != '\n') {
        str_adds(out, line_break(c));
    }
    add_rest(out, c, place);
    return 0;
}
