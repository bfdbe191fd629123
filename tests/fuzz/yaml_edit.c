/*
 * Edits of YAML: a text and, behind a NUL, what it is to mean. The result means that, or there is an error;
 * an edit to what the text means already changes no byte.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static void check_edit(struct arena *arena, const char *old, size_t len, const struct node *want) {
    CLEANUP(str_release) struct str text = STR_INIT;
    struct node *got;
    if (yaml_edit(&text, old, len, want, "f")) {
        check(err_text()[0] != '\0' && text.len == 0);
        err_clear();
        return;
    }
    check(yaml_read(&got, arena, text.buf, text.len, "got") == 0);
    check(node_same(got, want));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(str_release) struct str text = STR_INIT;
    const char *old = (const char *)data;
    const char *nul = size ? memchr(data, '\0', size) : NULL;
    size_t len = nul ? (size_t)(nul - old) : size;
    struct node *is, *want;
    if (yaml_read(&is, arena, old, len, "f")) {
        err_clear();
        return 0;
    }
    check(yaml_edit(&text, old, len, is, "f") == 0);
    check(is->kind == NODE_NULL || (text.len == len && memcmp(text.buf, old, len) == 0));
    if (nul && yaml_read(&want, arena, nul + 1, size - len - 1, "want") == 0) {
        check_edit(arena, old, len, want);
    }
    err_clear();
    return 0;
}
