#include "doc/json_check.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "doc/integer.h"
#include "doc/source.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The four digits of \uXXXX; what is none of these json-c refuses itself. */
static unsigned hex_four(const char *at) {
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i] | 0x20;
        unsigned digit = is_digit(at[i])        ? (unsigned)(at[i] - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                : 0x10000;
        value = value * 16 + digit;
        if (digit > 15) {
            return 'x';
        }
    }
    return value;
}

static bool is_unicode_escape(const char *at, const char *end) {
    return end - at >= 6 && at[0] == '\\' && at[1] == 'u';
}

/* Moves *at behind an escape. */
static int check_escape(const char **at, struct source *s) {
    const char *end = s->text + s->len;
    size_t offset = (size_t)(*at - s->text);
    if (!is_unicode_escape(*at, end)) {
        *at += end - *at >= 2 ? 2 : 1;
        return 0;
    }
    unsigned cp = hex_four(*at + 2);
    *at += 6;
    if (cp == 0) {
        return source_error(s, offset, "a NUL in a string");
    }
    if (cp < 0xd800 || cp > 0xdfff) {
        return 0;
    }
    if (cp > 0xdbff || !is_unicode_escape(*at, end) || hex_four(*at + 2) < 0xdc00 ||
        hex_four(*at + 2) > 0xdfff) {
        return source_error(s, offset, "half a surrogate pair");
    }
    *at += 6;
    return 0;
}

static int check_string(const char **at, struct source *s) {
    const char *end = s->text + s->len;
    for (++*at; *at < end && **at != '"';) {
        if ((unsigned char)**at < 0x20) {
            return source_error(s, (size_t)(*at - s->text), "a control character in a string");
        }
        if (**at != '\\') {
            ++*at;
            continue;
        }
        int rc = check_escape(at, s);
        if (rc) {
            return rc;
        }
    }
    *at += *at < end;
    return 0;
}

static int check_number(const char **at, struct source *s, struct json_bigs *bigs) {
    enum { SURE_DIGITS = 18 };
    const char *end = s->text + s->len, *from = *at;
    while (*at < end && is_digit(**at)) {
        ++*at;
    }
    size_t digits = (size_t)(*at - from);
    if (*at < end && strchr(".eE", **at)) {
        if (**at == '.' && (*at + 1 == end || !is_digit((*at)[1]))) {
            return source_error(s, (size_t)(*at - s->text), "a point without digits behind it");
        }
        while (*at < end && (is_digit(**at) || strchr(".eE+-", **at))) {
            ++*at;
        }
        return 0;
    }
    if (digits > INTEGER_MAX_DIGITS) {
        return source_error(s, (size_t)(from - s->text), "too many digits");
    }
    if (digits > SURE_DIGITS) {
        vec_push(bigs, (size_t)(*at - s->text));
    }
    return 0;
}

int json_check(struct json_bigs *bigs, struct source *s) {
    const char *at = s->text, *end = s->text + s->len;
    size_t values = 1;
    while (at < end) {
        int rc = 0;
        if (*at == '"') {
            rc = check_string(&at, s);
        } else if (is_digit(*at)) {
            rc = check_number(&at, s, bigs);
        } else if (*at == '.') {
            rc = source_error(s, (size_t)(at - s->text), "a point without digits before it");
        } else {
            /* Each comma has a value before it, each bracket is one. */
            values += *at == ',' || *at == '[' || *at == '{';
            if (values > DOC_MAX_NODES) {
                rc = source_too_many(s, (size_t)(at - s->text));
            }
            at++;
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}
