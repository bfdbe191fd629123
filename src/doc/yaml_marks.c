#include "doc/yaml_marks.h"

#include <stdbool.h>

enum { STEP = 64 };

static bool starts_code_point(char c) {
    return ((unsigned char)c & 0xc0) != 0x80;
}

struct marks marks_of(const char *text, size_t len) {
    struct marks m = {.text = text, .len = len};
    size_t at = 0;
    while (at < len && (unsigned char)text[at] < 0x80) {
        at++;
    }
    if (at == len) {
        return m;
    }
    size_t index = 0;
    for (at = 0; at < len; at++) {
        if (starts_code_point(text[at]) && index++ % STEP == 0) {
            vec_push(&m.every, (uint32_t)at);
        }
    }
    return m;
}

void marks_release(struct marks *m) {
    vec_release(&m->every);
}

size_t marks_offset(const struct marks *m, size_t index) {
    if (m->every.len == 0) {
        return index < m->len ? index : m->len;
    }
    if (index / STEP >= m->every.len) {
        return m->len;
    }
    size_t at = m->every.at[index / STEP];
    for (size_t left = index % STEP; left > 0 && at < m->len; left--) {
        at++;
        while (at < m->len && !starts_code_point(m->text[at])) {
            at++;
        }
    }
    return at;
}
