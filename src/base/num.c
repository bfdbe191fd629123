#include "base/num.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

/* A double with all its digits before the point, and room for 323 behind it. */
enum { DIGITS_MAX = 768, PLACES_MAX = 323 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool num_uint(uint64_t *out, const char *text) {
    uint64_t value = 0;
    const char *at = text;
    for (; is_digit(*at); at++) {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value)) {
            return false;
        }
    }
    if (at == text || *at) {
        return false;
    }
    *out = value;
    return true;
}

bool num_int(int64_t *out, const char *text) {
    bool negative = text[0] == '-';
    uint64_t value;
    if (!num_uint(&value, text + (negative || text[0] == '+'))) {
        return false;
    }
    if (value > (uint64_t)INT64_MAX + negative) {
        return false;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* strtod in the C locale; newlocale gives the built-in one for that name, without any
 * allocation. */
static double read_double(const char *text) {
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double value = strtod_l(text, NULL, plain);
    freelocale(plain);
    return value;
}

static const char *skip_digits(const char *at, size_t *count) {
    for (; is_digit(*at); at++) {
        ++*count;
    }
    return at;
}

bool num_float(double *out, const char *text) {
    size_t digits = 0, exponent = 0;
    const char *at = skip_digits(text + (*text == '-' || *text == '+'), &digits);
    if (*at == '.') {
        at = skip_digits(at + 1, &digits);
    }
    if (digits == 0) {
        return false;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at = skip_digits(at + (*at == '-' || *at == '+'), &exponent);
        if (exponent == 0) {
            return false;
        }
    }
    if (*at) {
        return false;
    }
    *out = read_double(text);
    return true;
}

/* A positive number as 0.d1d2d3… × 10^point. */
struct decimal {
    char digits[20];
    int count;
    int point;
};

static double decimal_value(const struct decimal *d) {
    char text[48];
    (void)snprintf(text, sizeof text, "%.*se%d", d->count, d->digits, d->point - d->count);
    return read_double(text);
}

/* The nearest with so many digits. What a locale puts for the point is skipped. */
static void decimal_nearest(struct decimal *d, double value, int count) {
    char text[64];
    (void)snprintf(text, sizeof text, "%.*e", count - 1, value);
    const char *at = text;
    for (d->count = 0; *at && *at != 'e'; at++) {
        if (is_digit(*at)) {
            d->digits[d->count++] = *at;
        }
    }
    d->point = (int)strtol(at + 1, NULL, 10) + 1;
}

static void decimal_next(struct decimal *d) {
    int i = d->count - 1;
    while (i >= 0 && d->digits[i] == '9') {
        d->digits[i--] = '0';
    }
    if (i < 0) {
        d->digits[0] = '1';
        d->point++;
    } else {
        d->digits[i]++;
    }
}

/* The shortest that reads back as `value`, which is positive and finite. */
static void decimal_shortest(struct decimal *d, double value) {
    /* Every decimal of 15 digits survives the way through a normal double, so there no shorter one
     * need be tried: it is the one of 15 with zeros behind. */
    for (int count = value < DBL_MIN ? 1 : DBL_DIG; count <= 17; count++) {
        decimal_nearest(d, value, count);
        if (decimal_value(d) == value) {
            break;
        }
        /* Below a power of two the doubles lie closer: the nearest decimal can miss where the next
         * one above, farther away, still hits. */
        decimal_next(d);
        if (decimal_value(d) == value) {
            break;
        }
    }
    while (d->count > 1 && d->digits[d->count - 1] == '0') {
        d->count--;
    }
}

/* Python's layout of the digits. */
static void decimal_print(char *at, const struct decimal *d) {
    char *end = at + NUM_FLOAT_MAX - 1;
    if (d->point > -4 && d->point <= 16) {
        int whole = d->point > 0 ? d->point : 0;
        for (int i = 0; i < whole; i++) {
            *at++ = i < d->count ? d->digits[i] : '0';
        }
        if (whole == 0) {
            *at++ = '0';
        }
        *at++ = '.';
        for (int i = d->point; i < 0; i++) {
            *at++ = '0';
        }
        if (whole >= d->count) {
            *at++ = '0';
        }
        for (int i = whole; i < d->count; i++) {
            *at++ = d->digits[i];
        }
        *at = '\0';
        return;
    }
    *at++ = d->digits[0];
    if (d->count > 1) {
        *at++ = '.';
        memcpy(at, d->digits + 1, (size_t)d->count - 1);
        at += d->count - 1;
    }
    int exponent = d->point - 1;
    (void)snprintf(at, (size_t)(end - at), "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

const char *num_float_repr(char out[NUM_FLOAT_MAX], double value) {
    char *at = out;
    if (isnan(value)) {
        memcpy(out, "nan", 4);
        return out;
    }
    if (signbit(value)) {
        *at++ = '-';
        value = -value;
    }
    if (isinf(value)) {
        memcpy(at, "inf", 4);
        return out;
    }
    if (value == 0) {
        memcpy(at, "0.0", 4);
        return out;
    }
    struct decimal d = {0};
    decimal_shortest(&d, value);
    decimal_print(at, &d);
    return out;
}

/* Rounds a whole number, given with what was behind its point, to a multiple of 10^zeros. */
static double round_whole(double value, int zeros) {
    double whole = trunc(fabs(value));
    char text[DIGITS_MAX] = "0"; /* for a carry */
    (void)snprintf(text + 1, sizeof text - 1, "%.0f", whole);
    int len = (int)strlen(text);
    int keep = len - zeros;
    if (keep < 1) {
        return copysign(0.0, value);
    }
    bool more = whole != fabs(value);
    for (int i = keep + 1; i < len; i++) {
        more |= text[i] != '0';
    }
    bool odd = (text[keep - 1] - '0') & 1;
    bool up = text[keep] > '5' || (text[keep] == '5' && (more || odd));
    memset(text + keep, '0', (size_t)zeros);
    for (int i = keep - 1; up && i >= 0; i--) {
        up = text[i] == '9';
        text[i] = up ? '0' : (char)(text[i] + 1);
    }
    return copysign(read_double(text), value);
}

double num_round(double value, int digits) {
    if (!isfinite(value) || value == 0 || digits > PLACES_MAX) {
        return value;
    }
    if (digits < 0) {
        return digits < -308 ? copysign(0.0, value) : round_whole(value, -digits);
    }

    char text[DIGITS_MAX];
    (void)snprintf(text, sizeof text, "%.*f", digits, value);
    char *point = text + strspn(text, "-0123456789");
    if (*point) {
        /* The locale may put a comma, or several bytes. */
        size_t places = strspn(text + strlen(text) - digits, "0123456789");
        memmove(point + 1, text + strlen(text) - places, places + 1);
        *point = '.';
    }
    return read_double(text);
}

const char *num_size(char out[24], uint64_t bytes) {
    static const char units[] = "kMGTPE";
    double value = (double)bytes;
    size_t unit = 0;

    if (bytes < 1024) {
        (void)snprintf(out, 24, "%u", (unsigned)bytes);
        return out;
    }
    value /= 1024;
    while (value >= 999.5) { /* would be shown as 1000 */
        value /= 1024;
        unit++;
    }
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    unsigned scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
    unsigned rounded = (unsigned)nearbyint(value * scale); /* no locale in it */
    if (decimals == 0) {
        (void)snprintf(out, 24, "%u%c", rounded, units[unit]);
    } else {
        (void)snprintf(out, 24, "%u.%0*u%c", rounded / scale, decimals, rounded % scale,
                       units[unit]);
    }
    return out;
}

bool num_duration(int64_t *seconds, const char *text) {
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};
    size_t len = strspn(text, "0123456789");
    int64_t value = 0;

    if (len == 0 || len > 10 || text[len] == '\0' || text[len + 1] != '\0') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        value = value * 10 + (text[i] - '0');
    }
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (text[len] == units[i].letter) {
            *seconds = value * units[i].seconds;
            return *seconds <= INT64_C(1000) * 366 * 86400;
        }
    }
    return false;
}
