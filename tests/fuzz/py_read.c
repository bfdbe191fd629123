/*
 * Python literals: what is read can be written as YAML and means the same.
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

static void check(bool good) {
    if (!good) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(str_release) struct str text = STR_INIT;
    struct node *root, *again;
    if (py_read(&root, arena, (const char *)data, size, "f")) {
        check(err_text()[0] != '\0');
        err_clear();
        return 0;
    }
    yaml_write(&text, root);
    check(yaml_read(&again, arena, text.buf, text.len, "again") == 0);
    check(node_same(root, again));
    return 0;
}
