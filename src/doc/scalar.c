#include "doc/scalar.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/num.h"
#include "doc/node.h"

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

/* Digits of `text` in `base` with underscores left out, as an integer; beyond 64 bits the decimal digits are kept. */
static bool digits_value(struct node *n, struct arena *arena, const char *text, int base, bool negative)
{
    uint64_t value = 0;
    bool any = false, big = false;
    char *plain = arena_alloc(arena, strlen(text) + 2), *at = plain;

    if (negative) {
        *at++ = '-';
    }
    for (; *text != '\0'; text++) {
        int digit = *text >= '0' && *text <= '9'   ? *text - '0'
                    : *text >= 'a' && *text <= 'f' ? *text - 'a' + 10
                    : *text >= 'A' && *text <= 'F' ? *text - 'A' + 10
                                                   : 99;

        if (*text == '_') {
            continue;
        }
        if (digit >= base) {
            return false;
        }
        any = true;
        *at++ = *text;
        big = big || __builtin_mul_overflow(value, (uint64_t)base, &value) ||
              __builtin_add_overflow(value, (uint64_t)digit, &value);
    }
    if (!any) {
        return false;
    }
    big = big || value > (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (big && base != 10) {
        return false; /* rarer than rare: kept as text */
    }
    n->kind = NODE_INT;
    if (big) {
        while (plain[negative] == '0' && plain[negative + 1] != '\0') {
            memmove(plain + negative, plain + negative + 1, strlen(plain + negative));
        }
        n->big = plain;
    } else {
        n->integer = negative ? (int64_t)(0 - value) : (int64_t)value;
    }
    return true;
}

static bool resolve_int(struct node *n, struct arena *arena, const char *text)
{
    bool negative = *text == '-';

    text += *text == '-' || *text == '+';
    if (text[0] == '0' && text[1] == 'x') {
        return digits_value(n, arena, text + 2, 16, negative);
    }
    if (text[0] == '0' && text[1] == 'o') {
        return digits_value(n, arena, text + 2, 8, negative);
    }
    if (text[0] == '0' && text[1] == 'b') {
        return digits_value(n, arena, text + 2, 2, negative);
    }
    return text[0] != '_' && digits_value(n, arena, text, 10, negative);
}

/* [-+]? digits . digits (e…)? | [-+]? digits e… | [-+]? . digits (e[-+]digits)? ; underscores between digits. */
static bool has_float_form(const char *t)
{
    size_t whole, part = 0;
    bool dot;

    t += *t == '-' || *t == '+';
    whole = strspn(t, "0123456789_");
    if (whole > 0 && *t == '_') {
        return false;
    }
    t += whole;
    dot = *t == '.';
    if (dot) {
        t++;
        part = strspn(t, "0123456789_");
        t += part;
    }
    if (whole + part == 0 || (!dot && *t != 'e' && *t != 'E')) {
        return false;
    }
    if (*t == 'e' || *t == 'E') {
        t++;
        if (*t == '-' || *t == '+') {
            t++;
        } else if (whole == 0) {
            return false;
        }
        if (strspn(t, "0123456789") == 0) {
            return false;
        }
        t += strspn(t, "0123456789");
    }
    return *t == '\0';
}

static bool resolve_float(struct node *n, const char *text)
{
    static const char *const infinite[] = {".inf", ".Inf", ".INF", NULL};
    static const char *const not_a_number[] = {".nan", ".NaN", ".NAN", NULL};
    bool sign = *text == '-' || *text == '+', ok;
    char *plain, *to;
    const char *from;

    if (is_one_of(text, not_a_number)) {
        n->kind = NODE_FLOAT;
        n->real = NAN;
        return true;
    }
    if (is_one_of(text + sign, infinite)) {
        n->kind = NODE_FLOAT;
        n->real = *text == '-' ? -INFINITY : INFINITY;
        return true;
    }
    if (!has_float_form(text)) {
        return false;
    }
    plain = to = mem_alloc(strlen(text) + 1);
    for (from = text; *from != '\0'; from++) {
        if (*from != '_') {
            *to++ = *from;
        }
    }
    *to = '\0';
    ok = num_float(&n->real, plain);
    free(plain);
    if (ok) {
        n->kind = NODE_FLOAT;
    }
    return ok;
}

void scalar_resolve(struct node *n, struct arena *arena, const char *text, size_t len)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    bool numeric = len > 0 && len < 4096 && strchr("-+.0123456789", text[0]) != NULL;

    if (is_one_of(text, nulls)) {
        n->kind = NODE_NULL;
    } else if (is_one_of(text, trues) || is_one_of(text, falses)) {
        n->kind = NODE_BOOL;
        n->boolean = text[0] == 't' || text[0] == 'T';
    } else if (!(numeric && (resolve_int(n, arena, text) || resolve_float(n, text)))) {
        n->kind = NODE_STR;
        n->str.text = arena_strndup(arena, text, len);
        n->str.len = len;
    }
}
