#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hash/digest.h"

#define HEX "d41d8cd98f00b204e9800998ecf8427e"

static void test_text_and_back(void **state) {
    (void)state;
    struct digest d;
    char text[DIGEST_TEXT_MAX];
    assert_true(digest_from_text(&d, HASH_MD5, HEX));
    assert_true(digest_is_set(&d));
    assert_int_equal(d.len, 16);
    assert_int_equal(d.is_dir, 0);
    assert_int_equal(d.byte[0], 0xd4);
    assert_int_equal(d.byte[15], 0x7e);
    assert_string_equal(digest_text(text, &d), HEX);
    assert_true(digest_from_text(&d, HASH_MD5, HEX ".dir"));
    assert_int_equal(d.is_dir, 1);
    assert_string_equal(digest_text(text, &d), HEX ".dir");
    assert_true(digest_from_text(&d, HASH_SHA256, HEX HEX ".dir"));
    assert_string_equal(digest_text(text, &d), HEX HEX ".dir");
    assert_true(digest_from_text(&d, HASH_MD5, "D41D8CD98F00B204E9800998ECF8427E"));
    assert_string_equal(digest_text(text, &d), HEX);
    struct digest unset = {0};
    assert_string_equal(digest_text(text, &unset), "");
}

static void test_other_shapes_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "d4",
                                      ".dir",
                                      HEX "0",
                                      HEX ".di",
                                      HEX ".dirx",
                                      HEX ".DIR",
                                      HEX " ",
                                      " " HEX,
                                      "d41d8cd98f00b204e9800998ecf8427",
                                      "d41d8cd98f00b204e9800998ecf8427g",
                                      "../1d8cd98f00b204e9800998ecf8427e",
                                      "d4/1d8cd98f00b204e9800998ecf8427e",
                                      "-rf",
                                      HEX HEX};
    struct digest d, untouched;
    memset(&d, 0x55, sizeof d);
    untouched = d;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(digest_from_text(&d, HASH_MD5, bad[i]));
        assert_memory_equal(&d, &untouched, sizeof d);
    }
    assert_false(digest_from_text(&d, HASH_NONE, HEX));
    assert_false(digest_from_text(&d, HASH_SHA256, HEX));
}

static void test_equality_and_order(void **state) {
    (void)state;
    struct digest a, b, none = {0}, none_too = {.algo = HASH_MD5};
    assert_true(digest_from_text(&a, HASH_MD5, HEX));
    b = a;
    b.byte[20] = 7; /* beyond its length */
    assert_true(digest_equal(&a, &b));
    assert_int_equal(digest_compare(&a, &b), 0);
    b.is_dir = 1;
    assert_false(digest_equal(&a, &b));
    assert_true(digest_compare(&a, &b) < 0 && digest_compare(&b, &a) > 0);
    b = a;
    b.byte[3]++;
    assert_false(digest_equal(&a, &b));
    assert_true(digest_compare(&a, &b) < 0 && digest_compare(&b, &a) > 0);
    b = a;
    b.algo = HASH_MD5_DOS2UNIX;
    assert_false(digest_equal(&a, &b));
    assert_true(digest_equal(&none, &none_too));
    assert_false(digest_equal(&a, &none));
}

static void test_algorithm_names(void **state) {
    (void)state;
    enum hash_algo algo;
    for (int i = HASH_MD5; i <= HASH_XXH128; i++) {
        assert_true(hash_algo_from_name(&algo, hash_algo_name((enum hash_algo)i)));
        assert_int_equal(algo, i);
    }
    assert_string_equal(hash_algo_name(HASH_MD5_DOS2UNIX), "md5-dos2unix");
    assert_false(hash_algo_from_name(&algo, ""));
    assert_false(hash_algo_from_name(&algo, "md4"));
    assert_int_equal(hash_algo_len(HASH_SHA256), 32);
    assert_int_equal(hash_algo_len(HASH_NONE), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_and_back),
        cmocka_unit_test(test_other_shapes_are_refused),
        cmocka_unit_test(test_equality_and_order),
        cmocka_unit_test(test_algorithm_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
