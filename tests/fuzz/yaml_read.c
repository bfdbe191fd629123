/*
 * YAML: what is read stands where it says, and means the same after it was written.
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

/* Own values lie within their list or map, one behind the other. */
static void check_spans(const struct node *n, uint32_t start, uint32_t end) {
    check(n->line > 0 && n->column > 0);
    check(n->span.start >= start && n->span.start <= n->span.end && n->span.end <= end);
    if (n->alias) {
        return;
    }
    uint32_t at = n->span.start;
    for (size_t i = 0; n->kind == NODE_LIST && i < n->list.len; i++) {
        check_spans(n->list.at[i], at, n->span.end);
        at = n->list.at[i]->span.end;
    }
    for (size_t i = 0; n->kind == NODE_MAP && i < n->map.len; i++) {
        const struct node_pair *pair = &n->map.at[i];
        if (!pair->key->alias) {
            check_spans(pair->key, n->span.start, n->span.end);
            check_spans(pair->value, pair->key->span.end, n->span.end);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(str_release) struct str text = STR_INIT;
    struct node *root, *again;
    if (yaml_read(&root, arena, (const char *)data, size, "f")) {
        check(err_text()[0] != '\0');
        err_clear();
        return 0;
    }
    if (root->line) {
        check_spans(root, 0, (uint32_t)size);
    }
    yaml_write(&text, root);
    check(yaml_read(&again, arena, text.buf, text.len, "again") == 0);
    check(node_same(root, again));
    return 0;
}
