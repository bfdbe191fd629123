#include "reading.h"

#include <time.h>

/* Types of plain scalars, as DVC's parser reads them. */
static void test_types(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"yes", "\"yes\""},
        {"on", "\"on\""},
        {"true", "true"},
        {"FALSE", "false"},
        {"tRUE", "\"tRUE\""},
        {"~", "null"},
        {"Null", "null"},
        {"nil", "\"nil\""},
        {"0", "0"},
        {"-0", "0"},
        {"+12", "12"},
        {"017", "17"},
        {"08", "8"},
        {"0o17", "15"},
        {"0O17", "\"0O17\""},
        {"0x1F", "31"},
        {"-0b101", "-5"},
        {"0b2", "\"0b2\""},
        {"0x", "\"0x\""},
        {"1_000", "1000"},
        {"_1", "\"_1\""},
        {"1__0_", "10"},
        {"0_", "0"},
        {"0o_7", "7"},
        {"1.5", "1.5"},
        {"1.", "1.0"},
        {".5", "0.5"},
        {"1e3", "1000.0"},
        {"1E+3", "1000.0"},
        {"1_0.5_e1", "105.0"},
        {".5e3", "\".5e3\""},
        {".5e+3", "500.0"},
        {"1e", "\"1e\""},
        {"1.5.2", "\"1.5.2\""},
        {"-.inf", "-Infinity"},
        {"+.INF", "Infinity"},
        {".nan", "NaN"},
        {"-.nan", "\"-.nan\""},
        {"inf", "\"inf\""},
        {"1:30", "\"1:30\""},
        {"2020-01-01", "\"2020-01-01\""},
        {"2020-01-01 10:00:00", "\"2020-01-01 10:00:00\""},
        {"99999999999999999999", "99999999999999999999"},
        {"-0x8000000000000001", "-9223372036854775809"},
        {"0xFFFFFFFFFFFFFFFFFFFF", "1208925819614629174706175"},
        {"<<", "\"<<\""},
        {"=", "\"=\""},
        {"a#b", "\"a#b\""},
        {"-a", "\"-a\""},
        {"'1'", "\"1\""},
        {"\"true\"", "\"true\""},
        {"!!str 1", "\"1\""},
        {"!!int '12'", "12"},
        {"!!float 1", "1.0"},
        {"!!null x", "null"},
        {"!!bool 'true'", "true"},
        {"! a", "\"a\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(str_release) struct str text = STR_INIT, json = STR_INIT;
        str_addf(&text, "- %s\n", cases[i].text);
        str_addf(&json, "[%s]", cases[i].json);
        assert_reads(arena, yaml_read, text.buf, json.buf);
    }
}

static void test_documents(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"", "null"},
        {"# nothing\n\n", "null"},
        {"---\na: 1\n...\n", "{\"a\": 1}"},
        {"%YAML 1.2\n---\n[yes]\n", "[\"yes\"]"},
        {"\xef\xbb\xbf"
         "a: 1\nb: 2\n",
         "{\"a\": 1, \"b\": 2}"},
        {"a: 1\r\nb:\r\n  - x\r\n  - |\r\n    l\r\n", "{\"a\": 1, \"b\": [\"x\", \"l\\n\"]}"},
        {"a:\n- 1\n-\nb:\n", "{\"a\": [1, null], \"b\": null}"},
        {"a: &x [1]\nb: *x\n", "{\"a\": [1], \"b\": [1]}"},
        {"? a\n: - b\n", "{\"a\": [\"b\"]}"},
        {"{a, b: , 'c':1}", "{\"a\": null, \"b\": null, \"c\": 1}"},
        {"1: a\n'1': b\n", "{\"1\": \"a\", \"1\": \"b\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_reads(arena, yaml_read, cases[i].text, cases[i].json);
    }
}

/* What is merged comes first, the first of several maps wins, own keys win over all. */
static void test_merge_keys(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"<<: {a: 1, b: 2}\nc: 3\nb: 4\n", "{\"a\": 1, \"b\": 4, \"c\": 3}"},
        {"x: 1\n<<: [{a: 1, b: 2}, {c: 3, a: 4}]\nc: 9\n",
         "{\"c\": 9, \"a\": 1, \"b\": 2, \"x\": 1}"},
        {"'<<': {a: 1}\n", "{\"<<\": {\"a\": 1}}"},
        {"<<: {<<: {a: 1}, b: 2}\n", "{\"a\": 1, \"b\": 2}"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_reads(arena, yaml_read, cases[i].text, cases[i].json);
    }
    struct node *root = must_read(arena, yaml_read, "a: &a {k: 1}\nb: *a\nc: {<<: *a, l: 2}\n");
    assert_false(node_get(root, "a")->alias);
    assert_true(node_get(root, "b")->alias);
    assert_int_equal(node_get(root, "b")->line, 2);
    struct node *merged = node_get(root, "c");
    assert_true(merged->map.at[0].key->alias && merged->map.at[0].value->alias);
    assert_false(merged->map.at[1].key->alias || merged->map.at[1].value->alias);
}

static void assert_span(const char *text, const struct node *n, const char *part) {
    size_t len = n->span.end - n->span.start;
    assert_int_equal(len, strlen(part));
    assert_memory_equal(text + n->span.start, part, len);
}

static void test_spans(void **state) {
    struct arena *arena = *state;
    static const char text[] = "# d\xc3\xa9ta\r\n"
                               "\"k\xc3\xa9y\": \"d\xc3\xa9\"   # note\n"
                               "list:   # about\n"
                               "- plain text\n"
                               "- 'q'\n"
                               "\n"
                               "# behind\n"
                               "block: |-  # sign\n"
                               "  one\n"
                               "\n"
                               "  two\n"
                               "\n"
                               "# more\n"
                               "flow: {a: [1, \xe2\x82\xac],\n"
                               "  b: }  # end\n"
                               "anchored: &x !!str\n"
                               "  long\n"
                               "  word\n"
                               "map: &y\n"
                               "  k: *x\n"
                               "empty:   \n";
    struct node *root = must_read(arena, yaml_read, text);
    assert_span(text, root->map.at[0].key, "\"k\xc3\xa9y\"");
    assert_span(text, root->map.at[0].value, "\"d\xc3\xa9\"");
    assert_int_equal(root->map.at[0].value->line, 2);
    assert_int_equal(root->map.at[0].value->column, 8);
    assert_int_equal(root->map.at[0].value->quote, '"');

    const struct node *list = node_get(root, "list");
    assert_span(text, list, "- plain text\n- 'q'");
    assert_int_equal(list->line, 4);
    assert_false(list->flow);
    assert_span(text, list->list.at[0], "plain text");
    assert_span(text, list->list.at[1], "'q'");

    const struct node *block = node_get(root, "block");
    assert_span(text, block, "|-  # sign\n  one\n\n  two");
    assert_int_equal(block->quote, '|');
    assert_string_equal(node_text(block), "one\n\ntwo");

    const struct node *flow = node_get(root, "flow");
    assert_span(text, flow, "{a: [1, \xe2\x82\xac],\n  b: }");
    assert_true(flow->flow);
    assert_span(text, node_get(flow, "a")->list.at[1], "\xe2\x82\xac");
    assert_span(text, node_get(root, "anchored"), "long\n  word");
    assert_int_equal(node_get(root, "anchored")->line, 17);
    assert_int_equal(node_get(root, "anchored")->column, 3);
    assert_span(text, node_get(root, "map"), "k: *x");
    assert_span(text, node_get(node_get(root, "map"), "k"), "*x");

    const struct node *empty = node_get(root, "empty");
    assert_int_equal(empty->span.start, strlen(text) - strlen("   \n"));
    assert_int_equal(empty->span.end, empty->span.start);
    assert_int_equal(root->span.end, empty->span.end);
}

static void test_spans_behind_a_mark(void **state) {
    struct arena *arena = *state;
    static const char text[] = "\xef\xbb\xbf"
                               "a: b\nc: d\n";
    struct node *root = must_read(arena, yaml_read, text);
    assert_span(text, root->map.at[0].key, "a");
    assert_int_equal(root->map.at[0].key->column, 1);
    assert_span(text, root->map.at[1].value, "d");
    assert_int_equal(root->map.at[1].value->line, 2);
}

static void test_refusals(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a: 1\nb: 2\na: 3\n", "f:3:1: the key 'a' is there twice"},
        {"1: a\n1.0: b\n", "f:2:1: the key '1.0' is there twice"},
        {"a: [1, 2\n", "f:2:1: a comma or closing bracket is missing"},
        {"a: 'x\n", "f:2:1: a quoted string that does not end"},
        {"a: b: c\n", "f:1:5: a colon where no key can stand; quote the value"},
        {"a:\n\t- b\n", "f:2:1: a character that no value can begin with; quote it"},
        {"a: 1\n  b: 2\n", "f:2:4: a colon where no key can stand; quote the value"},
        {"\xc3\xa9: @x\n", "f:1:4: a character that no value can begin with; quote it"},
        {"a: *x\n", "f:1:4: an alias without its anchor"},
        {"a: &x [*x]\n", "f:1:8: an alias within what it stands for"},
        {"a: 1\n---\nb: 2\n", "f:2:1: a second document in the file"},
        {"a: !foo 1\n", "f:1:4: a tag that is not supported here"},
        {"a: !!python/object:os.system x\n", "f:1:4: a tag that is not supported here"},
        {"a: !!set {x}\n", "f:1:4: a tag that is not supported here"},
        {"a: !!int x\n", "f:1:4: a value that is not what its tag says"},
        {"? [a]\n: b\n", "f:1:3: a list or mapping as a key"},
        {"&a {x: 1}: b\n", "f:1:1: a list or mapping as a key"},
        {"[?x, a]\n", "f:1:3: a question mark that only some parsers take for text; quote it"},
        {"<<: 1\n", "f:1:5: a merge key that has no mapping"},
        {"<<: {a: 1}\n<<: {b: 1}\n", "f:2:5: a second merge key in one mapping"},
        {"a: \"\\0\"\n", "f:1:4: a NUL in a string"},
        {"a: \"\\q\"\n", "f:1:5: an escape that YAML does not know"},
        {"a: \"\\uD800\"\n", "f:1:7: an escape that is no Unicode character"},
        {"a: \x01\n", "f:1:4: a control character"},
        {"a: \xff\n", "f:1:4: a byte that is not UTF-8"},
        {"a: \xc0\xaf\n", "f:1:4: a byte that is not UTF-8"},
        {"%YAML 1.1\n---\na: yes\n", "f:1:1: YAML 1.1; only 1.2 is read"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_refuses(arena, yaml_read, cases[i].text, strlen(cases[i].text), cases[i].message);
    }
    assert_refuses(arena, yaml_read, "a: \0b\n", 6, "f:1:4: a NUL byte: this is no text in UTF-8");
    assert_refuses(arena, yaml_read,
                   "\xff\xfe"
                   "a\0:\0",
                   6, "f:1:4: a NUL byte: this is no text in UTF-8");
}

static void test_stray_bytes(void **state) {
    struct arena *arena = *state;
    struct node *root =
        must_read(arena, yaml_read, "- \"\\uDCFF\\udc80\\\\uDCFF\"\n- '\\\\uDCFF'\n");
    assert_string_equal(node_text(root->list.at[0]), "\xff\x80\\uDCFF");
    assert_string_equal(node_text(root->list.at[1]), "\\\\uDCFF");
    static const char mixed[] = "- \"\\uDCFF\"\n- '\\uDCFF'\n";
    assert_refuses(arena, yaml_read, mixed, strlen(mixed),
                   "f:2:3: an escaped byte outside of double quotes");
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Each must end by itself, and soon: the bounds are far above what is needed, for slow machines and
 * sanitizers. */
static void test_limits(void **state) {
    struct arena *arena = *state;
    CLEANUP(str_release) struct str text = STR_INIT;
    double start = seconds();

    str_adds(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 20; i++) {
        str_addf(&text, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++) {
            str_addf(&text, "%s*a%d", k ? ", " : "", i - 1);
        }
        str_adds(&text, "]\n");
    }
    assert_refuses(arena, yaml_read, text.buf, text.len, "f:6:45: more than 1000000 values");

    str_clear(&text);
    for (int i = 0; i < 20000; i++) {
        str_addc(&text, '[');
    }
    assert_refuses(arena, yaml_read, text.buf, text.len, "f:1:101: nested deeper than 100 levels");

    /* Deep by aliases, though no line is. */
    str_clear(&text);
    str_adds(&text, "a0: &a0 []\n");
    for (int i = 1; i < 150; i++) {
        str_addf(&text, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    }
    assert_refuses(arena, yaml_read, text.buf, text.len, "f:100:12: nested deeper than 100 levels");

    str_clear(&text);
    for (int i = 0; i < 60000; i++) {
        str_addf(&text, "key%d: %d\n", i, i);
    }
    assert_int_equal(must_read(arena, yaml_read, text.buf)->map.len, 60000);
    str_adds(&text, "key5: again\n");
    assert_refuses(arena, yaml_read, text.buf, text.len,
                   "f:60001:1: the key 'key5' is there twice");

    str_clear(&text);
    str_adds(&text, "\xc3\xa9: [");
    for (int i = 0; i < 500000; i++) {
        str_adds(&text, i ? ", \xc3\xa9" : "\xc3\xa9");
    }
    str_adds(&text, "]\n");
    struct node *root = must_read(arena, yaml_read, text.buf);
    assert_int_equal(root->map.at[0].value->list.at[499999]->span.end, text.len - 2);

    str_clear(&text);
    for (int i = 0; i < 10 << 20; i++) {
        str_addc(&text, 'x');
    }
    assert_int_equal(must_read(arena, yaml_read, text.buf)->str.len, 10 << 20);
    assert_true(seconds() - start < 30);
}

static void test_too_large(void **state) {
    struct arena *arena = *state;
    struct node *root;
    assert_int_equal(yaml_read(&root, arena, "", (64u << 20) + 1, "f"), ERR_INVALID);
    assert_string_equal(err_text(), "f: larger than 64 MiB");
    err_clear();
}

static void test_by_suffix(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *name, *text;
    } cases[] = {
        {"d/p.yaml", "a: 1"},     {"p", "a: 1"},     {"p.toml", "a = 1"},
        {"p.JSON", "{\"a\": 1}"}, {"p.py", "a = 1"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct node *root;
        assert_int_equal(
            doc_read(&root, arena, cases[i].text, strlen(cases[i].text), cases[i].name), 0);
        assert_int_equal(node_get(root, "a")->integer, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_types),
        TEST(test_documents),
        TEST(test_merge_keys),
        TEST(test_spans),
        TEST(test_spans_behind_a_mark),
        TEST(test_refusals),
        TEST(test_stray_bytes),
        TEST(test_limits),
        TEST(test_too_large),
        TEST(test_by_suffix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
