#include "base/glob.h"

#include <stdint.h>
#include <string.h>

/*
 * Git's matcher is a recursion that tries every length for every '*'. The same language is matched here
 * with two places to go back to, the last '*' and the last "**": what stands between two stars of a
 * kind is best matched as early as possible, since the later star can still take everything that the
 * earlier one could have taken. A '*' never goes beyond its folder, so the work is bounded by
 * folders × text × pattern. Bytes are compared as ASCII, whatever the locale.
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

static unsigned char to_lower(unsigned char c) {
    return is_upper(c) ? (unsigned char)(c + ('a' - 'A')) : c;
}

enum glob_class { CLASS_UNKNOWN, CLASS_NO, CLASS_YES };

/* Whether c is in the class [:name:]. */
static enum glob_class class_match(const char *name, size_t len, unsigned char c, bool fold) {
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
        in = c == ' ' || (c >= '\t' && c <= '\r');
    } else if (NAME_IS("upper")) {
        in = is_upper(c) || (fold && is_lower(c));
    } else if (NAME_IS("xdigit")) {
        in = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    } else {
        return CLASS_UNKNOWN;
    }
#undef NAME_IS
    return in ? CLASS_YES : CLASS_NO;
}

static bool range_match(unsigned char low, unsigned char high, unsigned char c, bool fold) {
    if (c >= low && c <= high) {
        return true;
    }
    unsigned char upper = (unsigned char)(c - ('a' - 'A'));
    return fold && is_lower(c) && upper >= low && upper <= high;
}

/* Matches c with the bracket whose '[' is at p; returns the place behind its ']', or NULL for no match
 * and for a bracket that is malformed. `c` is lower case already if folding. */
static const char *bracket_match(const char *p, unsigned char c, bool fold) {
    bool negated = p[1] == '!' || p[1] == '^';
    p += negated ? 2 : 1;

    bool found = false;
    unsigned char before = 0; /* a possible start of a range */
    do {                      /* a ']' that comes first is a member */
        unsigned char member = (unsigned char)*p;
        if (member == '-' && before && p[1] && p[1] != ']') {
            p += p[1] == '\\' ? 2 : 1;
            found |= range_match(before, (unsigned char)*p, c, fold);
            member = 0;
        } else if (member == '[' && p[1] == ':') {
            const char *name = p + 2;
            size_t len = strcspn(name, "]");
            if (!name[len]) {
                return NULL;
            }
            if (len > 0 && name[len - 1] == ':') {
                enum glob_class class = class_match(name, len - 1, c, fold);
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
static const char *element_match(const char *p, unsigned char c, unsigned flags) {
    bool fold = flags & GLOB_CASEFOLD;
    unsigned char t = fold ? to_lower(c) : c;
    bool slash_is_special = (flags & GLOB_PATHNAME) && t == '/';
    switch (*p) {
    case '\0':
        return NULL;
    case '?':
        return slash_is_special ? NULL : p + 1;
    case '[': {
        const char *end = bracket_match(p, t, fold);
        return slash_is_special ? NULL : end;
    }
    case '\\':
        return p[1] && (unsigned char)p[1] == t ? p + 2 : NULL;
    default: {
        unsigned char literal = (unsigned char)*p;
        return (fold ? to_lower(literal) : literal) == t ? p + 1 : NULL;
    }
    }
}

/* Where to go on after a mismatch: the pattern behind a star, and the text that it has not taken yet. */
struct retry {
    const char *pattern; /* NULL: none */
    const char *text;
};

/* One byte more for the star; false if it cannot grow. */
static bool retry_grow(struct retry *retry, bool over_slash) {
    if (!retry->pattern || !*retry->text || (!over_slash && *retry->text == '/')) {
        retry->pattern = NULL;
        return false;
    }
    retry->text++;
    return true;
}

bool glob_match(const char *pattern, const char *text, unsigned flags) {
    struct retry one = {NULL, NULL}, all = {NULL, NULL};
    const char *start = pattern;
    const char *p = pattern, *t = text;
    bool no_slash = flags & GLOB_PATHNAME;
    for (;;) {
        if (*p == '*') {
            const char *star = p;
            p += strspn(p, "*");
            bool bounded = (star == start || star[-1] == '/') &&
                           (*p == '\0' || *p == '/' || (p[0] == '\\' && p[1] == '/'));
            bool all_levels = !no_slash || (p - star > 1 && bounded);
            if (*p == '\0' && (all_levels || !strchr(t, '/'))) {
                return true;
            }
            one.pattern = NULL;
            if (!all_levels) {
                one = (struct retry){p, t};
                continue;
            }
            all = (struct retry){p, t};
            if (!(no_slash && *p == '/')) {
                continue;
            }
            /* "**" and its slash may be nothing at all; the first retry gives it no byte yet. */
            p++;
            all.text = NULL;
            all.pattern = p - 1;
            one = (struct retry){NULL, t};
            continue;
        }
        (void)0;
        break;
    }
    return false;
}
