/*
 * A growable byte string that is always NUL-terminated; `buf` is never NULL. A string fed from
 * outside sets `max`: growing past it makes the adding function set str.overflow and keep the bytes
 * it had. Init with STR_INIT or str_init, end with str_release (or str_detach).
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct str {
    char *buf;
    size_t len;
    size_t cap;    /* bytes allocated, 0 while buf is the shared empty string */
    size_t max;    /* 0 = no limit */
    bool overflow; /* an addition was refused because of max */
};

extern char str_empty[1];
#define STR_INIT                                                                                   \
    { .buf = str_empty }

void str_init(struct str *s);
void str_release(struct str *s); /* back to STR_INIT */
char *str_detach(struct str *s); /* caller frees with free(); s is back to STR_INIT */
void str_clear(struct str *s);   /* length 0, memory kept */
void str_truncate(struct str *s, size_t len);
void str_reserve(struct str *s, size_t extra); /* room for `extra` more bytes and the NUL */
void str_add(struct str *s, const void *data, size_t len);
void str_adds(struct str *s, const char *text);
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *fmt, ...) PRINTF(2, 3);
void str_vaddf(struct str *s, const char *fmt, va_list args) PRINTF(2, 0);
void str_insert(struct str *s, size_t at, const void *data, size_t len);

bool str_eq(const char *a, const char *b); /* NULL equals NULL only */
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);

#endif
