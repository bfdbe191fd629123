#include "doc/source.h"

#include <stdarg.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/node.h"
#include "doc/read.h"

struct source source_of(const char *name, const char *text, size_t len) {
    return (struct source){.name = name, .text = text, .len = len};
}

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Moves the counted-out place to the offset; a column is a code point. */
static void seek(struct source *s, size_t offset) {
    if (offset < s->at) {
        s->at = 0;
        s->line = s->column = 0;
    }
    for (; s->at < offset && s->at < s->len; s->at++) {
        if (s->text[s->at] == '\n') {
            s->line++;
            s->column = 0;
        } else if (!is_continuation(s->text[s->at])) {
            s->column++;
        }
    }
}

int source_check(struct source *s) {
    if (s->len > DOC_MAX_BYTES) {
        return err_set(ERR_INVALID, "%s: larger than %u MiB", s->name, DOC_MAX_BYTES >> 20);
    }
    const char *nul = s->len ? memchr(s->text, '\0', s->len) : NULL;
    if (nul) {
        return source_error(s, (size_t)(nul - s->text), "a NUL byte: this is no text in UTF-8");
    }
    if (utf8_valid(s->text, s->len)) {
        return 0;
    }
    const char *at = s->text, *end = s->text + s->len;
    const char *bad = at;
    while (at < end) {
        bad = at;
        uint32_t cp = utf8_next(&at, end);
        if (cp >= 0xdc80 && cp <= 0xdcff) {
            break;
        }
    }
    return source_error(s, (size_t)(bad - s->text), "a byte that is not UTF-8");
}

int source_error(struct source *s, size_t offset, const char *fmt, ...) {
    CLEANUP(str_release) struct str what = STR_INIT;
    va_list args;
    va_start(args, fmt);
    str_vaddf(&what, fmt, args);
    va_end(args);
    seek(s, offset);
    return err_set(ERR_INVALID, "%s:%u:%u: %s", s->name, s->line + 1, s->column + 1, what.buf);
}

int source_too_deep(struct source *s, size_t offset) {
    return source_error(s, offset, "nested deeper than %d levels", DOC_MAX_DEPTH);
}

int source_too_many(struct source *s, size_t offset) {
    return source_error(s, offset, "more than %d values", DOC_MAX_NODES);
}

void source_mark(struct source *s, struct node *n, size_t start, size_t end) {
    seek(s, start);
    n->line = s->line + 1;
    n->column = s->column + 1;
    n->span = (struct span){(uint32_t)start, (uint32_t)end};
}

int source_conflict(struct source *s, int rc) {
    static const char mark[] = "<<<<<<< ";
    const char *found = s->text, *end = s->text + s->len;

    if (rc != ERR_INVALID) {
        return rc;
    }
    while ((found = memmem(found, (size_t)(end - found), mark, strlen(mark)))) {
        if (found == s->text || found[-1] == '\n') {
            err_clear();
            rc = source_error(s, (size_t)(found - s->text), "a conflict that a merge has left");
            err_hint("choose between the sides, and take out the lines of <, = and >");
            return rc;
        }
        found++;
    }
    return rc;
}
