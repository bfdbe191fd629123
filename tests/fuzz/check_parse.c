/*
 * Conditions on metrics: whatever is accepted is complete, and its parts are parts of the text.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "measure/check_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void check_term(const struct check_term *t, const char *text) {
    switch (t->kind) {
    case CHECK_NUMBER:
        return;
    case CHECK_METRIC:
        check(strstr(text, t->path) && strstr(text, t->key));
        return;
    case CHECK_REVISION:
        check(t->revision[0] && strstr(text, t->revision));
        return;
    case CHECK_ADD:
    case CHECK_SUB:
    case CHECK_MUL:
    case CHECK_DIV:
        check_term(t->left, text);
        check_term(t->right, text);
        return;
    }
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, size);
    struct check c;

    if (check_parse(&c, arena, text)) {
        check(err_current() == ERR_INVALID);
        err_clear();
        return 0;
    }
    check(strstr(text, c.key) && strstr(text, check_op_text(c.op)));
    check_term(c.limit, text);
    return 0;
}
