#include "reading.h"

static void test_values(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"{\"b\": [1, -2, 2.5e3, true, null], \"a\": {}}",
         "{\"b\": [1, -2, 2500.0, true, null], \"a\": {}}"},
        {" \"\\u00e9\\ud83d\\ude00\\n\\\"\" ", "\"\\u00e9\\ud83d\\ude00\\n\\\"\""},
        {"\"\xc3\xa9\"", "\"\\u00e9\""},
        {"[NaN, Infinity, -Infinity]", "[NaN, Infinity, -Infinity]"},
        {"[1E400, -1e400, 1e-400]", "[Infinity, -Infinity, 0.0]"},
        {"{\"a\": 1, \"b\": 2, \"a\": 3}", "{\"a\": 3, \"b\": 2}"},
        {"[9223372036854775807, -9223372036854775808]",
         "[9223372036854775807, -9223372036854775808]"},
        {"[9223372036854775808, -9223372036854775809]",
         "[9223372036854775808, -9223372036854775809]"},
        {"[18446744073709551616]", "[18446744073709551616]"},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"{\"n\":12345678901234567890,\"m\":-12345678901234567890}",
         "{\"n\": 12345678901234567890, \"m\": -12345678901234567890}"},
        {"-0", "0"},
        {"-0.0", "-0.0"},
        {"\"\x7f\"", "\"\\u007f\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_reads(arena, json_read, cases[i].text, cases[i].json);
    }
}

static void test_refusals(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "f:1:1: the text ends too early"},
        {"[1, 2", "f:1:6: the text ends too early"},
        {"{\n  \"a\": 1,\n  b: 2}", "f:3:3: a key must be a string in double quotes"},
        {"[\"\xc3\xa9\", x]", "f:1:7: not valid JSON"},
        {"[1,]", "f:1:4: not valid JSON"},
        {"[1 2]", "f:1:4: a comma or ']' is missing"},
        {"{\"a\" 1}", "f:1:6: a colon is missing behind the key"},
        {"1 2", "f:1:3: more text behind the end of the value"},
        {"12345678901234567890 x", "f:1:22: more text behind the end of the value"},
        {"[1.]", "f:1:3: a point without digits behind it"},
        {"[.5]", "f:1:2: a point without digits before it"},
        {"[\"a\tb\"]", "f:1:4: a control character in a string"},
        {"\"\\u0000\"", "f:1:2: a NUL in a string"},
        {"\"\\ud800x\"", "f:1:2: half a surrogate pair"},
        {"\"\\udcff\"", "f:1:2: half a surrogate pair"},
        {"'a'", "f:1:1: not valid JSON"},
        {"[01]", "f:1:4: not a number"},
        {"\"\xff\"", "f:1:2: a byte that is not UTF-8"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_refuses(arena, json_read, cases[i].text, strlen(cases[i].text), cases[i].message);
    }
    assert_refuses(arena, json_read, "[\0]", 3, "f:1:2: a NUL byte: this is no text in UTF-8");
}

static void test_limits(void **state) {
    struct arena *arena = *state;
    CLEANUP(str_release) struct str text = STR_INIT;
    for (int i = 0; i < 100000; i++) {
        str_addc(&text, '[');
    }
    assert_refuses(arena, json_read, text.buf, text.len, "f:1:101: nested deeper than 100 levels");

    str_clear(&text);
    for (int i = 0; i < 1000001; i++) {
        str_adds(&text, i ? ",1" : "[1");
    }
    str_addc(&text, ']');
    assert_refuses(arena, json_read, text.buf, text.len, "f:1:1999999: more than 1000000 values");

    str_clear(&text);
    for (int i = 0; i < 4301; i++) {
        str_addc(&text, '1');
    }
    assert_refuses(arena, json_read, text.buf, text.len, "f:1:1: too many digits");
    assert_int_equal(must_read(arena, json_read, text.buf + 1)->kind, NODE_INT);
}

static void test_sorted(void **state) {
    struct arena *arena = *state;
    CLEANUP(str_release) struct str out = STR_INIT;
    /* By code points: U+FFFD comes before U+1F600, whatever their UTF-16 says. */
    struct node *root = must_read(arena, json_read,
                                  "{\"b\": {\"z\": 1, \"a\": [{\"y\": 0, \"x\": 0}]}, "
                                  "\"\\ud83d\\ude00\": 1, \"\\ufffd\": 2, \"a-b\": 3, \"a/b\": 4}");
    json_write_sorted(&out, root);
    assert_string_equal(
        out.buf, "{\"a-b\": 3, \"a/b\": 4, \"b\": {\"a\": [{\"x\": 0, \"y\": 0}], \"z\": 1}, "
                 "\"\\ufffd\": 2, \"\\ud83d\\ude00\": 1}");
}

static void test_stray_bytes(void **state) {
    (void)state;
    CLEANUP(str_release) struct str out = STR_INIT;
    json_write_text(&out, "a\xff\xc3\xa9");
    assert_string_equal(out.buf, "\"a\\udcff\\u00e9\"");
}

static void test_keys_that_are_no_strings(void **state) {
    struct arena *arena = *state;
    assert_reads(arena, yaml_read, "{2: a, true: b, null: c, 1.5: d}",
                 "{\"2\": \"a\", \"true\": \"b\", \"null\": \"c\", \"1.5\": \"d\"}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_values), TEST(test_refusals),    TEST(test_limits),
        TEST(test_sorted), TEST(test_stray_bytes), TEST(test_keys_that_are_no_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
