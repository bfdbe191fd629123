#include "reading.h"

static void test_documents(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"", "{}"},
        {"\n # c\n\n", "{}"},
        {"a = 1\nb.c = 'x' # c\nb.\"d e\".f = true",
         "{\"a\": 1, \"b\": {\"c\": \"x\", \"d e\": {\"f\": true}}}"},
        {"[t]\na = 1\n[t.u]\nb = 2\n[v]\n", "{\"t\": {\"a\": 1, \"u\": {\"b\": 2}}, \"v\": {}}"},
        {"[a.b.c]\nx = 1\n[a]\ny = 2\n", "{\"a\": {\"b\": {\"c\": {\"x\": 1}}, \"y\": 2}}"},
        {"[a.b.c]\nx = 1\n[a]\nb.d = 2\n", "{\"a\": {\"b\": {\"c\": {\"x\": 1}, \"d\": 2}}}"},
        {"[[l]]\na = 1\n[[l]]\n[l.m]\nb = 2\n[[l.n]]\n",
         "{\"l\": [{\"a\": 1}, {\"m\": {\"b\": 2}, \"n\": [{}]}]}"},
        {"a = [1, [2.5, 'x'],\n # c\n { y = 1, z.w = 2 }, ]\n",
         "{\"a\": [1, [2.5, \"x\"], {\"y\": 1, \"z\": {\"w\": 2}}]}"},
        {"a = 1\r\nb = '''\r\nx\r\ny'''\r\n", "{\"a\": 1, \"b\": \"x\\ny\"}"},
        {"1 = 1\n\"\" = 2\n", "{\"1\": 1, \"\": 2}"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_reads(arena, toml_read, cases[i].text, cases[i].json);
    }
}

static void test_values(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"1_000", "1000"},
        {"+5", "5"},
        {"-0", "0"},
        {"0xDead_beef", "3735928559"},
        {"0o17", "15"},
        {"0b11", "3"},
        {"9223372036854775808", "9223372036854775808"},
        {"1.5", "1.5"},
        {"1e3", "1000.0"},
        {"-6.26e-3", "-0.00626"},
        {"1_0.0_1", "10.01"},
        {"inf", "Infinity"},
        {"-inf", "-Infinity"},
        {"+nan", "NaN"},
        {"true", "true"},
        {"false", "false"},
        {"1979-05-27", "\"1979-05-27\""},
        {"07:32:00.5", "\"07:32:00.5\""},
        {"1979-05-27T07:32:00Z", "\"1979-05-27T07:32:00Z\""},
        {"1979-05-27 07:32:00-07:00", "\"1979-05-27 07:32:00-07:00\""},
        {"\"a\\t\\u00e9\\U0001F600\\\\\\\"\"", "\"a\\t\\u00e9\\ud83d\\ude00\\\\\\\"\""},
        {"'C:\\x'", "\"C:\\\\x\""},
        {"\"\"\"\na\n  \\\n   b\"\"\"", "\"a\\n  b\""},
        {"\"\"\"\"two\"\" and\"\"\"\"\"", "\"\\\"two\\\"\\\" and\\\"\\\"\""},
        {"''''q''''", "\"'q'\""},
        {"\"\"", "\"\""},
        {"[]", "[]"},
        {"{}", "{}"},
        {"[ [ ] , ]", "[[]]"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(str_release) struct str text = STR_INIT, json = STR_INIT;
        str_addf(&text, "k = %s", cases[i].text);
        str_addf(&json, "{\"k\": %s}", cases[i].json);
        assert_reads(arena, toml_read, text.buf, json.buf);
    }
}

static void test_refusals(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a = 1\na = 2\n", "f:2:1: the key is there twice"},
        {"[a]\n[a]\n", "f:2:2: the table is there twice"},
        {"a = 1\n[a.b]\n", "f:2:2: the key has a value that is no table"},
        {"a.b = 1\n[a]\n", "f:2:2: the table is there twice"},
        {"[a.b]\n[a]\nb.c = 1\n", "f:3:1: the key is defined elsewhere already"},
        {"a = {}\na.b = 1\n", "f:2:1: the key has a value that is no table"},
        {"a = []\n[[a]]\n", "f:2:3: the key is there already and is no array of tables"},
        {"[[a]]\n[a]\n", "f:2:2: the table is there twice"},
        {"a = \n", "f:1:5: not a value; strings need quotes"},
        {"a = x\n", "f:1:5: not a value; strings need quotes"},
        {"a = 01\n", "f:1:6: more text where the line should end"},
        {"a = 1__0\n", "f:1:6: more text where the line should end"},
        {"a = 1 b = 2\n", "f:1:7: more text where the line should end"},
        {"a = 2021-02-30\n", "f:1:9: more text where the line should end"},
        {"a\n", "f:1:2: an equals sign is missing behind the key"},
        {"= 1\n", "f:1:1: not a key"},
        {"[a\n", "f:1:3: the closing bracket of a table's name is missing"},
        {"a = \"x\n", "f:1:7: a string that does not end on its line"},
        {"a = '''x", "f:1:8: a string that does not end"},
        {"a = \"\\q\"", "f:1:7: an escape that TOML does not know"},
        {"a = \"\\ud800\"", "f:1:8: an escape that is no character"},
        {"a = \"\\u0000\"", "f:1:8: an escape that is no character"},
        {"a = [1 2]", "f:1:8: a comma or ']' is missing"},
        {"a = {b = 1,}", "f:1:12: not a key"},
        {"a = {b = 1\n}", "f:1:11: a comma or '}' is missing"},
        {"# \x01", "f:1:3: a control character in a comment"},
        {"a = \"\xff\"", "f:1:6: a byte that is not UTF-8"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_refuses(arena, toml_read, cases[i].text, strlen(cases[i].text), cases[i].message);
    }
}

static void test_limits(void **state) {
    struct arena *arena = *state;
    CLEANUP(str_release) struct str text = STR_INIT;
    str_adds(&text, "a = ");
    for (int i = 0; i < 20000; i++) {
        str_addc(&text, '[');
    }
    assert_refuses(arena, toml_read, text.buf, text.len, "f:1:104: nested deeper than 100 levels");

    str_clear(&text);
    for (int i = 0; i < 200; i++) {
        str_adds(&text, i ? ".a" : "a");
    }
    str_adds(&text, " = 1\n");
    assert_refuses(arena, toml_read, text.buf, text.len, "f:1:201: nested deeper than 100 levels");

    str_clear(&text);
    for (int i = 0; i < 60000; i++) {
        str_addf(&text, "key%d = %d\n", i, i);
    }
    assert_int_equal(must_read(arena, toml_read, text.buf)->map.len, 60000);
}

static void test_places(void **state) {
    struct arena *arena = *state;
    struct node *root =
        must_read(arena, toml_read, "# \xc3\xa9\n[t]\n\"\xc3\xa9\" = [1, 'x'] # c\n");
    const struct node *list = node_get(node_get(root, "t"), "\xc3\xa9");
    assert_int_equal(list->line, 3);
    assert_int_equal(list->column, 7);
    assert_int_equal(list->span.end - list->span.start, strlen("[1, 'x']"));
    assert_int_equal(list->list.at[1]->column, 11);
    assert_int_equal(list->list.at[1]->quote, '\'');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_documents), TEST(test_values), TEST(test_refusals),
        TEST(test_limits),    TEST(test_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
