/*
 * File names that are not UTF-8: YAML holds them as Python does, with half a surrogate pair ("\uDCFF") for
 * each stray byte. libyaml refuses such escapes, so they pass it in disguise.
 */
#ifndef DOC_YAML_BYTES_H
#define DOC_YAML_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct str;

/* Appends the text with each \uDC80 to \uDCFF as an escape that is as long ("\0\x80"). False: there is none. */
bool yaml_bytes_hide(struct str *out, const char *text, size_t len);

/* Appends the value of a scalar with the disguised ones as bytes. */
void yaml_bytes_show(struct str *out, const char *value, size_t len);

#endif
