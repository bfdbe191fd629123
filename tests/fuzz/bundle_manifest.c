/*
 * A manifest that was taken is written again byte for byte; it stands in order, and no name that it
 * leads to is one outside of the three folders.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/bundle_manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
    if (!condition) {
        abort();
    }
}

static void check_entry(const struct bundle_entry *e) {
    struct str name = STR_INIT;

    bundle_entry_name(&name, e);
    must(str_starts(name.buf, "files/") || str_starts(name.buf, "runs/") ||
         str_starts(name.buf, "pointers/"));
    must(!path_is_absolute(name.buf) && !path_is_hostile(name.buf));
    must(!e->path || e->size <= BUNDLE_TEXT_MAX);
    str_release(&name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct str text = STR_INIT;
    struct bundle_entries entries;

    if (bundle_manifest_read(&entries, arena, (const char *)data, size)) {
        must(err_current() == ERR_INVALID);
        must(entries.len == 0);
        err_clear();
    } else {
        for (size_t i = 0; i < entries.len; i++) {
            check_entry(&entries.at[i]);
            must(i == 0 || bundle_entry_order(&entries.at[i - 1], &entries.at[i]) < 0);
        }
        bundle_manifest_write(&text, &entries);
        must(text.len == size && memcmp(text.buf, data, size) == 0);
    }
    vec_release(&entries);
    str_release(&text);
    arena_free(arena);
    return 0;
}
