#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void test_arena_zeroed_and_aligned(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    size_t total = 0;
    for (size_t size = 1; size < 3000; size += 7) {
        (void)arena_strndup(arena, "xyz", size % 4); /* shifts the next */
        unsigned char *data = arena_alloc(arena, size);
        assert_int_equal((uintptr_t)data % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(data[i], 0);
        }
        memset(data, 0xff, size);
        total += size;
    }
    assert_true(arena_used(arena) >= total);
    arena_free(arena);
    arena_free(NULL);
}

static void test_arena_large_values_keep_the_block(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    char *a = arena_strdup(arena, "a");
    char *large = arena_alloc(arena, 1 << 20);
    memset(large, 'x', 1 << 20);
    char *b = arena_strdup(arena, "b");
    assert_ptr_equal(b, a + 2); /* the block that was begun goes on */
    assert_string_equal(a, "a");
    assert_string_equal(b, "b");
}

static void test_arena_drops_large_values(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    char *a = arena_strdup(arena, "a");
    char *first = arena_alloc(arena, 1 << 20), *second = arena_alloc(arena, 1 << 20);
    memset(second, 'x', 1 << 20);
    arena_drop(arena, first);
    arena_drop(arena, a); /* stays: it shares its block */
    arena_drop(arena, NULL);
    char *b = arena_strdup(arena, "b");
    assert_ptr_equal(b, a + 2);
    assert_string_equal(a, "a");
    assert_int_equal(second[(1 << 20) - 1], 'x');
    arena_drop(arena, second);
    assert_string_equal(arena_strdup(arena, "c"), "c");
}

static void test_arena_texts(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_strdup(arena, ""), "");
    assert_string_equal(arena_printf(arena, "%s-%d", "x", 5), "x-5");
    char text[5000];
    memset(text, 'l', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    char *out = arena_printf(arena, "<%s>", text);
    assert_int_equal(strlen(out), sizeof text + 1);
    assert_int_equal(out[sizeof text], '>');
    int numbers[3] = {1, 2, 3};
    assert_memory_equal(arena_dup(arena, numbers, sizeof numbers), numbers, sizeof numbers);
    assert_non_null(arena_dup(arena, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_zeroed_and_aligned),
        cmocka_unit_test(test_arena_large_values_keep_the_block),
        cmocka_unit_test(test_arena_drops_large_values),
        cmocka_unit_test(test_arena_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
