#include "base/shell.h"

#include <string.h>

#include "base/str.h"

void shell_quote(struct str *out, const char *word) {
    static const char harmless[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_";

    if (*word && !word[strspn(word, harmless)]) {
        str_adds(out, word);
        return;
    }
    str_addc(out, '\'');
    for (; *word; word++) {
        if (*word == '\'') {
            str_adds(out, "'\"'\"'");
        } else {
            str_addc(out, *word);
        }
    }
    str_addc(out, '\'');
}
