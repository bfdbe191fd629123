#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static void test_round_trip_of_every_code_point(void **state) {
    (void)state;
    for (uint32_t cp = 1; cp < 0x110000; cp++) {
        if (cp >= 0xd800 && cp < 0xe000) {
            continue;
        }
        char buf[4];
        size_t len = utf8_put(buf, cp);
        const char *at = buf;
        assert_int_equal(utf8_next(&at, buf + len), cp);
        assert_ptr_equal(at, buf + len);
        assert_true(utf8_valid(buf, len));
        assert_false(utf8_valid(buf, len - 1) && len > 1);
    }
}

static void test_invalid_bytes_stand_alone(void **state) {
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xfe",
        "\xc3",
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc3(",
        "\xe2(\xa1",
        "\xe2\x82(",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *at = bad[i], *end = at + strlen(at);
        assert_false(utf8_valid(at, strlen(at)));
        assert_int_equal(utf8_next(&at, end), 0xDC00 + (unsigned char)bad[i][0]);
        assert_ptr_equal(at, bad[i] + 1);
    }
    assert_true(utf8_valid("", 0));
    assert_true(utf8_valid("a\0b", 3));
}

static void test_width(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"d\xc3\xa9j\xc3\xa0", 4},
        {"e\xcc\x81", 1},                /* combining acute */
        {"\xe6\x97\xa5\xe6\x9c\xac", 4}, /* 日本 */
        {"\xef\xbc\xa1", 2},             /* fullwidth A */
        {"\xf0\x9f\x98\x80", 2},         /* emoji */
        {"a\xe2\x80\x8b"
         "b",
         2},                 /* zero-width space */
        {"a\tb\x7f", 2},     /* control characters take none */
        {"\xff", 1},         /* shown as one sign */
        {"\xed\x95\x9c", 2}, /* Hangul */
        {"\xe2\x94\x80", 1}, /* box drawing */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(utf8_width(cases[i].text), cases[i].columns);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_of_every_code_point),
        cmocka_unit_test(test_invalid_bytes_stand_alone),
        cmocka_unit_test(test_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
