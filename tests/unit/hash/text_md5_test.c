#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hash/text_md5.h"

static void test_what_is_text(void **state) {
    (void)state;
    char block[1024];
    assert_true(text_md5_is_text("", 0));
    assert_true(text_md5_is_text("a\t\b\f\r\n~ ", 8));
    assert_false(text_md5_is_text("\x7f", 1));
    assert_false(text_md5_is_text("a\0", 2));
    memset(block, 'a', sizeof block);
    memset(block, '\x80', 153); /* 30 % of 512 is 153.6 */
    assert_true(text_md5_is_text(block, sizeof block));
    block[153] = '\x80';
    assert_false(text_md5_is_text(block, sizeof block));
    memset(block, 'a', sizeof block);
    block[512] = '\0'; /* beyond what is looked at */
    assert_true(text_md5_is_text(block, sizeof block));
    block[511] = '\0';
    assert_false(text_md5_is_text(block, sizeof block));
}

static void assert_unix(const char *dos, const char *expected) {
    char out[64] = {0};
    size_t len = text_md5_unix(out, dos, strlen(dos));
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(out, expected, len);
}

static void test_line_ends(void **state) {
    (void)state;
    assert_unix("", "");
    assert_unix("a\r\nb", "a\nb");
    assert_unix("\r\r\n\n\r", "\r\n\n\r");
    assert_unix("\r\n\r\n", "\n\n");
    assert_unix("no end\r", "no end\r");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_text),
        cmocka_unit_test(test_line_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
