#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/shell.h"
#include "base/str.h"

static void test_words(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"train@x", "train@x"},
                                           {"sub/dvc.yaml:prep", "sub/dvc.yaml:prep"},
                                           {"", "''"},
                                           {"a b", "'a b'"},
                                           {"it's", "'it'\"'\"'s'"},
                                           {"$(x)", "'$(x)'"},
                                           {"gr\xc3\xb6\xc3\x9f", "'gr\xc3\xb6\xc3\x9f'"}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct str out CLEANUP(str_release) = STR_INIT;
        shell_quote(&out, pairs[i][0]);
        assert_string_equal(out.buf, pairs[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
