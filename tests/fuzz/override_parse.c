/*
 * Overrides of parameters: a value written back as text reads as the same value, and applying them to
 * a map does not break it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "doc/node.h"
#include "exp/override.h"
#include "exp/override_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void check_value(struct arena *arena, const char *text) {
    struct override_value v = {0}, again = {0};
    CLEANUP(str_release) struct str written = STR_INIT;
    if (override_value_parse(&v, arena, text)) {
        check(err_text()[0] != '\0');
        err_clear();
        return;
    }
    if (v.kind == VALUE_PLAIN && strlen(text) < 4096) {
        override_value_text(&written, v.node);
        if (written.len && override_value_parse(&again, arena, written.buf) == 0) {
            check(again.kind == VALUE_PLAIN);
        }
        err_clear();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(strv_release) struct strv texts = {0};
    CLEANUP(override_sets_release) struct override_sets sets = {0};
    CLEANUP(override_runs_release) struct override_runs runs = {0};
    const char *text = arena_strndup(arena, (const char *)data, size);
    struct node *root = node_map(arena), *inner = node_map(arena);
    bool sweep;

    node_put(arena, inner, "c", node_list(arena));
    node_put(arena, inner, "d", node_int(arena, 1));
    node_put(arena, root, "a", node_str(arena, "${b.d}"));
    node_put(arena, root, "b", inner);
    check_value(arena, text);
    vec_push(&texts, text);
    if (override_apply(root, arena, &texts)) {
        check(err_text()[0] != '\0');
        err_clear();
    }
    if (size < 64) { /* the product of short ones alone stays small */
        override_group(&sets, arena, &texts);
        if (override_expand(&runs, &sweep, arena, &sets)) {
            err_clear();
        }
    }
    return 0;
}
