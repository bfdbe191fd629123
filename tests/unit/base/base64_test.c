#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/str.h"

/* RFC 4648, section 10. */
static void test_vectors(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    struct arena *arena = arena_new();
    struct str out = STR_INIT;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        size_t len = strlen(pairs[i][0]);
        assert_string_equal(base64_encode(arena, BASE64_PLAIN, pairs[i][0], len), pairs[i][1]);
        str_clear(&out);
        assert_true(base64_decode(&out, pairs[i][1], strlen(pairs[i][1])));
        assert_string_equal(out.buf, pairs[i][0]);
    }
    assert_string_equal(base64_encode(arena, BASE64_URL, "\xfb\xff", 2), "-_8");
    str_release(&out);
    arena_free(arena);
}

static void test_what_is_taken_and_what_not(void **state) {
    (void)state;
    struct str out = STR_INIT;
    assert_true(base64_decode(&out, "-_8", 3));
    assert_memory_equal(out.buf, "\xfb\xff", 2);
    assert_true(base64_decode(&out, "Zm9v\nYmFy \n", 11));
    assert_int_equal(out.len, 8);
    static const char *const bad[] = {"A", "Zm9v!", "Zg==x", "Zg=x"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(base64_decode(&out, bad[i], strlen(bad[i])));
        assert_int_equal(out.len, 8);
    }
    str_release(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_what_is_taken_and_what_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
