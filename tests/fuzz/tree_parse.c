/*
 * A listing that was taken is written and read again: the same entries, in order, none of them a
 * path that could leave its folder.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "store/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition) {
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct str text = STR_INIT;
    struct tree tree, again;

    if (tree_parse(&tree, arena, (const char *)data, size, HASH_MD5, "fuzz")) {
        must(err_current() == ERR_INVALID);
        err_clear();
    } else {
        for (size_t i = 0; i < tree.len; i++) {
            must(!path_is_absolute(tree.at[i].path) && !path_is_hostile(tree.at[i].path));
            must(i == 0 || strcmp(tree.at[i - 1].path, tree.at[i].path) < 0);
        }
        tree_write(&text, &tree);
        must(tree_parse(&again, arena, text.buf, text.len, HASH_MD5, "again") == 0);
        must(again.len == tree.len);
        for (size_t i = 0; i < tree.len; i++) {
            must(strcmp(again.at[i].path, tree.at[i].path) == 0);
            must(digest_equal(&again.at[i].digest, &tree.at[i].digest));
        }
    }
    str_release(&text);
    arena_free(arena);
    return 0;
}
