#include "doc/edit_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

void edit_text_release(struct edit_text *t) {
    vec_release(&t->splices);
}

/* Files with CRLF have it on their first line. */
static bool has_crlf(const struct edit_text *t) {
    const char *end = memchr(t->text, '\n', t->len);
    return end && end > t->text && end[-1] == '\r';
}

void edit_splice(struct edit_text *t, size_t start, size_t end, const char *text) {
    CLEANUP(str_release) struct str kept = STR_INIT;
    bool crlf = has_crlf(t);
    for (; *text; text++) {
        if (*text == '\n' && crlf) {
            str_addc(&kept, '\r');
        }
        str_addc(&kept, *text);
    }
    struct splice splice = {start, end, arena_strndup(t->arena, kept.buf, kept.len),
                            t->splices.len};
    vec_push(&t->splices, splice);
}

static int compare(const void *a, const void *b) {
    const struct splice *left = a, *right = b;
    if (left->start != right->start) {
        return left->start < right->start ? -1 : 1;
    }
    return left->order < right->order ? -1 : 1;
}

bool edit_apply(struct str *out, struct edit_text *t) {
    size_t at = 0;
    if (t->splices.len) {
        qsort(t->splices.at, t->splices.len, sizeof *t->splices.at, compare);
    }
    for (size_t i = 0; i < t->splices.len; i++) {
        const struct splice *s = &t->splices.at[i];
        if (s->start < at) {
            return false;
        }
        str_add(out, t->text + at, s->start - at);
        str_adds(out, s->text);
        at = s->end;
    }
    str_add(out, t->text + at, t->len - at);
    return true;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_break(char c) {
    return c == '\n' || c == '\r';
}

/* Where the first line begins. */
static size_t text_start(const struct edit_text *t) {
    return t->len >= 3 && memcmp(t->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

size_t line_start(const struct edit_text *t, size_t at) {
    size_t first = text_start(t);
    while (at > first && !is_break(t->text[at - 1])) {
        at--;
    }
    return at;
}

size_t line_end(const struct edit_text *t, size_t at) {
    while (at < t->len && !is_break(t->text[at])) {
        at++;
    }
    return at;
}

size_t line_after(const struct edit_text *t, size_t at) {
    at = line_end(t, at);
    if (at < t->len && t->text[at] == '\r') {
        at++;
        return at + (at < t->len && t->text[at] == '\n');
    }
    return at + (at < t->len);
}

size_t line_skip_blanks(const struct edit_text *t, size_t at) {
    while (at < t->len && is_blank(t->text[at])) {
        at++;
    }
    return at;
}

bool line_begins_at(const struct edit_text *t, size_t at) {
    size_t first = text_start(t);
    while (at > first && t->text[at - 1] == ' ') {
        at--;
    }
    return at <= first || is_break(t->text[at - 1]);
}

bool line_is_over(const struct edit_text *t, size_t at) {
    at = line_skip_blanks(t, at);
    return at == t->len || is_break(t->text[at]);
}

bool line_is_blank(const struct edit_text *t, size_t at) {
    return line_is_over(t, line_start(t, at));
}

/* Whether the line at `at` is a comment, and how far it is indented. */
static bool is_comment(const struct edit_text *t, size_t at, size_t *indent) {
    size_t from = line_skip_blanks(t, at);
    *indent = from - at;
    return from < t->len && t->text[from] == '#';
}

/* Behind the last comment that is indented by `least` at least, before the next thing that is none. */
static size_t comments_after(const struct edit_text *t, size_t at, size_t least) {
    size_t owned = line_after(t, at);
    size_t indent;
    for (size_t line = owned; line < t->len; line = line_after(t, line)) {
        if (is_comment(t, line, &indent)) {
            if (indent < least) {
                break;
            }
            owned = line_after(t, line);
        } else if (!line_is_blank(t, line)) {
            break;
        }
    }
    return owned;
}

static size_t blank_lines_after(const struct edit_text *t, size_t at) {
    while (at < t->len && line_is_blank(t, at)) {
        at = line_after(t, at);
    }
    return at;
}

size_t entry_after(const struct edit_text *t, size_t at, size_t column) {
    return comments_after(t, at, column + 1);
}

size_t entry_append(const struct edit_text *t, size_t at, size_t column) {
    size_t after = comments_after(t, at, column);
    size_t end = blank_lines_after(t, after);
    return end == t->len ? end : after;
}

void entry_lines(const struct edit_text *t, size_t *start, size_t *end, size_t column) {
    *start = line_start(t, *start);
    *end = entry_after(t, *end, column);
    /* A blank line before the entry stays; where none is, what follows gets the entry's place. */
    bool first = *start == 0 || !line_is_blank(t, *start - 1);
    size_t next = blank_lines_after(t, *end);
    bool last = next == t->len;
    size_t indent = line_skip_blanks(t, next) - next;
    if (!last && (!first || indent >= column)) {
        *end = next;
    }
}
