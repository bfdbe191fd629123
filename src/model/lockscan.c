/*
 * The form: every line ends in a newline; top-level keys start in column 0, stage names in column 2
 * below a bare `stages:`, all that belongs to them lies deeper. Lines of a quoted text that goes on
 * over several lines lie deeper too. Nothing else can begin a line at column 0 or 2 then, so the
 * names are found by their column alone.
 */
#include "model/lockscan.h"

#include <string.h>

#include "base/arena.h"

enum { DEPTH_NAME = 2, DEPTH_BODY = 4 };

void lockscan_release(struct lockscan *scan) {
    vec_release(&scan->entries);
}

/* Behind the closing quote, NULL if the text goes on in the next line. */
static const char *skip_quoted(const char *p, const char *end, char quote) {
    for (; p < end; p++) {
        if (quote == '"' && *p == '\\') {
            p++;
        } else if (*p == quote) {
            if (quote == '\'' && p + 1 < end && p[1] == '\'') {
                p++;
                continue;
            }
            return p + 1;
        }
    }
    return NULL;
}

/* State while going down the lines. */
struct lines {
    struct lockscan *out;
    struct arena *arena;
    bool comments; /* " #" stands somewhere in the text */
    bool in_stages, seen_stages;
    char quote; /* of a text that goes on in the next line, else 0 */
    /* Column of the key or dash whose unquoted text may go on in deeper lines; -1: none. */
    long plain;
};

static bool has_comment(const struct lines *s, const char *p, const char *end) {
    return s->comments && memmem(p, (size_t)(end - p), " #", 2) != NULL;
}

/* The colon that ends a key, NULL if there is none. */
static const char *find_colon(const char *p, const char *end) {
    while ((p = memchr(p, ':', (size_t)(end - p))) != NULL && p + 1 < end) {
        if (p[1] == ' ') {
            return p;
        }
        p++;
    }
    return NULL;
}

/* Whether a text that starts so has a meaning beyond itself: a comment, an anchor, a literal block … */
static bool is_marked(char c) {
    switch (c) {
    case '#':
    case '&':
    case '*':
    case '!':
    case '|':
    case '>':
    case '%':
    case '@':
    case '`':
    case '?':
        return true;
    default:
        return false;
    }
}

/* What follows the closing quote: nothing, or the colon of a key. *p becomes the start of the
 * value. */
static bool end_quoted(const char **p, const char *end) {
    if (*p == end) {
        return true;
    }
    if (**p != ':' || (*p + 1 < end && (*p)[1] != ' ')) {
        return false;
    }
    *p += *p + 1 < end ? 2 : 1;
    return true;
}

/* Follows the texts of one line from `p`, its first byte that is no blank. False for what this does
 * not know: flow collections, comments, anchors, literal blocks. */
static bool scan_line(struct lines *s, const char *line, const char *p, const char *end) {
    const char *first = p;
    long column = p - line;

    if (!s->quote && s->plain >= 0 && column > s->plain) {
        return !has_comment(s, p, end);
    }
    s->plain = -1;
    while (p < end) {
        if (s->quote) {
            const char *close = skip_quoted(p, end, s->quote);

            if (!close) {
                return true;
            }
            s->quote = 0;
            p = close;
            if (!end_quoted(&p, end)) {
                return false;
            }
            continue;
        }
        if (p + 1 < end && p[0] == '-' && p[1] == ' ') {
            column = p - line;
            p += 2;
            continue;
        }
        if (*p == '\'' || *p == '"') {
            const char *close = skip_quoted(p + 1, end, *p);

            if (p == first && (!close || close == end)) {
                return false; /* a key; else some text goes on here that we did not follow */
            }
            column = p - line;
            s->quote = *p++;
            continue;
        }
        if (*p == '{' || *p == '[') {
            return end - p == 2 && (p[1] == '}' || p[1] == ']');
        }
        if (is_marked(*p)) {
            return false;
        }
        const char *colon = find_colon(p, end);

        if (!colon) {
            s->plain = end[-1] == ':' ? -1 : column;
            return !has_comment(s, p, end);
        }
        column = p - line;
        p = colon + 2;
    }
    return true;
}

/* The name on a line "name:" or "'name':"; NULL if it is not of that form. */
static const char *read_name(const struct lines *s, const char *p, const char *end) {
    size_t len = 0;

    if (end - p < 2 || end[-1] != ':') {
        return NULL;
    }
    end--;
    if (*p != '\'') {
        if (is_marked(*p) || strchr("\"{[,", *p) || (p[0] == '-' && p[1] == ' ') ||
            find_colon(p, end) || has_comment(s, p, end)) {
            return NULL;
        }
        return arena_strndup(s->arena, p, (size_t)(end - p));
    }
    if (skip_quoted(p + 1, end, '\'') != end) {
        return NULL;
    }
    char *name = arena_strndup(s->arena, p, (size_t)(end - p));

    for (p++; p < end - 1; p++) {
        p += *p == '\'';
        name[len++] = *p;
    }
    name[len] = '\0';
    return name;
}

static void end_entry(struct lines *s, size_t at) {
    if (s->in_stages && s->out->entries.len > 0) {
        s->out->entries.at[s->out->entries.len - 1].end = at;
    }
    if (s->in_stages) {
        s->out->end = at;
    }
}

static bool take_line(struct lines *s, const char *text, size_t start, size_t len) {
    const char *line = text + start, *end = line + len;
    size_t indent = 0;

    while (indent < len && line[indent] == ' ') {
        indent++;
    }
    if (indent == len) {
        return false;
    }
    if (s->quote) {
        return indent >= DEPTH_BODY && scan_line(s, line, line + indent, end);
    }
    if (s->in_stages && indent == DEPTH_NAME) {
        struct lockscan_entry e = {.name = read_name(s, line + indent, end), .start = start};

        if (!e.name) {
            return false;
        }
        end_entry(s, start);
        s->plain = -1;
        vec_push(&s->out->entries, e);
        return true;
    }
    if (indent == 0) {
        if ((len < 2 || memcmp(line, "- ", 2) != 0) && !memchr(line, ':', len)) {
            return false; /* the mark of a document */
        }
        bool stages = len == strlen("stages:") && memcmp(line, "stages:", len) == 0;

        if (stages && s->seen_stages) {
            return false;
        }
        end_entry(s, start);
        s->in_stages = stages;
        s->seen_stages = s->seen_stages || stages;
    } else if (s->in_stages && (indent < DEPTH_BODY || s->out->entries.len == 0)) {
        return false;
    }
    return scan_line(s, line, line + indent, end);
}

bool lockscan_read(struct lockscan *out, struct arena *arena, const char *text, size_t len) {
    struct lines s = {.out = out, .arena = arena, .plain = -1};

    if (len == 0 || text[len - 1] != '\n' || memchr(text, '\0', len) || memchr(text, '\t', len) ||
        memchr(text, '\r', len)) {
        return false;
    }
    s.comments = memmem(text, len, " #", 2) != NULL;
    for (size_t at = 0; at < len;) {
        size_t n = (size_t)((const char *)memchr(text + at, '\n', len - at) - (text + at));

        if (!take_line(&s, text, at, n)) {
            return false;
        }
        at += n + 1;
    }
    end_entry(&s, len);
    return s.seen_stages && s.quote == 0 && out->entries.len > 0;
}
