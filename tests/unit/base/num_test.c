#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/num.h"

#include <float.h>
#include <locale.h>
#include <math.h>

static void test_integers(void **state) {
    (void)state;
    int64_t i;
    uint64_t u;
    assert_true(num_int(&i, "-9223372036854775808") && i == INT64_MIN);
    assert_true(num_int(&i, "9223372036854775807") && i == INT64_MAX);
    assert_true(num_int(&i, "+7") && i == 7);
    assert_true(num_int(&i, "-0") && i == 0);
    assert_true(num_int(&i, "007") && i == 7);
    assert_true(num_uint(&u, "18446744073709551615") && u == UINT64_MAX);
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      "--1",
                                      "+-1",
                                      " 1",
                                      "1 ",
                                      "0x1",
                                      "1e3",
                                      "1.0",
                                      "1_0",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551616"};
    i = u = 99;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        assert_false(num_int(&i, bad[k]));
    }
    assert_false(num_uint(&u, "18446744073709551616"));
    assert_false(num_uint(&u, "99999999999999999999999"));
    assert_false(num_uint(&u, "-1"));
    assert_false(num_uint(&u, "+1"));
    assert_false(num_uint(&u, ""));
    assert_int_equal(i, 99);
    assert_int_equal(u, 99);
}

static void test_floats(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"1", 1},
                {"-1.5", -1.5},
                {"+.5", .5},
                {"5.", 5},
                {"1e3", 1000},
                {"1E-2", .01},
                {"1.7976931348623157e308", DBL_MAX},
                {"5e-324", 4.9406564584124654e-324},
                {"1e-999", 0}};
    double d;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(num_float(&d, good[i].text));
        assert_true(d == good[i].value);
    }
    assert_true(num_float(&d, "1e999") && isinf(d));
    static const char *const bad[] = {"",    ".",        "-",   "+",   "e5",    "1e",
                                      "1e+", "1.2.3",    " 1",  "1 ",  "0x1p3", "inf",
                                      "nan", "infinity", "1,5", "1_0", "--1",   "1e5.0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(num_float(&d, bad[i]));
    }
}

/* What Python 3 prints. */
static void test_repr_as_python(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1e-4, "0.0001"},
        {0.00012345, "0.00012345"},
        {1e-5, "1e-05"},
        {1.5e-7, "1.5e-07"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1.2345e+20, "1.2345e+20"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {1e100, "1e+100"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {4.9406564584124654e-324, "5e-324"},
        {1.4821969375237396e-323, "1.5e-323"},
        {123456789.125, "123456789.125"},
        {0.001, "0.001"},
        {1000, "1000.0"},
        /* powers of two, where the nearest of 16 digits does not read back */
        {0x1p-44, "5.684341886080802e-14"},
        {9007199254740992.0, "9007199254740992.0"},
        {0x1p89, "6.189700196426902e+26"},
        {0x1p-1022, "2.2250738585072014e-308"},
        {9007199254740993.0 * 8, "7.205759403792794e+16"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {(double)NAN, "nan"},
    };
    char out[NUM_FLOAT_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(num_float_repr(out, cases[i].value), cases[i].text);
    }
}

static uint64_t random_bits(void) {
    static uint64_t x = 88172645463325252U;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

/* Any double reads back, and no text of one digit less does. */
static void test_repr_is_exact_and_short(void **state) {
    (void)state;
    for (int i = 0; i < 50000; i++) {
        uint64_t bits = random_bits() & INT64_MAX;
        if (i % 4 == 0) {
            bits >>= bits % 64; /* small ones and denormals */
        } else if (i % 4 == 1) {
            bits &= ~((UINT64_C(1) << 52) - 1); /* powers of two */
        }
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value) || value == 0) {
            continue;
        }
        char text[NUM_FLOAT_MAX], shorter[64];
        assert_true(strlen(num_float_repr(text, value)) < 25);
        assert_true(num_float(&back, text));
        assert_true(back == value);

        int digits = 0;
        for (const char *at = text; *at && *at != 'e'; at++) {
            digits += *at != '.' && (digits || *at != '0');
        }
        if (text[strlen(text) - 1] != '0' && digits > 1) {
            snprintf(shorter, sizeof shorter, "%.*e", digits - 2, value);
            assert_true(strtod(shorter, NULL) != value);
        }
    }
}

static void test_round_as_python(void **state) {
    (void)state;
    static const struct {
        double value;
        int digits;
        double result;
    } cases[] = {
        {0.5, 0, 0},         {1.5, 0, 2},
        {2.5, 0, 2},         {-2.5, 0, -2},
        {2.675, 2, 2.67},    {1.005, 2, 1.0},
        {0.125, 2, 0.12},    {0.375, 2, 0.38},
        {1e-07, 5, 0},       {123456.789, 5, 123456.789},
        {1e20, 5, 1e20},     {5e-6, 5, 0.00001},
        {25, -1, 20},        {15, -1, 20},
        {35, -1, 40},        {1250, -2, 1200},
        {1250.1, -2, 1300},  {999, -1, 1000},
        {50, -2, 0},         {51, -2, 100},
        {-51, -2, -100},     {5, -3, 0},
        {1e308, 400, 1e308}, {123, -400, 0},
        {0.1, 20, 0.1},      {DBL_MAX, 3, DBL_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(num_round(cases[i].value, cases[i].digits) == cases[i].result);
    }
    assert_true(isnan(num_round((double)NAN, 2)));
    assert_true(isinf(num_round(INFINITY, -2)));
    assert_true(signbit(num_round(-0.1, 0)));
}

/* A program that uses us as a library may have set one. */
static void test_no_locale_matters(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8")) {
        return; /* no such locale here */
    }
    test_floats(state);
    test_repr_as_python(state);
    test_round_as_python(state);
    assert_non_null(setlocale(LC_NUMERIC, "C"));
}

static void test_size(void **state) {
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {{0, "0"},
                 {4, "4"},
                 {1023, "1023"},
                 {1024, "1.00k"},
                 {1536, "1.50k"},
                 {1048575, "1.00M"},
                 {1048576, "1.00M"},
                 {5u << 30, "1.00G"},
                 {10240, "10.0k"},
                 {102300, "99.9k"},
                 {1024000, "0.98M"},
                 {123456789, "118M"},
                 {UINT64_MAX, "16.0E"}};
    char out[24];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(num_size(out, cases[i].bytes), cases[i].text);
    }
}

static void test_duration(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } good[] = {{"0s", 0},      {"90s", 90},    {"30m", 1800},
                {"12h", 43200}, {"7d", 604800}, {"2w", 1209600}};
    static const char *const bad[] = {"",    "7",   "d",  "-1d",          "1.5h",
                                      "7 d", "7dd", "7y", "99999999999d", "999999999w"};
    int64_t seconds;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_true(num_duration(&seconds, good[i].text));
        assert_int_equal(seconds, good[i].seconds);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(num_duration(&seconds, bad[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_repr_as_python),
        cmocka_unit_test(test_repr_is_exact_and_short),
        cmocka_unit_test(test_round_as_python),
        cmocka_unit_test(test_no_locale_matters),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_duration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
