#include "exp/decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNIFICANT = 28 };

bool decimal_from(struct decimal *out, double value) {
    char text[DECIMAL_DIGITS + 8];
    size_t whole;

    memset(out, 0, sizeof *out);
    if (!isfinite(value) || fabs(value) >= 1e39) {
        return false;
    }
    out->negative = value < 0;
    snprintf(text, sizeof text, "%.*f", DECIMAL_PART, fabs(value)); /* exact, by the C library */
    whole = strcspn(text, ".");
    for (size_t i = 0; i < whole; i++) {
        out->digit[DECIMAL_WHOLE - whole + i] = (unsigned char)(text[i] - '0');
    }
    for (size_t i = 0; i < DECIMAL_PART; i++) {
        out->digit[DECIMAL_WHOLE + i] = (unsigned char)(text[whole + 1 + i] - '0');
    }
    return true;
}

double decimal_value(const struct decimal *d) {
    char text[DECIMAL_DIGITS + 3], *at = text;

    *at++ = d->negative ? '-' : '+';
    for (size_t i = 0; i < DECIMAL_DIGITS; i++) {
        if (i == DECIMAL_WHOLE) {
            *at++ = '.';
        }
        *at++ = (char)('0' + d->digit[i]);
    }
    *at = '\0';
    return strtod(text, NULL);
}

static int compare_sizes(const struct decimal *a, const struct decimal *b) {
    return memcmp(a->digit, b->digit, sizeof a->digit);
}

static bool is_zero(const struct decimal *d) {
    static const struct decimal zero;

    return compare_sizes(d, &zero) == 0;
}

int decimal_compare(const struct decimal *a, const struct decimal *b) {
    int sizes = compare_sizes(a, b);

    if (is_zero(a) && is_zero(b)) {
        return 0;
    }
    if (a->negative != b->negative) {
        return a->negative ? -1 : 1;
    }
    return a->negative ? -sizes : sizes;
}

/* Half to even. */
static void round_digits(struct decimal *d) {
    size_t first = 0, cut;
    bool more = false, up;

    while (first < DECIMAL_DIGITS && !d->digit[first]) {
        first++;
    }
    cut = first + SIGNIFICANT;
    if (cut >= DECIMAL_DIGITS) {
        return;
    }
    for (size_t i = cut + 1; i < DECIMAL_DIGITS; i++) {
        more |= d->digit[i] != 0;
    }
    up = d->digit[cut] > 5 || (d->digit[cut] == 5 && (more || d->digit[cut - 1] % 2));
    memset(d->digit + cut, 0, DECIMAL_DIGITS - cut);
    for (size_t i = cut; up && i-- > 0;) {
        up = d->digit[i] == 9;
        d->digit[i] = up ? 0 : (unsigned char)(d->digit[i] + 1);
    }
}

void decimal_add(struct decimal *sum, const struct decimal *more) {
    bool same = sum->negative == more->negative, larger = compare_sizes(sum, more) >= 0;
    const struct decimal a = larger ? *sum : *more, *b = larger ? more : sum;
    const struct decimal small = *b;
    int carry = 0;

    sum->negative = a.negative;
    for (size_t i = DECIMAL_DIGITS; i-- > 0;) {
        int digit =
            same ? a.digit[i] + small.digit[i] + carry : a.digit[i] - small.digit[i] - carry;
        carry = same ? digit > 9 : digit < 0;
        sum->digit[i] = (unsigned char)(same ? digit % 10 : (digit + 10) % 10);
    }
    round_digits(sum);
}
