#include "db/moment.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "db/db.h"

static void reads_and_writes(void **state) {
    static const struct {
        const char *text, *shown;
        int64_t micros;
    } cases[] = {
        {"1970-01-01", "1970-01-01 00:00:00.000000", 0},
        {"1969-12-31 23:59:59.999", "1969-12-31 23:59:59.999000", -1000},
        {"2020-02-29T03:04", "2020-02-29 03:04:00.000000", INT64_C(1582945440000000)},
        {"2020-01-02 03:04:05.5+02", "2020-01-02 03:04:05.500000+02:00", INT64_C(1577927045500000)},
        {"2020-01-02 03:04:05-03:30", "2020-01-02 03:04:05.000000-03:30",
         INT64_C(1577946845000000)},
        {"0001-01-01", "0001-01-01 00:00:00.000000", INT64_C(-62135596800000000)},
        {"9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999", INT64_C(253402300799999999)},
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str out CLEANUP(str_release) = STR_INIT;
        struct db_value v;
        assert_true(moment_parse(&v, cases[i].text, strlen(cases[i].text)));
        assert_int_equal(v.whole, cases[i].micros);
        moment_add(&out, &v, 6);
        assert_string_equal(out.buf, cases[i].shown);
    }
}

static void refuses(void **state) {
    static const char *const cases[] = {"",
                                        "2020",
                                        "2020-1-02",
                                        "2020-13-01",
                                        "2021-02-29",
                                        "0000-01-01",
                                        "infinity",
                                        "2020-01-02 BC",
                                        "2020-01-02 24:00:00",
                                        "2020-01-02 03:04:05.",
                                        "2020-01-0",
                                        "20200-01-01",
                                        "2020-01-02 03:04:05+2"};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct db_value v;
        assert_false(moment_parse(&v, cases[i], strlen(cases[i])));
    }
}

static void clocks_are_pythons(void **state) {
    static const char *const cases[][2] = {
        {"01:02:03", "01:02:03"},
        {"01:02:03.5", "01:02:03.500000"},
        {"01:02:03.000000", "01:02:03"},
        {"01:02:03.000001-03:30", "01:02:03.000001-03:30"},
        {"01:02:03+02", "01:02:03+02:00"},
        {"-100:00:00", "-100:00:00"},
        {"", ""},
        {"noon.", "noon"},
        {"1.5x", "1.5x"},
    };
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(moment_clock(arena, cases[i][0]), cases[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes),
        cmocka_unit_test(refuses),
        cmocka_unit_test(clocks_are_pythons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
