/*
 * Pickles: nothing but plain data comes out, and it can be written as JSON.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(str_release) struct str text = STR_INIT;
    struct node *root;

    if (pickle_read(&root, arena, (const char *)data, size, "f")) {
        if (!err_text()[0]) {
            abort();
        }
        err_clear();
        return 0;
    }
    json_write(&text, root);
    return 0;
}
