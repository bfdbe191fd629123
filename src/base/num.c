#include "base/num.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool num_uint(uint64_t *out, const char *text) {
    uint64_t value = 0;

    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value)) {
            return false;
        }
    }
    *out = value;
    return true;
}

bool num_int(int64_t *out, const char *text) {
    bool negative = *text == '-';
    uint64_t value;

    if (!num_uint(&value, text + (*text == '-' || *text == '+'))) {
        return false;
    }
    if (value > (uint64_t)INT64_MAX + (negative ? 1 : 0)) {
        return false;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

bool num_float(double *out, const char *text) {
    char *end;

    /* The process never calls setlocale, so strtod reads a decimal point. Blanks, hex and words are not ours. */
    if (strspn(text, "+-.0123456789eE") != strlen(text) || strpbrk(text, "0123456789") == NULL) {
        return false;
    }
    errno = 0;
    *out = strtod(text, &end);
    return *end == '\0';
}

const char *num_float_repr(char out[NUM_FLOAT_MAX], double value) {
    char digits[NUM_FLOAT_MAX], mantissa[24];
    const char *e;
    int precision, exponent, n, at = 0, i;

    if (!isfinite(value)) {
        (void)snprintf(out, NUM_FLOAT_MAX, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return out;
    }
    for (precision = 0; precision <= 16; precision++) {
        (void)snprintf(digits, sizeof digits, "%.*e", precision, value);
        if (strtod(digits, NULL) == value) {
            break;
        }
    }
    e = strchr(digits, 'e');
    exponent = (int)strtol(e + 1, NULL, 10);
    for (n = 0, i = 0; &digits[i] < e; i++) {
        if (digits[i] >= '0' && digits[i] <= '9') {
            mantissa[n++] = digits[i];
        }
    }
    if (digits[0] == '-') {
        out[at++] = '-';
    }
    if (exponent < -4 || exponent >= 16) {
        at += snprintf(out + at, (size_t)(NUM_FLOAT_MAX - at), n > 1 ? "%c." : "%c", mantissa[0]);
        (void)snprintf(out + at, (size_t)(NUM_FLOAT_MAX - at), "%.*se%c%02d", n - 1, mantissa + 1,
                       exponent < 0 ? '-' : '+', abs(exponent));
        return out;
    }
    if (exponent < 0) {
        (void)snprintf(out + at, (size_t)(NUM_FLOAT_MAX - at), "0.%.*s%.*s", -exponent - 1, "0000",
                       n, mantissa);
        return out;
    }
    for (i = 0; i <= exponent; i++) {
        out[at++] = i < n ? mantissa[i] : '0';
    }
    out[at++] = '.';
    if (n <= exponent + 1) {
        out[at++] = '0';
    }
    for (; i < n; i++) {
        out[at++] = mantissa[i];
    }
    out[at] = '\0';
    return out;
}

double num_round(double value, int digits) {
    char text[400];

    if (!isfinite(value) || digits > 300) {
        return value;
    }
    if (digits < 0) {
        double scale = pow(10, -digits);

        return nearbyint(value / scale) * scale;
    }
    /* printf rounds the exact binary value half to even, which is what Python's round does. */
    (void)snprintf(text, sizeof text, "%.*f", digits, value);
    return strtod(text, NULL);
}

const char *num_size(char out[24], uint64_t bytes) {
    static const char unit[] = "kMGTPE";
    double value = (double)bytes;
    int i = -1;

    if (bytes < 1024) {
        (void)snprintf(out, 24, "%llu", (unsigned long long)bytes);
        return out;
    }
    while (value >= 1024 && i < 5) {
        value /= 1024;
        i++;
    }
    (void)snprintf(out, 24, "%.2f%c", value, unit[i]);
    return out;
}
