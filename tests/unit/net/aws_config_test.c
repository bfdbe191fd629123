#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "net/aws_config.h"

static void test_profiles_and_nested_settings(void **state) {
    (void)state;
    static const char text[] = "stray = 1\n# comment\r\n[default]\r\nregion = eu-west-1\r\n"
                               "[ profile  work ]\naws_access_key_id=a=b\n"
                               "s3 =\n  addressing_style = path\n  max_concurrent_requests=9\n"
                               "region=\nregion = us-west-2\n"
                               "[sso-session x]\nsso_region = us-east-1\n[broken\nno value\n";
    struct arena *arena = arena_new();
    struct aws_config c = {0};
    aws_config_parse(&c, arena, text, strlen(text));
    assert_string_equal(aws_config_get(&c, "default", "region"), "eu-west-1");
    assert_string_equal(aws_config_get(&c, "work", "aws_access_key_id"), "a=b");
    assert_string_equal(aws_config_get(&c, "work", "s3.addressing_style"), "path");
    assert_string_equal(aws_config_get(&c, "work", "region"), "us-west-2");
    assert_string_equal(aws_config_get(&c, "sso-session x", "sso_region"), "us-east-1");
    assert_null(aws_config_get(&c, "work", "addressing_style"));
    assert_null(aws_config_get(&c, "default", "stray"));
    assert_null(aws_config_get(&c, NULL, "region"));
    aws_config_release(&c);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_profiles_and_nested_settings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
