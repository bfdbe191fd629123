/*
 * Whatever a WebDAV server lists: paths without a slash at the end, and nothing but errors of ours.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "remote/webdav_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_entry(void *ctx, const struct webdav_entry *e) {
    (void)ctx;
    size_t len = strlen(e->path);
    if (len > 0 && e->path[len - 1] == '/') {
        abort();
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();

    if (webdav_read((const char *)data, size, arena, on_entry, NULL)) {
        if (err_current() != ERR_INVALID) {
            abort();
        }
        err_clear();
    }
    arena_free(arena);
    return 0;
}
