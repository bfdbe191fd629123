#include "doc/integer.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "doc/node.h"

static unsigned digit_value(char c) {
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
}

/* decimal = decimal * base + digit, least significant digit first. */
static void decimal_push(struct str *decimal, unsigned base, unsigned digit) {
    unsigned carry = digit;
    for (size_t i = 0; i < decimal->len; i++) {
        unsigned value = (unsigned)(decimal->buf[i] - '0') * base + carry;
        decimal->buf[i] = (char)('0' + value % 10);
        carry = value / 10;
    }
    for (; carry; carry /= 10) {
        str_addc(decimal, (char)('0' + carry % 10));
    }
}

static const char *decimal_text(struct arena *arena, const struct str *decimal, bool negative) {
    char *text = arena_alloc(arena, decimal->len + 2);
    char *at = text;
    if (negative) {
        *at++ = '-';
    }
    for (size_t i = decimal->len; i > 0; i--) {
        *at++ = decimal->buf[i - 1];
    }
    return text;
}

static const char *big_text(struct arena *arena, const char *digits, size_t len, unsigned base,
                            bool negative) {
    CLEANUP(str_release) struct str decimal = STR_INIT;
    if (base == 10) {
        bool leading = true;
        for (size_t i = 0; i < len; i++) {
            leading = leading && (digits[i] == '0' || digits[i] == '_');
            if (!leading && digits[i] != '_') {
                str_addc(&decimal, digits[i]);
            }
        }
        return arena_printf(arena, "%s%s", negative ? "-" : "", decimal.buf);
    }
    for (size_t i = 0; i < len; i++) {
        if (digits[i] != '_') {
            decimal_push(&decimal, base, digit_value(digits[i]));
        }
    }
    return decimal_text(arena, &decimal, negative);
}

bool integer_from_digits(struct node *n, struct arena *arena, const char *digits, size_t len,
                         unsigned base, bool negative) {
    uint64_t value = 0;
    bool big = false;
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        if (digits[i] == '_') {
            continue;
        }
        unsigned digit = digit_value(digits[i]);
        if (digit >= base || ++count > INTEGER_MAX_DIGITS) {
            return false;
        }
        big = big || __builtin_mul_overflow(value, (uint64_t)base, &value) ||
              __builtin_add_overflow(value, (uint64_t)digit, &value);
    }
    if (count == 0) {
        return false;
    }
    n->kind = NODE_INT;
    n->big = NULL;
    if (big || value > (uint64_t)INT64_MAX + negative) {
        n->big = big_text(arena, digits, len, base, negative);
    } else {
        n->integer = negative ? (int64_t)(0 - value) : (int64_t)value;
    }
    return true;
}

/* An integer as sign and decimal digits. */
struct decimal {
    bool negative;
    const char *digits; /* most significant first, no leading zero but in "0" */
    size_t len;
};

static struct decimal decimal_of(struct arena *arena, const struct node *n) {
    const char *text = n->big ? n->big : arena_printf(arena, "%" PRId64, n->integer);
    bool negative = text[0] == '-';

    text += negative;
    return (struct decimal){negative, text, strlen(text)};
}

/* The digit worth 10^i. */
static int digit_at(const struct decimal *d, size_t i) {
    return i < d->len ? d->digits[d->len - 1 - i] - '0' : 0;
}

static bool magnitude_less(const struct decimal *a, const struct decimal *b) {
    return a->len != b->len ? a->len < b->len : memcmp(a->digits, b->digits, a->len) < 0;
}

/* |a| + sign * |b|, where |a| >= |b| if sign is -1; most significant digit first. */
static void add_magnitudes(struct str *out, const struct decimal *a, const struct decimal *b,
                           int sign) {
    size_t len = a->len > b->len ? a->len : b->len;
    int carry = 0;

    for (size_t i = 0; i < len || carry > 0; i++) {
        int value = digit_at(a, i) + sign * digit_at(b, i) + carry;

        carry = value < 0 ? -1 : value / 10;
        str_addc(out, (char)('0' + (value + 10) % 10));
    }
    for (size_t i = 0; i < out->len / 2; i++) {
        char other = out->buf[out->len - 1 - i];

        out->buf[out->len - 1 - i] = out->buf[i];
        out->buf[i] = other;
    }
}

void integer_subtract(struct node *n, struct arena *arena, const struct node *a,
                      const struct node *b) {
    struct str digits CLEANUP(str_release) = STR_INIT;
    struct decimal x, y;
    bool negative;

    *n = (struct node){.kind = NODE_INT};
    if (!a->big && !b->big && !__builtin_sub_overflow(a->integer, b->integer, &n->integer)) {
        return;
    }
    x = decimal_of(arena, a);
    y = decimal_of(arena, b);
    negative = x.negative;
    if (x.negative != y.negative) {
        add_magnitudes(&digits, &x, &y, 1);
    } else if (magnitude_less(&x, &y)) {
        negative = !x.negative;
        add_magnitudes(&digits, &y, &x, -1);
    } else {
        add_magnitudes(&digits, &x, &y, -1);
    }
    if (!integer_from_digits(n, arena, digits.buf, digits.len, 10, negative)) {
        n->big =
            arena_printf(arena, "%s%s", negative ? "-" : "", digits.buf); /* one digit too many */
    }
}
