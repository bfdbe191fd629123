/* Numbers, booleans and dates of TOML. */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/integer.h"
#include "doc/node.h"
#include "doc/toml.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_digit_of(char c, unsigned base) {
    char lower = c | 0x20;
    return base == 16 ? is_digit(c) || (lower >= 'a' && lower <= 'f')
                      : is_digit(c) && (unsigned)(c - '0') < base;
}

/* Digits with single underscores between them; the end of the longest run that is right. */
static const char *digits_end(const char *at, const char *end, unsigned base) {
    if (at == end || !is_digit_of(*at, base)) {
        return at;
    }
    for (at++; at < end; at++) {
        if (*at == '_' && end - at > 1 && is_digit_of(at[1], base)) {
            at++;
        } else if (!is_digit_of(*at, base)) {
            break;
        }
    }
    return at;
}

/* ---- dates */

static unsigned two_digits(const char *at) {
    return (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
}

/* Whether the text has the form, where 'd' is a digit. */
static bool has_form(const char *at, const char *end, const char *form) {
    size_t len = strlen(form);
    if ((size_t)(end - at) < len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (form[i] == 'd' ? !is_digit(at[i]) : at[i] != form[i]) {
            return false;
        }
    }
    return true;
}

static bool is_date(const char *at, const char *end) {
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!has_form(at, end, "dddd-dd-dd")) {
        return false;
    }
    unsigned year = two_digits(at) * 100 + two_digits(at + 2);
    unsigned month = two_digits(at + 5), day = two_digits(at + 8);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year > 0 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (unsigned)(leap && month == 2);
}

/* dd:dd:dd with a fraction, and its end. */
static bool is_time(const char *at, const char *end, const char **after) {
    if (!has_form(at, end, "dd:dd:dd") || two_digits(at) > 23 || two_digits(at + 3) > 59 ||
        two_digits(at + 6) > 59) {
        return false;
    }
    at += strlen("dd:dd:dd");
    if (end - at > 1 && *at == '.' && is_digit(at[1])) {
        for (at++; at < end && is_digit(*at); at++) {
        }
    }
    *after = at;
    return true;
}

static const char *zone_end(const char *at, const char *end) {
    if (at < end && (*at == 'Z' || *at == 'z')) {
        return at + 1;
    }
    bool offset = at < end && (*at == '+' || *at == '-') && has_form(at + 1, end, "dd:dd") &&
                  two_digits(at + 1) < 24 && two_digits(at + 4) < 60;
    return offset ? at + strlen("+dd:dd") : at;
}

/* The end of a date, a time or both; NULL if there is none. */
static const char *moment_end(const char *at, const char *end) {
    const char *after;
    if (is_time(at, end, &after)) {
        return after;
    }
    if (!is_date(at, end)) {
        return NULL;
    }
    at += strlen("dddd-dd-dd");
    if (at < end && strchr("Tt ", *at) && is_time(at + 1, end, &after)) {
        return zone_end(after, end);
    }
    return at;
}

/* ---- numbers */

static bool read_prefixed(struct node *n, struct toml *t) {
    static const struct {
        const char *prefix;
        unsigned base;
    } bases[] = {{"0x", 16}, {"0o", 8}, {"0b", 2}};
    for (size_t i = 0; i < COUNT_OF(bases); i++) {
        if (!toml_next_is(t, bases[i].prefix)) {
            continue;
        }
        const char *from = t->at + 2;
        const char *to = digits_end(from, t->end, bases[i].base);
        if (to > from &&
            integer_from_digits(n, t->arena, from, (size_t)(to - from), bases[i].base, false)) {
            t->at = to;
            return true;
        }
    }
    return false;
}

static bool read_special_float(struct node *n, struct toml *t, const char *at, bool negative) {
    if (t->end - at < 3 || (memcmp(at, "inf", 3) != 0 && memcmp(at, "nan", 3) != 0)) {
        return false;
    }
    n->kind = NODE_FLOAT;
    n->real = *at == 'n' ? NAN : negative ? -INFINITY : INFINITY;
    t->at = at + 3;
    return true;
}

static const char *fraction_end(const char *at, const char *end) {
    const char *to = at;
    if (to < end && *to == '.' && digits_end(to + 1, end, 10) > to + 1) {
        to = digits_end(to + 1, end, 10);
    }
    if (to < end && (*to == 'e' || *to == 'E')) {
        const char *digits = to + 1 + (to + 1 < end && (to[1] == '+' || to[1] == '-'));
        if (digits_end(digits, end, 10) > digits) {
            to = digits_end(digits, end, 10);
        }
    }
    return to;
}

static bool read_number(struct node *n, struct toml *t) {
    bool negative = *t->at == '-';
    const char *digits = t->at + (negative || *t->at == '+');
    if (read_special_float(n, t, digits, negative)) {
        return true;
    }
    const char *whole =
        digits < t->end && *digits == '0' ? digits + 1 : digits_end(digits, t->end, 10);
    if (whole == digits) {
        return false;
    }
    const char *to = fraction_end(whole, t->end);
    if (to == whole) {
        if (!integer_from_digits(n, t->arena, digits, (size_t)(whole - digits), 10, negative)) {
            return false;
        }
    } else {
        CLEANUP(str_release) struct str plain = STR_INIT;
        for (const char *at = t->at; at < to; at++) {
            if (*at != '_') {
                str_addc(&plain, *at);
            }
        }
        if (!num_float(&n->real, plain.buf)) {
            return false;
        }
        n->kind = NODE_FLOAT;
    }
    t->at = to;
    return true;
}

int toml_bare_value(struct node *n, struct toml *t) {
    const char *from = t->at;
    if (from == t->end) {
        return toml_fail(t, from, "a value is missing");
    }
    if (toml_take(t, "true") || toml_take(t, "false")) {
        n->kind = NODE_BOOL;
        n->boolean = *from == 't';
        return 0;
    }
    const char *moment = moment_end(from, t->end);
    if (moment) {
        t->at = moment;
        n->kind = NODE_STR;
        n->str.len = (size_t)(moment - from);
        n->str.text = arena_strndup(t->arena, from, n->str.len);
        return 0;
    }
    if (read_prefixed(n, t) || read_number(n, t)) {
        return 0;
    }
    return toml_fail(t, from, "not a value; strings need quotes");
}
