#include "base/glob.h"

#include <ctype.h>
#include <string.h>

#include "base/mem.h"

/* Longer patterns match nothing: no path is that long, and the stack is finite. */
#define PATTERN_MAX 4096

/*
 * Matching is by memory of failures: a pair (place in the pattern's stars, place in the text) that failed once is not
 * tried again, so the work is bounded by pattern length times text length.
 */
struct matcher {
    const char *pattern, *text;
    size_t text_len;
    unsigned flags;
    unsigned char *failed; /* bit per (star, text place), NULL until a second star is met */
    size_t pattern_len;
};

static bool match_here(struct matcher *m, const char *p, const char *t);

static int fold(const struct matcher *m, char c)
{
    return m->flags & GLOB_CASEFOLD ? tolower((unsigned char)c) : (unsigned char)c;
}

static bool class_has(const char *name, size_t n, int c)
{
    static const struct {
        const char *name;
        int (*is)(int c);
    } classes[] = {
        {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
        {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
        {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
    };
    size_t i;

    for (i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strlen(classes[i].name) == n && memcmp(classes[i].name, name, n) == 0) {
            return classes[i].is(c) != 0;
        }
    }
    return false;
}

/* Matches c against the bracket that starts behind '['; *end becomes the place behind ']', NULL if it is unclosed. */
static bool bracket_has(const struct matcher *m, const char *p, char c, const char **end)
{
    bool negated = *p == '!' || *p == '^', hit = false;
    int want = fold(m, c);
    const char *start;
    int previous = -1;

    p += negated;
    for (start = p; *p != ']' || p == start; p++) {
        int low;

        if (*p == '\0') {
            *end = NULL;
            return false;
        }
        if (p[0] == '[' && p[1] == ':') {
            const char *close = strstr(p + 2, ":]");

            if (close != NULL) {
                int is = (unsigned char)c;

                hit |= class_has(p + 2, (size_t)(close - p - 2), is);
                if (m->flags & GLOB_CASEFOLD && isupper(is)) {
                    hit |= class_has(p + 2, (size_t)(close - p - 2), tolower(is));
                }
                p = close + 1;
                previous = -1;
                continue;
            }
        }
        if (p[0] == '-' && previous >= 0 && p[1] != ']' && p[1] != '\0') {
            p++;
            if (*p == '\\' && p[1] != '\0') {
                p++;
            }
            hit |= want >= previous && want <= fold(m, *p);
            previous = -1;
            continue;
        }
        if (*p == '\\' && p[1] != '\0') {
            p++;
        }
        low = fold(m, *p);
        hit |= want == low;
        previous = low;
    }
    *end = p + 1;
    return hit != negated;
}

/* Tries the rest of the pattern at every place that a star may reach. */
static bool match_star(struct matcher *m, const char *p, const char *t, bool crosses)
{
    size_t width = m->text_len + 1;

    for (;; t++) {
        size_t bit = (size_t)(p - m->pattern) * width + (size_t)(t - m->text);

        if (m->failed == NULL) {
            m->failed = mem_zalloc(((m->pattern_len + 1) * width + 7) / 8, 1);
        }
        if (!(m->failed[bit / 8] >> bit % 8 & 1)) {
            if (match_here(m, p, t)) {
                return true;
            }
            m->failed[bit / 8] |= (unsigned char)(1u << bit % 8);
        }
        if (*t == '\0' || (!crosses && *t == '/')) {
            return false;
        }
    }
}

static bool match_stars(struct matcher *m, const char *p, const char *t)
{
    const char *first = p;
    bool whole;

    while (*p == '*') {
        p++;
    }
    if (!(m->flags & GLOB_PATHNAME)) {
        return match_star(m, p, t, true);
    }
    whole = p - first >= 2 && (first == m->pattern || first[-1] == '/') &&
            (*p == '\0' || *p == '/' || (p[0] == '\\' && p[1] == '/'));
    if (!whole) {
        return match_star(m, p, t, false);
    }
    /* "**" + "/" also stands for no folder at all. */
    if (*p == '/' && match_here(m, p + 1, t)) {
        return true;
    }
    return match_star(m, p, t, true);
}

static bool match_here(struct matcher *m, const char *p, const char *t)
{
    for (;; p++, t++) {
        const char *end;

        switch (*p) {
        case '\0':
            return *t == '\0';
        case '*':
            return match_stars(m, p, t);
        case '?':
            if (*t == '\0' || (m->flags & GLOB_PATHNAME && *t == '/')) {
                return false;
            }
            break;
        case '[':
            if (*t == '\0' || (m->flags & GLOB_PATHNAME && *t == '/') ||
                !bracket_has(m, p + 1, *t, &end) || end == NULL) {
                return false;
            }
            p = end - 1;
            break;
        case '\\':
            if (p[1] == '\0') {
                return false;
            }
            p++;
            if (fold(m, *p) != fold(m, *t)) {
                return false;
            }
            break;
        default:
            if (fold(m, *p) != fold(m, *t)) {
                return false;
            }
        }
    }
}

bool glob_match(const char *pattern, const char *text, unsigned flags)
{
    struct matcher m = {.pattern = pattern,
                        .text = text,
                        .text_len = strlen(text),
                        .flags = flags,
                        .pattern_len = strlen(pattern)};
    bool yes;

    if (m.pattern_len > PATTERN_MAX) {
        return false;
    }
    yes = match_here(&m, pattern, text);
    mem_freep(&m.failed);
    return yes;
}

bool glob_has_magic(const char *text)
{
    return strpbrk(text, "*?[") != NULL;
}

bool glob_rule_parse(struct glob_rule *rule, char *text)
{
    size_t len = strlen(text);

    *rule = (struct glob_rule){0};
    /* Blanks at the end count only when quoted. */
    while (len > 0 && text[len - 1] == ' ' && !(len > 1 && text[len - 2] == '\\')) {
        text[--len] = '\0';
    }
    if (len == 0 || text[0] == '#') {
        return false;
    }
    if (text[0] == '!') {
        rule->negated = true;
        text++;
        len--;
    }
    if (len > 0 && text[len - 1] == '/') {
        rule->dir_only = true;
        text[--len] = '\0';
    }
    rule->anchored = strchr(text, '/') != NULL;
    if (text[0] == '/') {
        text++;
        len--;
    }
    rule->pattern = text;
    return len > 0;
}

bool glob_rule_match(const struct glob_rule *rule, const char *path, bool is_dir)
{
    const char *base = strrchr(path, '/');

    if (rule->dir_only && !is_dir) {
        return false;
    }
    if (rule->anchored) {
        return glob_match(rule->pattern, path, GLOB_PATHNAME);
    }
    return glob_match(rule->pattern, base != NULL ? base + 1 : path, 0);
}
