#include "doc/diff.h"

#include "base/arena.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"

static void flatten(struct flat *out, struct arena *arena, const struct node *n, struct str *key) {
    if (n->kind != NODE_MAP || n->map.len == 0) {
        struct flat_item item = {arena_strndup(arena, key->buf, key->len), n};
        vec_push(out, item);
        return;
    }
    size_t len = key->len;
    for (size_t i = 0; i < n->map.len; i++) {
        if (len) {
            str_addc(key, '.');
        }
        python_write(key, n->map.at[i].key);
        flatten(out, arena, n->map.at[i].value, key);
        str_truncate(key, len);
    }
}

void node_flatten(struct flat *out, struct arena *arena, const struct node *root) {
    CLEANUP(str_release) struct str key = STR_INIT;
    flatten(out, arena, root, &key);
}
