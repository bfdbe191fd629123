#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void test_empty_is_shared_and_terminated(void **state) {
    (void)state;
    struct str s = STR_INIT;
    assert_string_equal(s.buf, "");
    str_clear(&s);
    str_truncate(&s, 0);
    str_add(&s, NULL, 0);
    str_adds(&s, "");
    assert_int_equal(s.cap, 0);
    char *text = str_detach(&s);
    assert_string_equal(text, "");
    free(text);
    str_release(&s);
    str_release(&s);
}

static void test_adding(void **state) {
    (void)state;
    CLEANUP(str_release) struct str s = STR_INIT;
    str_adds(&s, "ab");
    str_addc(&s, 'c');
    str_addc(&s, '\0');
    str_add(&s, "d\0e", 3);
    assert_int_equal(s.len, 7);
    assert_memory_equal(s.buf, "abc\0d\0e", 8);
    str_truncate(&s, 3);
    str_truncate(&s, 30); /* never longer */
    assert_string_equal(s.buf, "abc");
    str_addf(&s, "-%d-%s", 42, "x");
    assert_string_equal(s.buf, "abc-42-x");
    str_insert(&s, 3, "<>", 2);
    assert_string_equal(s.buf, "abc<>-42-x");
    str_insert(&s, s.len, "!", 1);
    str_insert(&s, 0, "^", 1);
    assert_string_equal(s.buf, "^abc<>-42-x!");
    str_clear(&s);
    assert_int_equal(s.len, 0);
    assert_string_equal(s.buf, "");
}

static void test_formats_of_any_length(void **state) {
    (void)state;
    for (int len = 200; len < 300; len++) {
        CLEANUP(str_release) struct str s = STR_INIT;
        str_addf(&s, "[%*s]", len, "x");
        assert_int_equal(s.len, len + 2);
        assert_int_equal(strlen(s.buf), len + 2);
        assert_int_equal(s.buf[len + 1], ']');
    }
}

static void test_growing_a_byte_at_a_time(void **state) {
    (void)state;
    CLEANUP(str_release) struct str s = STR_INIT;
    for (int i = 0; i < 100000; i++) {
        str_addc(&s, (char)('a' + i % 26));
        assert_int_equal(s.buf[s.len], '\0');
    }
    for (int i = 0; i < 100000; i++) {
        assert_int_equal(s.buf[i], 'a' + i % 26);
    }
}

static void test_maximum_keeps_what_was_there(void **state) {
    (void)state;
    CLEANUP(str_release) struct str s = STR_INIT;
    s.max = 5;
    str_adds(&s, "abc");
    str_adds(&s, "def");
    assert_true(s.overflow);
    assert_string_equal(s.buf, "abc");
    s.overflow = false;
    str_addf(&s, "%0300d", 1);
    assert_true(s.overflow);
    s.overflow = false;
    str_insert(&s, 0, "def", 3);
    assert_true(s.overflow);
    s.overflow = false;
    str_adds(&s, "de");
    assert_false(s.overflow);
    assert_string_equal(s.buf, "abcde");
    str_addc(&s, 'f');
    assert_true(s.overflow);
    str_clear(&s);
    assert_false(s.overflow);
}

static void test_detach_hands_over(void **state) {
    (void)state;
    struct str s = STR_INIT;
    str_adds(&s, "text");
    char *text = str_detach(&s);
    assert_string_equal(text, "text");
    assert_string_equal(s.buf, "");
    assert_int_equal(s.len, 0);
    free(text);
}

static void test_comparing(void **state) {
    (void)state;
    assert_true(str_eq("a", "a"));
    assert_false(str_eq("a", "b"));
    assert_true(str_eq(NULL, NULL));
    assert_false(str_eq(NULL, ""));
    assert_false(str_eq("", NULL));
    assert_true(str_starts("abc", "ab"));
    assert_true(str_starts("abc", ""));
    assert_false(str_starts("ab", "abc"));
    assert_true(str_ends("abc", "bc"));
    assert_true(str_ends("abc", ""));
    assert_false(str_ends("bc", "abc"));
    assert_false(str_ends("abc", "bd"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_is_shared_and_terminated),
        cmocka_unit_test(test_adding),
        cmocka_unit_test(test_formats_of_any_length),
        cmocka_unit_test(test_growing_a_byte_at_a_time),
        cmocka_unit_test(test_maximum_keeps_what_was_there),
        cmocka_unit_test(test_detach_hands_over),
        cmocka_unit_test(test_comparing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
