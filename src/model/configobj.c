#include "model/configobj.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "base/utf8.h"

#define MAX_DEPTH 8 /* of sections in sections: none of ours or DVC's goes beyond two */

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

/* Python splits lines at these; "\r\n" is one. */
static bool is_break(char c) {
    return (c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e);
}

static const char *skip_space(const char *at, const char *end) {
    while (at < end && is_space(*at)) {
        at++;
    }
    return at;
}

static const char *trim_space(const char *from, const char *end) {
    while (end > from && is_space(end[-1])) {
        end--;
    }
    return end;
}

static char *lower(struct arena *arena, const char *text, size_t len) {
    char *out = arena_strndup(arena, text, len);
    for (char *at = out; *at; at++) {
        *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + ('a' - 'A')) : *at;
    }
    return out;
}

/* ---- parsing */

struct parser {
    struct configobj *c;
    const char *file;
    const char *end;             /* of the text */
    const char *line, *line_end; /* the line at hand, without its break */
    const char *next;            /* the line after it */
    int number;                  /* of the line */
    struct map seen;             /* "path of the section\n" and "path of the section\nkey" -> any */
    const char *path;            /* of the section at hand: "\ntitle\ntitle" */
    const char *paths[MAX_DEPTH + 1];
    const char *titles[MAX_DEPTH + 1];
    size_t parents[MAX_DEPTH + 1]; /* indexes of the sections on the way down */
    int depth;
};

static int fail(const struct parser *p, const char *what) {
    return err_set(ERR_CONFIG, "%s:%d: %s", p->file, p->number, what);
}

static bool next_line(struct parser *p) {
    p->line = p->next;
    if (p->line >= p->end) {
        return false;
    }
    p->number++;
    for (p->line_end = p->line; p->line_end < p->end && !is_break(*p->line_end);) {
        p->line_end++;
    }
    p->next = p->line_end;
    if (p->next < p->end) {
        p->next += p->next[0] == '\r' && p->next + 1 < p->end && p->next[1] == '\n' ? 2 : 1;
    }
    return true;
}

/* Blanks and at most a comment up to the end of the line. */
static bool nothing_left(const char *at, const char *end) {
    at = skip_space(at, end);
    return at == end || *at == '#';
}

/* "] ]  # comment": the brackets that close a header, counted; *run_end is where they end. */
static bool closes_header(const char *at, const char *end, int *count, const char **run_end) {
    *count = 0;
    for (const char *next = skip_space(at, end); next < end && *next == ']';
         next = skip_space(at, end)) {
        at = next + 1;
        ++*count;
    }
    *run_end = at;
    return *count > 0 && nothing_left(at, end);
}

/* The shortest title that is followed by what closes a header; NULL if there is none. */
static const char *title_end(const char *title, const char *end, int *closing) {
    bool quoted = *title == '"' || *title == '\'';
    for (const char *at = title + 1; at < end;) {
        if (quoted && (*at != *title || skip_space(title + 1, at) == at)) {
            at++;
            continue;
        }
        const char *behind = quoted ? at + 1 : at, *run_end;
        if (closes_header(behind, end, closing, &run_end)) {
            return behind;
        }
        at = run_end > at ? run_end : at + 1; /* within the same brackets it fails again */
    }
    return NULL;
}

/* remote "x", db "x", machine "x": the name in the quotes. */
static bool named_title(const char *title, struct arena *arena, const char **kind,
                        const char **name) {
    static const char *const kinds[] = {"remote", "machine", "db"};
    size_t len = strlen(title);
    const char *at = skip_space(title, title + len), *end = trim_space(title, title + len);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!str_starts(at, kinds[i])) {
            continue;
        }
        const char *open = skip_space(at + strlen(kinds[i]), end);
        if (open + 1 < end && *open == '"' && end[-1] == '"') {
            *kind = kinds[i];
            *name = arena_strndup(arena, open + 1, (size_t)(end - 1 - (open + 1)));
            return true;
        }
    }
    return false;
}

static bool is_named_kind(const char *kind) {
    return str_eq(kind, "remote") || str_eq(kind, "machine") || str_eq(kind, "db");
}

static void name_section(const struct parser *p, struct configobj_section *s) {
    struct arena *arena = p->c->arena;
    bool named = named_title(p->titles[1], arena, &s->kind, &s->name);
    if (!named) {
        s->kind = p->titles[1];
    }
    for (int i = 2; i <= p->depth; i++) {
        s->nested |= named || i > 2 || !is_named_kind(s->kind);
        s->name = s->name ? arena_printf(arena, "%s.%s", s->name, p->titles[i]) : p->titles[i];
    }
}

static int add_section(struct parser *p, int depth, const char *title, size_t len) {
    struct arena *arena = p->c->arena;
    size_t from = (size_t)(title - p->c->text), to = from + len;
    if (depth > p->depth + 1 || depth > MAX_DEPTH) {
        return fail(p, "the section is nested deeper than the one above it allows");
    }
    if (len > 1 && (title[0] == '"' || title[0] == '\'') && title[0] == title[len - 1]) {
        title++;
        len -= 2;
    }
    const char *path = arena_printf(arena, "%s\n%.*s", p->paths[depth - 1], (int)len, title);
    if (!map_add(&p->seen, path, p)) {
        return fail(p, "a section of this name stands above already");
    }
    p->depth = depth;
    p->paths[depth] = path;
    p->titles[depth] = lower(arena, title, len);
    p->parents[depth] = p->c->sections.len;
    struct configobj_section s = {.depth = depth,
                                  .line = p->number,
                                  .start = (size_t)(p->line - p->c->text),
                                  .title = from,
                                  .title_end = to,
                                  .head_end = (size_t)(p->next - p->c->text),
                                  .end = (size_t)(p->next - p->c->text)};
    name_section(p, &s);
    const char *meaning =
        arena_printf(arena, "=%s%s%s", s.kind, s.name ? "\n" : "", s.name ? s.name : "");
    size_t older = s.nested ? 0 : (size_t)(uintptr_t)map_get(&p->seen, meaning);
    if (older) {
        p->c->sections.at[older].shadowed = true;
    }
    map_put(&p->seen, meaning, (void *)(uintptr_t)p->c->sections.len);
    vec_push(&p->c->sections, s);
    return 0;
}

/* Lines up to the end of what was just read belong to the section at hand and those around it. */
static void extend_sections(struct parser *p) {
    for (int i = 0; i <= p->depth; i++) {
        p->c->sections.at[p->parents[i]].end = (size_t)(p->next - p->c->text);
    }
}

/* *done tells whether the line is a header. */
static int parse_header(struct parser *p, bool *done) {
    const char *at = skip_space(p->line, p->line_end);
    int opening = 0, closing;
    while (at < p->line_end && *at == '[') {
        opening++;
        at = skip_space(at + 1, p->line_end);
    }
    *done = false;
    if (opening == 0 || at == p->line_end) {
        return 0;
    }
    const char *end = title_end(at, p->line_end, &closing);
    if (!end) {
        return 0;
    }
    *done = true;
    if (opening != closing) {
        return fail(p, "the brackets of the section do not match");
    }
    int rc = add_section(p, opening, at, (size_t)(end - at));
    if (!rc) {
        extend_sections(p);
    }
    return rc;
}

/* The key up to its '=': the key's end, and *value behind the '=' and blanks. NULL if it is none. */
static const char *key_end(const char *key, const char *end, const char **value) {
    const char *stop = NULL, *equal;
    if (*key == '"' || *key == '\'') {
        for (const char *at = key + 1; at < end && !stop; at++) {
            equal = skip_space(at + 1, end);
            stop = *at == *key && equal < end && *equal == '=' ? at + 1 : NULL;
        }
        if (!stop) {
            return NULL;
        }
    } else {
        equal = memchr(key, '=', (size_t)(end - key));
        if (!equal || equal == key) {
            return NULL;
        }
        stop = trim_space(key, equal);
    }
    equal = skip_space(stop, end);
    *value = skip_space(equal + 1, end);
    return stop;
}

static void unquote(const char **from, const char **to) {
    if (*to - *from > 1 && (**from == '"' || **from == '\'') && **from == (*to)[-1]) {
        ++*from;
        --*to;
    }
}

/* One item of a value: from a quote to the first one after which the item can end, else up to a comma or comment. NULL
 * when a quote is not closed or something follows it. */
static const char *item_end(const char *at, const char *end) {
    if (*at == '"' || *at == '\'') {
        for (const char *close = at + 1; close < end; close++) {
            const char *behind = skip_space(close + 1, end);
            if (*close == *at && (behind == end || *behind == ',' || *behind == '#')) {
                return close + 1;
            }
        }
        return NULL;
    }
    const char *stop = at;
    while (stop < end && *stop != ',' && *stop != '#') {
        stop++;
    }
    return trim_space(at, stop);
}

static int parse_value(const struct parser *p, struct configobj_option *o, const char *at) {
    const char *end = p->line_end, *text = p->c->text;
    struct str joined CLEANUP(str_release) = STR_INIT;
    o->from = o->to = (size_t)(at - text);
    if (at < end && *at == ',' && nothing_left(at + 1, end)) { /* a lone comma: the empty list */
        o->is_list = true;
        o->to++;
        at = end;
    }
    while (at < end && *at != '#') {
        const char *stop = item_end(at, end);
        if (!stop || stop == at) {
            return fail(p, stop ? "a comma without a value before it" : "the quotes do not match");
        }
        const char *behind = skip_space(stop, end), *from = at, *to = stop;
        unquote(&from, &to);
        vec_push(&o->items, arena_strndup(p->c->arena, from, (size_t)(to - from)));
        str_addf(&joined, "%s%s", o->items.len > 1 ? "," : "", o->items.at[o->items.len - 1]);
        o->to = (size_t)(stop - text);
        at = behind;
        if (at < end && *at == ',') {
            o->is_list = true;
            o->to = (size_t)(at + 1 - text);
            at = skip_space(at + 1, end);
        }
    }
    o->value = arena_strndup(p->c->arena, joined.buf, joined.len);
    return 0;
}

static const char *find_triple(const char *at, const char *end, char quote) {
    for (; at + 3 <= end; at++) {
        if (at[0] == quote && at[1] == quote && at[2] == quote) {
            return at;
        }
    }
    return NULL;
}

/* The first three quotes behind which nothing is left on the line. */
static const char *closing_triple(const char *at, const char *end, char quote) {
    for (; (at = find_triple(at, end, quote)); at++) {
        if (nothing_left(at + 3, end)) {
            return at;
        }
    }
    return NULL;
}

/* A value in three quotes, which may go on over lines; it ends on the first line with three quotes. */
static int parse_triple(struct parser *p, struct configobj_option *o, const char *at) {
    struct str value CLEANUP(str_release) = STR_INIT;
    char quote = *at;
    o->from = (size_t)(at - p->c->text);
    at += 3;
    const char *close = closing_triple(at, p->line_end, quote);
    if (!close && find_triple(at, p->line_end, quote)) {
        return fail(p, "something follows the closing quotes");
    }
    while (!close) {
        str_add(&value, at, (size_t)(p->line_end - at));
        str_addc(&value, '\n');
        if (!next_line(p)) {
            p->number = o->line;
            return fail(p, "the three quotes are never closed");
        }
        at = p->line;
        close = closing_triple(at, p->line_end, quote);
        if (!close && find_triple(at, p->line_end, quote)) {
            return fail(p, "something follows the closing quotes");
        }
    }
    str_add(&value, at, (size_t)(close - at));
    o->to = (size_t)(close + 3 - p->c->text);
    o->value = arena_strndup(p->c->arena, value.buf, value.len);
    return 0;
}

/* DVC lowers the case of names after reading, so of two spellings the later one counts. */
static void shadow_option(struct parser *p, struct configobj_section *s, const char *name) {
    const char *meaning = arena_printf(p->c->arena, "=%zu\n%s", p->parents[p->depth], name);
    size_t older = (size_t)(uintptr_t)map_get(&p->seen, meaning);
    if (older) {
        s->options.at[older - 1].shadowed = true;
    }
    map_put(&p->seen, meaning, (void *)(uintptr_t)(s->options.len + 1));
}

static int parse_option(struct parser *p) {
    struct arena *arena = p->c->arena;
    const char *key = skip_space(p->line, p->line_end), *value;
    const char *stop = key_end(key, p->line_end, &value);
    if (!stop) {
        return fail(p, "neither a [section] nor an option = value");
    }
    struct configobj_option o = {.line = p->number, .start = (size_t)(p->line - p->c->text)};
    bool triple = p->line_end - value >= 3 && (*value == '"' || *value == '\'') &&
                  value[1] == *value && value[2] == *value;
    int rc = triple ? parse_triple(p, &o, value) : parse_value(p, &o, value);
    if (!rc) {
        unquote(&key, &stop);
        o.name = lower(arena, key, (size_t)(stop - key));
        const char *path =
            arena_printf(arena, "%s\n%.*s", p->paths[p->depth], (int)(stop - key), key);
        if (!map_add(&p->seen, path, p)) {
            p->number = o.line;
            rc = fail(p, "an option of this name stands above already");
        }
    }
    if (rc) {
        vec_release(&o.items);
        return rc;
    }
    o.end = (size_t)(p->next - p->c->text);
    shadow_option(p, &p->c->sections.at[p->parents[p->depth]], o.name);
    vec_push(&p->c->sections.at[p->parents[p->depth]].options, o);
    extend_sections(p);
    return 0;
}

static int parse_lines(struct parser *p) {
    while (next_line(p)) {
        if (nothing_left(p->line, p->line_end)) {
            continue;
        }
        bool done;
        int rc = parse_header(p, &done);
        if (!rc && !done) {
            rc = parse_option(p);
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

int configobj_parse(struct configobj *out, struct arena *arena, const char *text, size_t len,
                    const char *file) {
    *out = (struct configobj){.arena = arena, .text = arena_strndup(arena, text, len), .len = len};
    struct configobj_section top = {.kind = ""};
    vec_push(&out->sections, top);
    if (len > CONFIGOBJ_MAX_BYTES) {
        return err_set(ERR_CONFIG, "%s: larger than %u bytes", file, CONFIGOBJ_MAX_BYTES);
    }
    struct parser p = {
        .c = out, .file = file, .end = out->text + len, .next = out->text, .number = 0};
    p.paths[0] = "";
    p.titles[0] = "";
    if (memchr(text, '\0', len) || !utf8_valid(text, len)) {
        return err_set(ERR_CONFIG, "%s: not a text in UTF-8", file);
    }
    int rc = parse_lines(&p);
    map_release(&p.seen);
    return rc;
}

void configobj_release(struct configobj *c) {
    for (size_t i = 0; i < c->sections.len; i++) {
        for (size_t j = 0; j < c->sections.at[i].options.len; j++) {
            vec_release(&c->sections.at[i].options.at[j].items);
        }
        vec_release(&c->sections.at[i].options);
    }
    vec_release(&c->sections);
}

const struct configobj_section *configobj_section(const struct configobj *c, const char *kind,
                                                  const char *name) {
    for (size_t i = c->sections.len; i-- > 0;) {
        const struct configobj_section *s = &c->sections.at[i];
        if (!s->nested && !s->shadowed && str_eq(s->kind, kind) && str_eq(s->name, name)) {
            return s;
        }
    }
    return NULL;
}

const struct configobj_option *configobj_option(const struct configobj_section *s,
                                                const char *name) {
    for (size_t i = s ? s->options.len : 0; i-- > 0;) {
        if (!s->options.at[i].shadowed && str_eq(s->options.at[i].name, name)) {
            return &s->options.at[i];
        }
    }
    return NULL;
}
