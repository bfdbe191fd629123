/*
 * For the tests of doc: an arena per test, and values as JSON, which is easy to compare.
 */
#ifndef TESTS_DOC_READING_H
#define TESTS_DOC_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"

typedef int reader(struct node **out, struct arena *arena, const char *text, size_t len,
                   const char *name);

static inline int setup(void **state) {
    *state = arena_new();
    return 0;
}

static inline int teardown(void **state) {
    arena_free(*state);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

/* Reads, and fails the test where that fails. The bytes are in a block of exactly their size. */
static inline struct node *must_read(struct arena *arena, reader *read, const char *text) {
    size_t len = strlen(text);
    char *copy = malloc(len ? len : 1);
    struct node *root = NULL;
    assert_non_null(copy);
    memcpy(copy, text, len);
    if (read(&root, arena, copy, len, "f")) {
        free(copy);
        fail_msg("%s\n%s", err_text(), text);
    }
    free(copy);
    return root;
}

static inline void assert_reads(struct arena *arena, reader *read, const char *text,
                                const char *json) {
    CLEANUP(str_release) struct str out = STR_INIT;
    json_write(&out, must_read(arena, read, text));
    assert_string_equal(out.buf, json);
}

/* The error begins with the place ("2:5") and has these words. */
static inline void assert_refuses(struct arena *arena, reader *read, const char *text, size_t len,
                                  const char *message) {
    struct node *root;
    if (read(&root, arena, text, len, "f") == 0) {
        fail_msg("was read: %s", text);
    }
    assert_int_equal(err_current(), ERR_INVALID);
    assert_string_equal(err_text(), message);
    err_clear();
}

#endif
