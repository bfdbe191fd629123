#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char str_empty[1]; /* never written to but with the NUL it holds */

void str_init(struct str *s) {
    *s = (struct str)STR_INIT;
}

void str_release(struct str *s) {
    if (s->cap) {
        free(s->buf);
    }
    str_init(s);
}

char *str_detach(struct str *s) {
    char *text = s->cap ? s->buf : mem_strdup("");
    str_init(s);
    return text;
}

void str_clear(struct str *s) {
    str_truncate(s, 0);
    s->overflow = false;
}

void str_truncate(struct str *s, size_t len) {
    if (len < s->len) {
        s->len = len;
        s->buf[len] = '\0';
    }
}

void str_reserve(struct str *s, size_t extra) {
    if (extra < s->cap - s->len) {
        return;
    }
    size_t need =
        extra < SIZE_MAX - s->len - 1 ? s->len + extra + 1 : SIZE_MAX; /* refused by mem */
    size_t cap = s->cap ? s->cap * 2 : 32;
    if (cap < need) {
        cap = need;
    }
    s->buf = mem_realloc(s->cap ? s->buf : NULL, cap, 1);
    s->cap = cap;
    s->buf[s->len] = '\0';
}

/* Whether `extra` bytes may be added at all. */
static bool str_admits(struct str *s, size_t extra) {
    if (s->max && (s->len > s->max || extra > s->max - s->len)) {
        s->overflow = true;
        return false;
    }
    return true;
}

void str_add(struct str *s, const void *data, size_t len) {
    if (len == 0 || !str_admits(s, len)) {
        return;
    }
    str_reserve(s, len);
    memcpy(s->buf + s->len, data, len);
    s->len += len;
    s->buf[s->len] = '\0';
}

void str_adds(struct str *s, const char *text) {
    str_add(s, text, strlen(text));
}

void str_addc(struct str *s, char c) {
    str_add(s, &c, 1);
}

void str_addf(struct str *s, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    str_vaddf(s, fmt, args);
    va_end(args);
}

void str_vaddf(struct str *s, const char *fmt, va_list args) {
    char small[256];
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(small, sizeof small, fmt, args);
    if (len > 0 && (size_t)len < sizeof small) {
        str_add(s, small, (size_t)len);
    } else if (len > 0 && str_admits(s, (size_t)len)) {
        str_reserve(s, (size_t)len);
        (void)vsnprintf(s->buf + s->len, (size_t)len + 1, fmt, again);
        s->len += (size_t)len;
    }
    va_end(again);
}

void str_insert(struct str *s, size_t at, const void *data, size_t len) {
    if (len == 0 || !str_admits(s, len)) {
        return;
    }
    str_reserve(s, len);
    memmove(s->buf + at + len, s->buf + at, s->len - at + 1);
    memcpy(s->buf + at, data, len);
    s->len += len;
}

bool str_eq(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool str_starts(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *text, const char *suffix) {
    size_t len = strlen(text), tail = strlen(suffix);
    return tail <= len && memcmp(text + len - tail, suffix, tail) == 0;
}
