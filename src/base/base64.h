/*
 * Base64 as RFC 4648 has it.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct str;

enum base64_kind { BASE64_PLAIN, BASE64_URL /* '-' and '_', no padding */ };

char *base64_encode(struct arena *arena, enum base64_kind kind, const void *data, size_t len);

/* Appends the bytes; both alphabets are taken, padding may be absent, blanks are passed over.
 * False, and `out` as it was, for anything else. */
bool base64_decode(struct str *out, const char *text, size_t len);

#endif
