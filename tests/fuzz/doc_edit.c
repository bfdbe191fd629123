/*
 * Edits of JSON, TOML and Python: what comes out reads as what was wanted.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void try_edit(struct arena *arena, const char *text, size_t size, const char *name) {
    CLEANUP(str_release) struct str out = STR_INIT;
    struct node *root, *want, *again;
    if (doc_read(&root, arena, text, size, name) || root->kind != NODE_MAP) {
        err_clear();
        return;
    }
    want = node_clone(arena, root);
    if (want->map.len > 1) {
        want->map.at[0].value = node_str(arena, "n\"ew");
        want->map.len--;
    }
    node_put(arena, want, "added", node_list(arena));
    if (doc_edit(&out, text, size, want, name)) {
        check(err_text()[0] != '\0');
        err_clear();
        return;
    }
    check(doc_read(&again, arena, out.buf, out.len, name) == 0);
    check(node_same(again, want));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"f.json", "f.toml", "f.py"};
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        try_edit(arena, (const char *)data, size, names[i]);
    }
    return 0;
}
