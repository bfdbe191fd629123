/*
 * The list of collected listings: whatever it holds, what comes out are digests of listings, sorted,
 * each once.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"
#include "data/collected.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct digest_set set = {0};
    struct str text = STR_INIT;

    str_add(&text, data, size);
    str_addc(&text, '\n');
    collected_parse(&set, text.buf);
    for (size_t i = 0; i < set.len; i++) {
        if (!set.at[i].is_dir || set.at[i].len == 0 ||
            (i > 0 && digest_compare(&set.at[i - 1], &set.at[i]) >= 0)) {
            abort();
        }
    }
    digest_set_release(&set);
    str_release(&text);
    return 0;
}
