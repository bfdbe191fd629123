#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/vec.h"

static void test_vec_grows(void **state) {
    (void)state;
    VEC(int) numbers = {0};
    for (int i = 0; i < 1000; i++) {
        vec_push(&numbers, i);
    }
    vec_reserve(&numbers, 5000);
    assert_true(numbers.cap >= 6000);
    assert_int_equal(numbers.len, 1000);
    assert_int_equal(numbers.at[999], 999);
    vec_clear(&numbers);
    assert_int_equal(numbers.len, 0);
    vec_release(&numbers);
    assert_null(numbers.at);
}

static void test_vec_strv_sorts_by_bytes(void **state) {
    (void)state;
    CLEANUP(strv_release) struct strv v = {0};
    strv_sort(&v);
    static const char *const in[] = {"b", "a/b", "a-b", "\xc3\xa9", "a", "B", ""};
    static const char *const out[] = {"", "B", "a", "a-b", "a/b", "b", "\xc3\xa9"};
    for (size_t i = 0; i < COUNT_OF(in); i++) {
        vec_push(&v, in[i]);
    }
    strv_sort(&v);
    for (size_t i = 0; i < COUNT_OF(in); i++) {
        assert_string_equal(v.at[i], out[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vec_grows),
        cmocka_unit_test(test_vec_strv_sorts_by_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
