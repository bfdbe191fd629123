#include "doc/scalar.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/integer.h"
#include "doc/node.h"

static bool is_word(const char *text, size_t len, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0) {
            return true;
        }
    }
    return false;
}

/* A cursor over the text; the patterns below are the parser's own, alternative by alternative. */
struct scan {
    const char *at, *end;
};

static bool at_end(const struct scan *s) {
    return s->at == s->end;
}

static bool skip_one(struct scan *s, const char *set) {
    if (at_end(s) || *s->at == '\0' || !strchr(set, *s->at)) {
        return false;
    }
    s->at++;
    return true;
}

static size_t skip_all(struct scan *s, const char *set) {
    size_t count = 0;
    while (skip_one(s, set)) {
        count++;
    }
    return count;
}

#define DIGITS "0123456789"

/* [eE][-+]?[0-9]+ to the end; the sign is required where the number begins with its point. */
static bool is_exponent(struct scan s, bool signed_only) {
    if (!skip_one(&s, "eE")) {
        return false;
    }
    bool has_sign = skip_one(&s, "-+");
    return (has_sign || !signed_only) && skip_all(&s, DIGITS) > 0 && at_end(&s);
}

static bool is_infinity(const char *text, size_t len) {
    static const char *const words[] = {".inf", ".Inf", ".INF"};
    size_t sign = len > 0 && (text[0] == '-' || text[0] == '+');
    return is_word(text + sign, len - sign, words, COUNT_OF(words));
}

static bool is_nan(const char *text, size_t len) {
    static const char *const words[] = {".nan", ".NaN", ".NAN"};
    return is_word(text, len, words, COUNT_OF(words));
}

static bool is_float(const char *text, size_t len) {
    struct scan s = {text, text + len};
    skip_one(&s, "-+");
    if (skip_one(&s, ".")) {
        bool digits = skip_all(&s, DIGITS "_") > 0;
        return (digits && (at_end(&s) || is_exponent(s, true))) || is_infinity(text, len) ||
               is_nan(text, len);
    }
    if (!skip_one(&s, DIGITS)) {
        return false;
    }
    skip_all(&s, DIGITS "_");
    if (skip_one(&s, ".")) {
        skip_all(&s, DIGITS "_");
        return at_end(&s) || is_exponent(s, false);
    }
    return is_exponent(s, false);
}

/* The base of an integer and where its digits begin. */
static unsigned integer_base(struct scan *s) {
    if (s->end - s->at >= 2 && s->at[0] == '0') {
        switch (s->at[1]) {
        case 'b':
            s->at += 2;
            return 2;
        case 'o':
            s->at += 2;
            return 8;
        case 'x':
            s->at += 2;
            return 16;
        default:
            break;
        }
    }
    return 10;
}

static bool is_int(const char *text, size_t len) {
    struct scan s = {text, text + len};
    if (at_end(&s) || *s.at == '_') {
        return false;
    }
    skip_one(&s, "-+");
    unsigned base = integer_base(&s);
    const char *digits = base == 2    ? "01_"
                         : base == 8  ? "01234567_"
                         : base == 16 ? DIGITS "abcdefABCDEF_"
                                      : DIGITS "_";
    return skip_all(&s, digits) > 0 && at_end(&s);
}

static bool skip_digits(struct scan *s, size_t least, size_t most) {
    size_t count = 0;
    while (count < most && skip_one(s, DIGITS)) {
        count++;
    }
    return count >= least;
}

/* (Z | [-+]dd?(:dd)?)? to the end */
static bool is_zone(struct scan s) {
    skip_all(&s, " \t");
    if (skip_one(&s, "Z")) {
        return at_end(&s);
    }
    if (!skip_one(&s, "-+") || !skip_digits(&s, 1, 2)) {
        return false;
    }
    return at_end(&s) || (skip_one(&s, ":") && skip_digits(&s, 2, 2) && at_end(&s));
}

/* dddd-dd-dd, or with a time behind it dddd-d?d-d?d. */
static bool is_timestamp(const char *text, size_t len) {
    struct scan s = {text, text + len};
    if (!skip_digits(&s, 4, 4) || !skip_one(&s, "-") || !skip_digits(&s, 1, 2) ||
        !skip_one(&s, "-") || !skip_digits(&s, 1, 2)) {
        return false;
    }
    if (at_end(&s)) {
        return len == strlen("dddd-dd-dd");
    }
    if (!skip_one(&s, "Tt") && skip_all(&s, " \t") == 0) {
        return false;
    }
    if (!skip_digits(&s, 1, 2) || !skip_one(&s, ":") || !skip_digits(&s, 2, 2) ||
        !skip_one(&s, ":") || !skip_digits(&s, 2, 2)) {
        return false;
    }
    if (skip_one(&s, ".")) {
        skip_all(&s, DIGITS);
    }
    return at_end(&s) || is_zone(s);
}

enum scalar_type scalar_type(const char *text, size_t len) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    static const char *const bools[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    static const char *const others[] = {"<<", "="};
    char first = len ? text[0] : '\0';
    if (len == 0 || (first && strchr("~nN", first))) {
        return is_word(text, len, nulls, COUNT_OF(nulls)) ? SCALAR_NULL : SCALAR_TEXT;
    }
    if (first && strchr("tTfF", first)) {
        return is_word(text, len, bools, COUNT_OF(bools)) ? SCALAR_BOOL : SCALAR_TEXT;
    }
    if (first && strchr("-+." DIGITS, first)) {
        return is_float(text, len)                 ? SCALAR_FLOAT
               : first != '.' && is_int(text, len) ? SCALAR_INT
               : is_timestamp(text, len)           ? SCALAR_OTHER
                                                   : SCALAR_TEXT;
    }
    return is_word(text, len, others, COUNT_OF(others)) ? SCALAR_OTHER : SCALAR_TEXT;
}

static bool float_value(struct node *n, const char *text, size_t len) {
    double value;
    if (is_nan(text, len)) {
        value = NAN;
    } else if (is_infinity(text, len)) {
        value = text[0] == '-' ? -INFINITY : INFINITY;
    } else {
        CLEANUP(str_release) struct str plain = STR_INIT;
        for (size_t i = 0; i < len; i++) {
            if (text[i] != '_') {
                str_addc(&plain, text[i]);
            }
        }
        if (!num_float(&value, plain.buf)) {
            return false;
        }
    }
    n->kind = NODE_FLOAT;
    n->real = value;
    return true;
}

static bool int_value(struct node *n, struct arena *arena, const char *text, size_t len) {
    struct scan s = {text, text + len};
    bool negative = len > 0 && text[0] == '-';
    skip_one(&s, "-+");
    unsigned base = integer_base(&s);
    return integer_from_digits(n, arena, s.at, (size_t)(s.end - s.at), base, negative);
}

bool scalar_value(struct node *n, struct arena *arena, enum scalar_type type, const char *text,
                  size_t len) {
    switch (type) {
    case SCALAR_NULL:
        n->kind = NODE_NULL;
        return true;
    case SCALAR_BOOL:
        n->kind = NODE_BOOL;
        n->boolean = text[0] == 't' || text[0] == 'T';
        return true;
    case SCALAR_INT:
        return int_value(n, arena, text, len);
    case SCALAR_FLOAT:
        return float_value(n, text, len);
    case SCALAR_TEXT:
    case SCALAR_OTHER:
        break;
    }
    n->kind = NODE_STR;
    n->str.text = arena_strndup(arena, text, len);
    n->str.len = len;
    return true;
}
