/*
 * Prompts: what is accepted can be filled in, and comes out of no other length than its parts have.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "registry/prompt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct str out CLEANUP(str_release) = STR_INIT;
    struct strv values CLEANUP(strv_release) = {0};
    struct prompt p;

    if (prompt_parse(&p, arena, (const char *)data, size, "fuzz")) {
        if (!err_current()) {
            abort();
        }
    } else {
        for (size_t i = 0; i < p.variables.len; i++) {
            vec_push(&values, arena_printf(arena, "%s=x", p.variables.at[i]));
        }
        if (prompt_render(&out, &p, &values)) {
            abort();
        }
    }
    err_clear();
    prompt_release(&p);
    return 0;
}
