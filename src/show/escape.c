#include "show/escape.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"

/* Bytes that the control character at `at` takes, 0 if it is none. C1 is U+0080…U+009F: C2 80…C2
 * 9F. */
static size_t control_length(const unsigned char *at) {
    if (at[0] < 0x20 || at[0] == 0x7f) {
        return 1;
    }
    return at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f ? 2 : 0;
}

void escape_control(struct str *out, const char *text, enum escape_what what) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        size_t n = control_length(at);
        if (n == 0 || (what == ESCAPE_KEEP_LAYOUT && (*at == '\n' || *at == '\t'))) {
            str_addc(out, (char)*at++);
            continue;
        }
        switch (at[n - 1]) {
        case '\n':
            str_adds(out, "\\n");
            break;
        case '\t':
            str_adds(out, "\\t");
            break;
        case '\r':
            str_adds(out, "\\r");
            break;
        default:
            str_addf(out, "\\x%02x", at[n - 1]);
        }
        at += n;
    }
}
