#include "hash/text_md5.h"

#include <string.h>

#define JUDGED 512

bool text_md5_is_text(const void *block, size_t len) {
    const unsigned char *p = block;
    size_t strange = 0;

    if (len > JUDGED) {
        len = JUDGED;
    }
    for (size_t i = 0; i < len; i++) {
        if (p[i] == 0) {
            return false;
        }
        strange += !((p[i] >= 0x20 && p[i] < 0x7f) || p[i] == '\n' || p[i] == '\r' ||
                     p[i] == '\t' || p[i] == '\f' || p[i] == '\b');
    }
    return strange * 10 <= len * 3;
}

size_t text_md5_unix(void *out, const void *block, size_t len) {
    const char *from = block, *end = from + len;
    char *to = out;

    while (from < end) {
        const char *cr = memchr(from, '\r', (size_t)(end - from));
        const char *stop = cr ? cr : end;
        memcpy(to, from, (size_t)(stop - from));
        to += stop - from;
        if (cr && (cr + 1 == end || cr[1] != '\n')) {
            *to++ = '\r';
        }
        from = cr ? cr + 1 : end;
    }
    return (size_t)(to - (char *)out);
}
