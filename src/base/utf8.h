/*
 * UTF-8: checking, decoding, and the width of text on a terminal. Names of files are bytes and are
 * never changed; this is for what we show and for formats that count characters.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Next code point at *at (at < end), advancing it; an invalid byte b gives 0xDC00 + b (Python's
 * surrogateescape) and advances by one. */
uint32_t utf8_next(const char **at, const char *end);

/* Appends the code point to buf (4 bytes suffice); returns the bytes written. */
size_t utf8_put(char *buf, uint32_t cp);

bool utf8_valid(const char *text, size_t len);

/* Columns that the text takes in a terminal: wide characters two, combining ones none. */
size_t utf8_width(const char *text);

#endif
