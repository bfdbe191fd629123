#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/csv.h"
#include "doc/node.h"
#include "doc/write.h"

static void expect_rows(const char *text, char delimiter, bool header, const char *json) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str seen CLEANUP(str_release) = STR_INIT;
    const struct csv_form form = {delimiter, header};
    struct node *rows;

    assert_int_equal(csv_read(&rows, arena, text, strlen(text), &form, "t.csv"), 0);
    json_write(&seen, rows);
    assert_string_equal(seen.buf, json);
}

static void test_rows(void **state) {
    (void)state;
    expect_rows("", ',', true, "[]");
    expect_rows("a,b\n", ',', true, "[]");
    expect_rows("a,b\n1,2\n3,4", ',', true,
                "[{\"a\": \"1\", \"b\": \"2\"}, {\"a\": \"3\", \"b\": \"4\"}]");
    expect_rows("a\tb\r\n1,5\t 2 \r\n", '\t', true, "[{\"a\": \"1,5\", \"b\": \" 2 \"}]");
    expect_rows("a,b\n1,2\n", ',', false,
                "[{\"0\": \"a\", \"1\": \"b\"}, {\"0\": \"1\", \"1\": \"2\"}]");
}

static void test_uneven_rows(void **state) {
    (void)state;
    expect_rows("a,b\n\n1\n\n", ',', true, "[{\"a\": \"1\", \"b\": null}]");
    expect_rows("a\n1,2,3\n", ',', true, "[{\"a\": \"1\", \"null\": [\"2\", \"3\"]}]");
    expect_rows("a,b,a\n1,2,3\n", ',', true, "[{\"a\": \"3\", \"b\": \"2\"}]");
}

static void test_quotes(void **state) {
    (void)state;
    expect_rows("a,b\n\"x, \"\"y\"\"\",\"l1\r\nl2\"\n", ',', true,
                "[{\"a\": \"x, \\\"y\\\"\", \"b\": \"l1\\nl2\"}]");
    expect_rows("a\n\"\"\n", ',', true, "[{\"a\": \"\"}]");
}

static void test_what_is_no_table(void **state) {
    static const char *const bad[] = {"a\n\xff\n", "\xc3"};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct csv_form form = {',', true};
    struct node *rows;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(csv_read(&rows, arena, bad[i], strlen(bad[i]), &form, "t.csv"),
                         ERR_INVALID);
        assert_string_equal(err_text(), "t.csv: this is not UTF-8 text");
        err_clear();
    }
    assert_int_equal(csv_read(&rows, arena, "a\0b", 3, &form, "t.csv"), ERR_INVALID);
    err_clear();
}

static void test_a_flood_of_fields(void **state) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    const struct csv_form form = {',', true};
    struct node *rows;

    (void)state;
    for (int i = 0; i < 5 << 20; i++) {
        str_addc(&text, ',');
    }
    assert_int_equal(csv_read(&rows, arena, text.buf, text.len, &form, "t.csv"), ERR_INVALID);
    err_clear();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_uneven_rows),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_what_is_no_table),
        cmocka_unit_test(test_a_flood_of_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
