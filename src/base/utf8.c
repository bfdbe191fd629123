#include "base/utf8.h"

#include <string.h>

#include "base/attr.h"

/* Length of the valid sequence at `at`, 0 if there is none: no overlong forms, surrogates, or past U+10FFFF. */
static size_t sequence(const unsigned char *at, size_t left, uint32_t *cp) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = at[0] < 0x80             ? 1
               : (at[0] & 0xe0) == 0xc0 ? 2
               : (at[0] & 0xf0) == 0xe0 ? 3
               : (at[0] & 0xf8) == 0xf0 ? 4
                                        : 0;
    size_t i;

    if (n == 0 || n > left) {
        return 0;
    }
    *cp = n == 1 ? at[0] : at[0] & (0x7fu >> n);
    for (i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
        *cp = *cp << 6 | (at[i] & 0x3fu);
    }
    if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff)) {
        return 0;
    }
    return n;
}

uint32_t utf8_next(const char **at, const char *end) {
    const unsigned char *p = (const unsigned char *)*at;
    uint32_t cp;
    size_t n = sequence(p, (size_t)(end - *at), &cp);

    if (n == 0) {
        *at += 1;
        return 0xdc00u + p[0];
    }
    *at += n;
    return cp;
}

size_t utf8_put(char *buf, uint32_t cp) {
    if (cp < 0x80) {
        buf[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        buf[0] = (char)(0xc0 | cp >> 6);
        buf[1] = (char)(0x80 | (cp & 0x3f));
        return 2;
    }
    if (cp < 0x10000) {
        buf[0] = (char)(0xe0 | cp >> 12);
        buf[1] = (char)(0x80 | (cp >> 6 & 0x3f));
        buf[2] = (char)(0x80 | (cp & 0x3f));
        return 3;
    }
    buf[0] = (char)(0xf0 | cp >> 18);
    buf[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    buf[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    buf[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

bool utf8_valid(const char *text, size_t len) {
    const unsigned char *at = (const unsigned char *)text;
    size_t i = 0;

    while (i < len) {
        uint32_t cp;
        size_t n;

        if (at[i] < 0x80) {
            i++;
            continue;
        }
        n = sequence(at + i, len - i, &cp);
        if (n == 0) {
            return false;
        }
        i += n;
    }
    return true;
}

struct range {
    uint32_t from, to;
};

static bool in_ranges(uint32_t cp, const struct range *ranges, size_t n) {
    size_t i;

    for (i = 0; i < n; i++) {
        if (cp >= ranges[i].from && cp <= ranges[i].to) {
            return true;
        }
    }
    return false;
}

/* The blocks that matter in practice; from Unicode's EastAsianWidth (W, F) and general category (Mn, Me, Cf). */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
    {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff},
    {0x20000, 0x3fffd},
};
static const struct range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0900, 0x0902}, {0x093c, 0x093c}, {0x0941, 0x0948}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},
    {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

size_t utf8_width(const char *text) {
    const char *end = text + strlen(text);
    size_t width = 0;

    while (text < end) {
        uint32_t cp = utf8_next(&text, end);

        if (cp >= 0x300 && in_ranges(cp, combining, COUNT_OF(combining))) {
            continue;
        }
        width += cp >= 0x1100 && in_ranges(cp, wide, COUNT_OF(wide)) ? 2 : 1;
    }
    return width;
}
