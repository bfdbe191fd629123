#include "reading.h"

#include <math.h>

#include "doc/diff.h"
#include "doc/keys.h"

static void test_building(void **state) {
    struct arena *arena = *state;
    struct node *map = node_map(arena), *list = node_list(arena);
    for (int64_t i = 0; i < 100; i++) {
        node_append(arena, list, node_int(arena, i));
        node_put(arena, map, arena_printf(arena, "k%d", (int)i), node_int(arena, i));
    }
    assert_int_equal(list->list.len, 100);
    assert_int_equal(map->map.len, 100);
    for (int64_t i = 0; i < 100; i++) {
        assert_int_equal(list->list.at[i]->integer, i);
        assert_int_equal(node_get(map, arena_printf(arena, "k%d", (int)i))->integer, i);
    }

    node_put(arena, map, "k3", node_str(arena, "three"));
    assert_int_equal(map->map.len, 100);
    assert_string_equal(node_text(map->map.at[3].value), "three");
    node_drop(map, "k0");
    node_drop(map, "absent");
    assert_int_equal(map->map.len, 99);
    assert_null(node_get(map, "k0"));
    assert_string_equal(map->map.at[2].key->str.text, "k3");
    assert_null(node_get(list, "k1"));
    assert_null(node_get(NULL, "k1"));
}

static void test_what_was_read_can_be_extended(void **state) {
    struct arena *arena = *state;
    struct node *root = must_read(arena, yaml_read, "[a, b, c]\n");
    node_append(arena, root, node_str(arena, "d"));
    node_append(arena, root, node_str(arena, "e"));
    assert_int_equal(root->list.len, 5);
    assert_string_equal(root->list.at[4]->str.text, "e");

    struct node *copy = node_clone(arena, root);
    node_append(arena, copy, node_null(arena));
    assert_int_equal(root->list.len, 5);
    assert_int_equal(copy->span.end, root->span.end);
}

static void test_equality(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *a, *b;
        bool equal, same;
    } cases[] = {
        {"1", "1", true, true},
        {"1", "1.0", true, false},
        {"1", "true", true, false},
        {"0.0", "false", true, false},
        {"0.0", "-0.0", true, false},
        {"1", "\"1\"", false, false},
        {"null", "false", false, false},
        {"NaN", "NaN", false, true},
        {"9007199254740993", "9007199254740992.0", false, false},
        {"123456789012345678901234567890", "123456789012345678901234567890", true, true},
        {"123456789012345678901234567890", "123456789012345678901234567891", false, false},
        {"[1, 2]", "[1, 2]", true, true},
        {"[1, 2]", "[2, 1]", false, false},
        {"[1]", "{}", false, false},
        {"{\"a\": 1, \"b\": [2]}", "{\"b\": [2], \"a\": 1}", true, true},
        {"{\"a\": 1}", "{\"a\": 1, \"b\": null}", false, false},
        {"{\"a\": 1}", "{\"b\": 1}", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct node *a = must_read(arena, json_read, cases[i].a);
        struct node *b = must_read(arena, json_read, cases[i].b);
        assert_int_equal(node_equal(a, b), cases[i].equal);
        assert_int_equal(node_equal(b, a), cases[i].equal);
        assert_int_equal(node_same(a, b), cases[i].same);
    }
}

static void test_equality_of_large_maps(void **state) {
    struct arena *arena = *state;
    enum { COUNT = 60000 };
    struct node *a = node_map(arena), *b = node_map(arena);
    for (int i = 0; i < COUNT; i++) {
        struct node *up = node_str(arena, arena_printf(arena, "%d", i));
        struct node *down = node_str(arena, arena_printf(arena, "%d", COUNT - 1 - i));
        node_add(arena, a, up, node_int(arena, i));
        node_add(arena, b, down, node_int(arena, COUNT - 1 - i));
    }
    assert_true(node_equal(a, b));
    assert_int_equal(keys_duplicate(a), COUNT);
    node_add(arena, a, node_str(arena, "77"), node_null(arena));
    assert_int_equal(keys_duplicate(a), COUNT);
    assert_false(node_equal(a, b));
}

static void test_truth(void **state) {
    struct arena *arena = *state;
    static const char *const falsy[] = {"null", "false", "0", "0.0", "\"\"", "[]", "{}"};
    static const char *const truthy[] = {
        "true", "-1", "NaN", "\"0\"", "[0]", "{\"a\": null}", "100000000000000000000"};
    for (size_t i = 0; i < COUNT_OF(falsy); i++) {
        assert_false(node_truthy(must_read(arena, json_read, falsy[i])));
    }
    for (size_t i = 0; i < COUNT_OF(truthy); i++) {
        assert_true(node_truthy(must_read(arena, json_read, truthy[i])));
    }
    assert_false(node_truthy(NULL));
    assert_true(node_number(must_read(arena, json_read, "100000000000000000000")) == 1e20);
}

static void test_queries(void **state) {
    struct arena *arena = *state;
    struct node *root =
        must_read(arena, yaml_read, "a: {b: [10, {c: 11}], '0': zero}\n1: one\n'x.y': 12\n");
    static const struct {
        const char *path, *json;
    } cases[] = {
        {"a.b.0", "10"},     {"a.b[0]", NULL}, {"a.b.-1.c", "11"}, {"a.b.1.c", "11"},
        {"a.0", "\"zero\""}, {"1", "\"one\""}, {"a.b.2", NULL},    {"a.b.-3", NULL},
        {"a.b.x", NULL},     {"a.b.0.", NULL}, {"a.b.0.c", NULL},  {"x.y", NULL},
        {"a.", NULL},        {"b", NULL},      {"a..b", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct node *found = node_query(root, cases[i].path);
        CLEANUP(str_release) struct str json = STR_INIT;
        if (found) {
            json_write(&json, found);
        }
        assert_string_equal(json.buf, cases[i].json ? cases[i].json : "");
    }
    assert_ptr_equal(node_query(root, ""), root);
}

static void test_flattening(void **state) {
    struct arena *arena = *state;
    struct flat flat = {0};
    node_flatten(&flat, arena, must_read(arena, yaml_read, "b: {2: {c: 1}, true: [1]}\na: {}\n"));
    assert_int_equal(flat.len, 3);
    assert_string_equal(flat.at[0].key, "b.2.c");
    assert_string_equal(flat.at[1].key, "b.True");
    assert_int_equal(flat.at[1].value->kind, NODE_LIST);
    assert_string_equal(flat.at[2].key, "a");
    vec_release(&flat);

    node_flatten(&flat, arena, node_int(arena, 7));
    assert_int_equal(flat.len, 1);
    assert_string_equal(flat.at[0].key, "");
    vec_release(&flat);
}

static void test_python_texts(void **state) {
    struct arena *arena = *state;
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"null", "None"},
        {"[true, false]", "[True, False]"},
        {"0.1", "0.1"},
        {"1e16", "1e+16"},
        {"[NaN, -Infinity]", "[nan, -inf]"},
        {"\"it's\"", "it's"},
        {"[\"it's\", \"a\\\"b'\", \"x\"]", "[\"it's\", 'a\"b\\'', 'x']"},
        {"{\"k\": [1, {\"l\": null}]}", "{'k': [1, {'l': None}]}"},
        {"[\"\\n\\t\\u0001\\u007f\\u00a0\\u00e9\\u2028\\ud83d\\ude00\\\\\"]",
         "['\\n\\t\\x01\\x7f\\xa0\xc3\xa9\\u2028\xf0\x9f\x98\x80\\\\']"},
        {"123456789012345678901", "123456789012345678901"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(str_release) struct str text = STR_INIT;
        python_write(&text, must_read(arena, json_read, cases[i].json));
        assert_string_equal(text.buf, cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_building),   TEST(test_what_was_read_can_be_extended),
        TEST(test_equality),   TEST(test_equality_of_large_maps),
        TEST(test_truth),      TEST(test_queries),
        TEST(test_flattening), TEST(test_python_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
