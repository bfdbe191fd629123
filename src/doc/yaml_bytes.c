#include "doc/yaml_bytes.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "base/utf8.h"

enum { ESCAPE_LEN = sizeof "\\uDCFF" - 1 };

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_stray_byte(const char *at, size_t left) {
    return left >= ESCAPE_LEN && at[0] == '\\' && at[1] == 'u' &&
           strncasecmp(at + 2, "dc", 2) == 0 && is_hex(at[4]) && (at[4] >= '8') && is_hex(at[5]);
}

bool yaml_bytes_hide(struct str *out, const char *text, size_t len) {
    bool found = false;
    for (size_t i = 0; i < len;) {
        if (is_stray_byte(text + i, len - i)) {
            str_adds(out, "\\0\\x");
            str_add(out, text + i + 4, 2);
            i += ESCAPE_LEN;
            found = true;
            continue;
        }
        /* What a backslash escapes begins no escape. */
        size_t step = text[i] == '\\' && i + 1 < len && text[i + 1] == '\\' ? 2 : 1;
        str_add(out, text + i, step);
        i += step;
    }
    return found;
}

void yaml_bytes_show(struct str *out, const char *value, size_t len) {
    const char *at = value, *end = value + len;
    while (at < end) {
        const char *nul = memchr(at, '\0', (size_t)(end - at));
        if (!nul) {
            str_add(out, at, (size_t)(end - at));
            return;
        }
        str_add(out, at, (size_t)(nul - at));
        at = nul + 1;
        const char *from = at;
        uint32_t cp = at < end ? utf8_next(&at, end) : 0;
        if (cp >= 0x80 && cp <= 0xff) {
            str_addc(out, (char)cp);
        } else {
            str_addc(out, '\0');
            at = from;
        }
    }
}
