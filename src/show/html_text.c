#include "show/html_text.h"

#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/path.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/write.h"

void html_text(struct str *out, const char *text) {
    const char *at = text, *end = text + strlen(text);

    while (at < end) {
        const char *from = at;
        uint32_t cp = utf8_next(&at, end);

        if (cp == '<') {
            str_adds(out, "&lt;");
        } else if (cp == '>') {
            str_adds(out, "&gt;");
        } else if (cp == '&') {
            str_adds(out, "&amp;");
        } else if (cp == '"') {
            str_adds(out, "&quot;");
        } else if (cp == '\'') {
            str_adds(out, "&#39;");
        } else if ((cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) ||
                   (cp >= 0xd800 && cp < 0xe000)) {
            str_adds(out, "\xef\xbf\xbd");
        } else {
            str_add(out, from, (size_t)(at - from));
        }
    }
}

void html_json(struct str *out, const struct node *value) {
    struct str json CLEANUP(str_release) = STR_INIT;
    const char *at, *from;

    json_write(&json, value);
    for (from = json.buf; (at = strchr(from, '<')); from = at + 1) {
        str_add(out, from, (size_t)(at - from));
        str_adds(out, "\\u003c");
    }
    str_adds(out, from);
}

void html_data_uri(struct str *out, const char *type, const char *data, size_t len) {
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    str_addf(out, "data:%s;base64,", type);
    str_reserve(out, len / 3 * 4 + 4);
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t bits = (uint32_t)(unsigned char)data[i] << 16 |
                        (left > 1 ? (uint32_t)(unsigned char)data[i + 1] << 8 : 0) |
                        (left > 2 ? (uint32_t)(unsigned char)data[i + 2] : 0);
        const char four[4] = {digit[bits >> 18], digit[bits >> 12 & 63],
                              left > 1 ? digit[bits >> 6 & 63] : '=',
                              left > 2 ? digit[bits & 63] : '='};

        str_add(out, four, sizeof four);
    }
}

const char *html_image_type(const char *name) {
    static const char *const types[][2] = {{".png", "image/png"},
                                           {".gif", "image/gif"},
                                           {".svg", "image/svg+xml"},
                                           {".jpg", "image/jpeg"},
                                           {".jpeg", "image/jpeg"}};

    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (str_eq(path_suffix(name), types[i][0])) {
            return types[i][1];
        }
    }
    return "application/octet-stream";
}
