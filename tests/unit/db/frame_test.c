#include "db/frame.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "db/db.h"

/* One column of reals, row by row, as JSON. */
static void json_has_ten_digits(void **state) {
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.1, "0.1"},
        {1e15, "1000000000000000.0"},
        {1e16, "10000000000000000.0"},
        {1e17, "1e+17"},
        {1e-15, "0.0"},
        {5e-16, "5e-16"},
        {-1e-11, "-0.0"},
        {1.0 / 3, "0.3333333333"},
        {0.99999999999, "1.0"},
        {12345.678901234567, "12345.6789012346"},
        {NAN, "null"},
        {INFINITY, "null"},
    };
    const char *name = "x/y";
    const struct strv columns = {.at = &name, .len = 1};
    struct frame f CLEANUP(frame_release) = {.columns = &columns};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    size_t bad;
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        frame_add(&f, &(struct db_value){.type = DB_REAL, .real = cases[i].value});
    }
    const struct column_form *forms = frame_forms(arena, &f);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str out CLEANUP(str_release) = STR_INIT;
        assert_true(frame_json_row(&bad, &out, &f, forms, i));
        assert_string_equal(out.buf, arena_printf(arena, "{\"x\\/y\":%s}", cases[i].text));
    }
}

static void columns_take_what_holds_all(void **state) {
    const char *names[] = {"whole", "gap", "none", "mixed", "truth"};
    const struct strv columns = {.at = names, .len = COUNT_OF(names)};
    const struct db_value first[] = {{.type = DB_WHOLE, .whole = 1},
                                     {.type = DB_WHOLE, .whole = 1},
                                     {.type = DB_NULL},
                                     {.type = DB_WHOLE, .whole = 1},
                                     {.type = DB_BOOL, .truth = true}};
    const struct db_value second[] = {{.type = DB_WHOLE, .whole = 2},
                                      {.type = DB_NULL},
                                      {.type = DB_NULL},
                                      {.type = DB_TEXT, .text = "\"", .len = 1},
                                      {.type = DB_NULL}};
    struct frame f CLEANUP(frame_release) = {.columns = &columns};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str out CLEANUP(str_release) = STR_INIT;
    (void)state;

    frame_add(&f, first);
    frame_add(&f, second);
    const struct column_form *forms = frame_forms(arena, &f);
    frame_csv_header(&out, &f);
    frame_csv_row(&out, &f, forms, 0);
    frame_csv_row(&out, &f, forms, 1);
    assert_string_equal(out.buf, "whole,gap,none,mixed,truth\n1,1.0,,1,True\n2,,,\"\"\"\",\n");
}

/* One column, as CSV without its header, lines joined by a bar. */
static void check_column(const struct db_value *values, size_t n, const char *want) {
    const char *name = "x";
    const struct strv columns = {.at = &name, .len = 1};
    struct frame f CLEANUP(frame_release) = {.columns = &columns};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str out CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < n; i++) {
        frame_add(&f, &values[i]);
    }
    const struct column_form *forms = frame_forms(arena, &f);
    for (size_t i = 0; i < n; i++) {
        frame_csv_row(&out, &f, forms, i);
    }
    assert_string_equal(out.buf, want);
}

static void spans_and_documents(void **state) {
    const int64_t day = INT64_C(86400000000);
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct node *doc;
    (void)state;

    check_column((struct db_value[]){{.type = DB_SPAN, .whole = day}, {.type = DB_NULL}}, 2,
                 "1 days\n\"\"\n");
    check_column(
        (struct db_value[]){{.type = DB_SPAN, .whole = day}, {.type = DB_SPAN, .whole = -1}}, 2,
        "1 days 00:00:00.000000\n-1 days +23:59:59.999999\n");
    check_column((struct db_value[]){{.type = DB_WIDE, .text = "18446744073709551615", .len = 20},
                                     {.type = DB_WHOLE, .whole = 5}},
                 2, "18446744073709551615\n5\n");
    check_column((struct db_value[]){{.type = DB_MOMENT, .zoned = true}}, 1,
                 "1970-01-01 00:00:00+00:00\n");
    const char *text = "{\"a\": [1, null, \"x\"]}";
    assert_int_equal(json_read(&doc, arena, text, strlen(text), "test"), 0);
    check_column((struct db_value[]){{.type = DB_DOC, .doc = doc}}, 1,
                 "\"{'a': [1, None, 'x']}\"\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_has_ten_digits),
        cmocka_unit_test(columns_take_what_holds_all),
        cmocka_unit_test(spans_and_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
