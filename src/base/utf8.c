#include "base/utf8.h"

#include <string.h>

/* Decodes the code point at `at`; returns its length in bytes, 0 if invalid: overlong, a surrogate,
 * beyond U+10FFFF, or cut short. */
static size_t decode(uint32_t *cp, const unsigned char *at, size_t len) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = at[0];
    if (lead < 0x80) {
        *cp = lead;
        return 1;
    }
    size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || len < n) {
        return 0;
    }
    uint32_t value = lead & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (at[i] & 0x3f);
    }
    if (value < least[n] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return 0;
    }
    *cp = value;
    return n;
}

uint32_t utf8_next(const char **at, const char *end) {
    const unsigned char *bytes = (const unsigned char *)*at;
    uint32_t cp;
    size_t n = decode(&cp, bytes, (size_t)(end - *at));
    if (n == 0) {
        ++*at;
        return 0xDC00 + (uint32_t)bytes[0];
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
    buf[0] = (char)(0xf0 | (cp >> 18 & 0x07));
    buf[1] = (char)(0x80 | (cp >> 12 & 0x3f));
    buf[2] = (char)(0x80 | (cp >> 6 & 0x3f));
    buf[3] = (char)(0x80 | (cp & 0x3f));
    return 4;
}

/* Of the next eight bytes, most of what there is. */
static bool all_ascii(const unsigned char *at) {
    uint64_t eight;

    memcpy(&eight, at, sizeof eight);
    return (eight & UINT64_C(0x8080808080808080)) == 0;
}

bool utf8_valid(const char *text, size_t len) {
    const unsigned char *at = (const unsigned char *)text;
    while (len > 0) {
        uint32_t cp;
        if (len >= sizeof(uint64_t) && all_ascii(at)) {
            at += sizeof(uint64_t);
            len -= sizeof(uint64_t);
            continue;
        }
        size_t n = decode(&cp, at, len);
        if (n == 0) {
            return false;
        }
        at += n;
        len -= n;
    }
    return true;
}
