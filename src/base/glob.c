#include "base/glob.h"

#include <string.h>

/*
 * Git's matcher is a recursion that tries every length for every '*'. The same language is matched
 * here with two places to go back to, the last '*' and the last "**": what stands between two stars
 * of a kind is best matched as early as possible, since the later star can still take everything
 * that the earlier one could have taken. A '*' never goes beyond its folder, so the work is bounded
 * by folders × text × pattern. Bytes are compared as ASCII, whatever the locale.
 */

static bool is_upper(unsigned char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(unsigned char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

static bool is_graph(unsigned char c) {
    return c > ' ' && c < 127;
}

enum glob_class { CLASS_UNKNOWN, CLASS_NO, CLASS_YES };

/* Whether c is in the class [:name:]. */
static enum glob_class class_match(const char *name, size_t len, unsigned char c) {
    bool alpha = is_upper(c) || is_lower(c);
    bool in;
#define NAME_IS(text) (len == sizeof(text) - 1 && memcmp(name, text, sizeof(text) - 1) == 0)
    if (NAME_IS("alnum")) {
        in = alpha || is_digit(c);
    } else if (NAME_IS("alpha")) {
        in = alpha;
    } else if (NAME_IS("blank")) {
        in = c == ' ' || c == '\t';
    } else if (NAME_IS("cntrl")) {
        in = c < ' ' || c == 127;
    } else if (NAME_IS("digit")) {
        in = is_digit(c);
    } else if (NAME_IS("graph")) {
        in = is_graph(c);
    } else if (NAME_IS("lower")) {
        in = is_lower(c);
    } else if (NAME_IS("print")) {
        in = is_graph(c) || c == ' ';
    } else if (NAME_IS("punct")) {
        in = is_graph(c) && !alpha && !is_digit(c);
    } else if (NAME_IS("space")) {
        in = c == ' ' || c == '\t' || c == '\n' || c == '\r'; /* no more in Git */
    } else if (NAME_IS("upper")) {
        in = is_upper(c);
    } else if (NAME_IS("xdigit")) {
        in = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    } else {
        return CLASS_UNKNOWN;
    }
#undef NAME_IS
    return in ? CLASS_YES : CLASS_NO;
}

/* Matches c with the bracket whose '[' is at p; returns the place behind its ']', or NULL for no
 * match and for a bracket that is malformed. */
static const char *bracket_match(const char *p, unsigned char c) {
    bool negated = p[1] == '!' || p[1] == '^';
    p += negated ? 2 : 1;

    bool found = false;
    unsigned char before = 0; /* a possible start of a range */
    do {                      /* a ']' that comes first is a member */
        unsigned char member = (unsigned char)*p;
        if (member == '-' && before && p[1] && p[1] != ']') {
            p += p[1] == '\\' ? 2 : 1;
            found |= c >= before && c <= (unsigned char)*p;
            member = 0;
        } else if (member == '[' && p[1] == ':') {
            const char *name = p + 2;
            size_t len = strcspn(name, "]");
            if (!name[len]) {
                return NULL;
            }
            if (len > 0 && name[len - 1] == ':') {
                enum glob_class class = class_match(name, len - 1, c);
                if (class == CLASS_UNKNOWN) {
                    return NULL;
                }
                found |= class == CLASS_YES;
                p = name + len;
                member = 0;
            } else {
                found |= c == '[';
            }
        } else {
            if (member == '\\') {
                member = (unsigned char)*++p;
            }
            found |= member == c;
        }
        if (!*p) {
            return NULL;
        }
        before = member;
        p++;
    } while (*p != ']');
    return found != negated ? p + 1 : NULL;
}

/* Matches the one-byte element at p with c; returns the place behind the element, or NULL. */
static const char *element_match(const char *p, unsigned char c, bool by_folder) {
    switch (*p) {
    case '\0':
        return NULL;
    case '?':
        return by_folder && c == '/' ? NULL : p + 1;
    case '[':
        return by_folder && c == '/' ? NULL : bracket_match(p, c);
    case '\\':
        return (unsigned char)p[1] == c ? p + 2 : NULL;
    default:
        return (unsigned char)*p == c ? p + 1 : NULL;
    }
}

/* Where to go on after a mismatch: the pattern behind a star, and the text to try it on next. */
struct retry {
    const char *pattern; /* NULL: none */
    const char *text;
};

/* Lets the star take one byte more each time; false when it cannot. */
static bool retry_take(struct retry *retry, bool over_slash, const char **p, const char **t) {
    if (!retry->pattern) {
        return false;
    }
    *p = retry->pattern;
    *t = retry->text;
    if (!*retry->text || (*retry->text == '/' && !over_slash)) {
        retry->pattern = NULL;
    } else {
        retry->text++;
    }
    return true;
}

bool glob_match(const char *pattern, const char *text, unsigned flags) {
    bool by_folder = flags & GLOB_PATHNAME;
    struct retry star = {NULL, NULL}, double_star = {NULL, NULL};
    const char *p = pattern, *t = text;
    for (;;) {
        if (*p == '*') {
            const char *first = p;
            p += strspn(p, "*");
            bool whole = (first == pattern || first[-1] == '/') &&
                         (*p == '\0' || *p == '/' || (p[0] == '\\' && p[1] == '/'));
            bool any_depth = !by_folder || (whole && p - first > 1);
            if (*p == '\0' && (any_depth || !strchr(t, '/'))) {
                return true;
            }
            if (any_depth) {
                star.pattern = NULL;
                double_star = (struct retry){p, t};
            } else {
                star = (struct retry){p, t};
            }
            if (any_depth && by_folder && *p == '/') {
                p++; /* before all else, a double star and its slash are nothing */
                continue;
            }
        } else if (*t) {
            const char *next = element_match(p, (unsigned char)*t, by_folder);
            if (next) {
                p = next;
                t++;
                continue;
            }
        } else if (!*p) {
            return true;
        }
        if (!retry_take(&star, false, &p, &t) && !retry_take(&double_star, true, &p, &t)) {
            return false;
        }
    }
}

bool glob_has_magic(const char *text) {
    return strpbrk(text, "*?[") != NULL;
}

/* Git drops blanks at the end unless a backslash keeps them. */
static void trim_blanks(char *text) {
    char *blanks = NULL;
    for (char *at = text; *at; at++) {
        if (*at == ' ') {
            blanks = blanks ? blanks : at;
            continue;
        }
        blanks = NULL;
        if (*at == '\\' && *++at == '\0') {
            return;
        }
    }
    if (blanks) {
        *blanks = '\0';
    }
}

bool glob_rule_parse(struct glob_rule *rule, char *text) {
    *rule = (struct glob_rule){0};
    size_t len = strlen(text);
    if (len > 0 && text[len - 1] == '\r') {
        text[len - 1] = '\0';
    }
    if (text[0] == '#') {
        return false;
    }
    trim_blanks(text);
    if (text[0] == '!') {
        rule->negated = true;
        text++;
    }
    len = strlen(text);
    if (len > 0 && text[len - 1] == '/') {
        rule->dir_only = true;
        text[--len] = '\0';
    }
    rule->anchored = strchr(text, '/') != NULL;
    rule->pattern = text + (text[0] == '/');
    return rule->pattern[0] != '\0';
}

bool glob_rule_match(const struct glob_rule *rule, const char *path, bool is_dir) {
    if (rule->dir_only && !is_dir) {
        return false;
    }
    if (!rule->anchored) {
        const char *slash = strrchr(path, '/');
        return glob_match(rule->pattern, slash ? slash + 1 : path, 0);
    }
    /* As Git does it, the literal front is compared first, and the pattern proper starts behind it:
     * for a double star there, that is the start. */
    size_t literal = strcspn(rule->pattern, "*?[\\");
    if (strncmp(rule->pattern, path, literal) != 0) {
        return false;
    }
    return glob_match(rule->pattern + literal, path + literal, GLOB_PATHNAME);
}
