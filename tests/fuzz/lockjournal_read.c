/*
 * A line of the journal of a run: what is taken is inside the repository and has a name and an entry.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "model/lockjournal.h"
#include "model/resolve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct lockjournal_line line;

    if (lockjournal_read(&line, arena, (const char *)data, size)) {
        check(resolved_inside(line.lock) && line.was && line.entry.name && line.entry.entry);
        for (size_t i = 0; i < line.nouts; i++) {
            check(resolved_inside(line.outs[i].path));
            check(digest_is_set(&line.outs[i].content.digest));
        }
    }
    arena_free(arena);
    return 0;
}
