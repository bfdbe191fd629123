/*
 * Byte offsets for libyaml's marks, which count code points.
 */
#ifndef DOC_YAML_MARKS_H
#define DOC_YAML_MARKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct marks {
    const char *text;
    size_t len;
    /* Where every 64th code point begins; empty if each is one byte, as most often. */
    VEC(uint32_t) every;
};

struct marks marks_of(const char *text, size_t len);
void marks_release(struct marks *m);

/* The byte offset of code point `index`. */
size_t marks_offset(const struct marks *m, size_t index);

#endif
