#include "db/span.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "db/db.h"

static void reads_and_writes(void **state) {
    static const char *const cases[][2] = {
        {"01:02:03", "0 days 01:02:03.000000"},
        {"-01:02:03.5", "-1 days +22:57:56.500000"},
        {"838:59:59", "34 days 22:59:59.000000"},
        {"1 day 02:03:04.5", "1 days 02:03:04.500000"},
        {"2 years 1 mon", "760 days 00:00:00.000000"},
        {"1 year 1 mon -1 days +00:00:00.000001", "394 days 00:00:00.000001"},
        {"-200000 years", "-73000000 days +00:00:00.000000"},
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str out CLEANUP(str_release) = STR_INIT;
        struct db_value v;
        assert_true(span_parse(&v, cases[i][0], strlen(cases[i][0])));
        span_add(&out, v.whole, false, 6);
        assert_string_equal(out.buf, cases[i][1]);
    }
}

static void refuses(void **state) {
    static const char *const cases[] = {"",
                                        "1",
                                        "1:2",
                                        "01:60:00",
                                        "01:00:60",
                                        "1 week",
                                        "1 day ",
                                        "1 day  1 day",
                                        "01:02:03.",
                                        "--1 day",
                                        "200001 years",
                                        "200000 years 1 day",
                                        "123456789 days",
                                        "01:02:03.1234567"};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct db_value v;
        assert_false(span_parse(&v, cases[i], strlen(cases[i])));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
