/*
 * How DVC 2 named text files: in each block of 1 MiB that looks like text, CRLF counts as LF. The
 * decision falls anew for every block, and a CRLF across two blocks stays.
 */
#ifndef HASH_TEXT_MD5_H
#define HASH_TEXT_MD5_H

#include <stdbool.h>
#include <stddef.h>

#define TEXT_MD5_BLOCK (1u << 20)

/* Judged by the first 512 bytes: no NUL, and at most 30 % that are not printable ASCII or one of \n
 * \r \t \f \b. */
bool text_md5_is_text(const void *block, size_t len);

/* Copies len bytes to `out` (room for len) with every CRLF as LF; returns the bytes written. */
size_t text_md5_unix(void *out, const void *block, size_t len);

#endif
