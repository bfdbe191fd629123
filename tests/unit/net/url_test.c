#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "net/url.h"

static void test_parts(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct url url;
    assert_int_equal(url_parse(&url, arena, "HTTPS://me:p%40ss@[::1]:8443/a%20b?c=d#e"), 0);
    assert_string_equal(url.scheme, "https");
    assert_string_equal(url.user, "me");
    assert_string_equal(url.password, "p@ss");
    assert_string_equal(url.host, "[::1]");
    assert_int_equal(url.port, 8443);
    assert_string_equal(url.path, "/a%20b");
    assert_string_equal(url.query, "c=d");
    assert_int_equal(url_parse(&url, arena, "s3://bucket"), 0);
    assert_string_equal(url.host, "bucket");
    assert_string_equal(url.path, "");
    assert_null(url.user);
    assert_null(url.query);
    assert_int_equal(url.port, 0);
    arena_free(arena);
}

static void test_what_is_none(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "x",
                                      "://h",
                                      "http://h:0/",
                                      "http://h:x",
                                      "http://-oX/",
                                      "http://a b/",
                                      "ext::sh -c x://",
                                      "h://%zz@h",
                                      "http://h:99999"};
    struct arena *arena = arena_new();
    struct url url;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(url_parse(&url, arena, bad[i]), ERR_CONFIG);
        err_clear();
    }
    arena_free(arena);
}

static void test_shown_without_secrets(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    assert_string_equal(url_shown(arena, "https://u:secret@h:1/p?token=secret"), "https://h:1/p");
    assert_string_equal(url_shown(arena, "secret"), "(not a url)");
    arena_free(arena);
}

static void test_escapes(void **state) {
    (void)state;
    struct str out = STR_INIT;
    char text[] = "a%20b%C3%BC", bad[] = "%0", nul[] = "%00";
    url_escape(&out, "a b/\xc3\xbc~'(", "/");
    assert_string_equal(out.buf, "a%20b/%C3%BC~%27%28");
    assert_true(url_unescape(text));
    assert_string_equal(text, "a b\xc3\xbc");
    assert_false(url_unescape(bad));
    assert_false(url_unescape(nul));
    str_release(&out);
}

static void test_origins(void **state) {
    (void)state;
    assert_true(url_same_origin("https://h/a", "https://H:443/b"));
    assert_false(url_same_origin("https://h/a", "http://h/a"));
    assert_false(url_same_origin("http://h/a", "http://h:8080/a"));
    assert_false(url_same_origin("http://h/a", "http://h.evil/a"));
    assert_false(url_same_origin("http://h/a", "nothing"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_shown_without_secrets),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_origins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
