#include "base/base64.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *base64_encode(struct arena *arena, enum base64_kind kind, const void *data, size_t len) {
    const char *letters = kind == BASE64_URL ? for_urls : plain;
    const uint8_t *in = data;
    char *out = arena_alloc(arena, (len + 2) / 3 * 4 + 1), *to = out;

    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t bits = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
                        (left > 2 ? in[i + 2] : 0);
        *to++ = letters[bits >> 18];
        *to++ = letters[bits >> 12 & 63];
        if (left > 1) {
            *to++ = letters[bits >> 6 & 63];
        }
        if (left > 2) {
            *to++ = letters[bits & 63];
        }
    }
    while (kind == BASE64_PLAIN && (to - out) % 4 != 0) {
        *to++ = '=';
    }
    return out;
}

static int letter_value(char c) {
    if (c == '-' || c == '_') {
        return c == '-' ? 62 : 63;
    }
    const char *at = c != '\0' ? strchr(plain, c) : NULL;
    return at ? (int)(at - plain) : -1;
}

bool base64_decode(struct str *out, const char *text, size_t len) {
    size_t before = out->len, letters = 0;
    uint32_t bits = 0;
    size_t i = 0;

    for (; i < len && text[i] != '='; i++) {
        int value = letter_value(text[i]);
        if (strchr(" \t\r\n", text[i]) && text[i] != '\0') {
            continue;
        }
        if (value < 0) {
            str_truncate(out, before);
            return false;
        }
        bits = bits << 6 | (uint32_t)value;
        letters++;
        if (letters % 4 != 1) {
            str_addc(out, (char)(bits >> (6 - 2 * ((letters - 1) % 4)) & 0xff));
        }
    }
    while (i < len && strchr("= \t\r\n", text[i]) && text[i] != '\0') {
        i++;
    }
    if (i < len || letters % 4 == 1) {
        str_truncate(out, before);
        return false;
    }
    return true;
}
