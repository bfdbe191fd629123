#include "reading.h"

static const struct {
    const char *json, *yaml;
} fixtures[] = {
#include "ruamel.def"
};

static void test_as_ruamel(void **state) {
    struct arena *arena = *state;
    for (size_t i = 0; i < COUNT_OF(fixtures); i++) {
        CLEANUP(str_release) struct str yaml = STR_INIT, json = STR_INIT;
        yaml_write(&yaml, must_read(arena, json_read, fixtures[i].json));
        assert_string_equal(yaml.buf, fixtures[i].yaml);
        json_write(&json, must_read(arena, yaml_read, yaml.buf));
        assert_string_equal(json.buf, fixtures[i].json);
    }
}

static void assert_written(struct arena *arena, const char *json, const char *yaml) {
    CLEANUP(str_release) struct str out = STR_INIT, back = STR_INIT;
    yaml_write(&out, must_read(arena, json_read, json));
    assert_string_equal(out.buf, yaml);
    json_write(&back, must_read(arena, yaml_read, out.buf));
    assert_string_equal(back.buf, json);
}

/* There ruamel writes what does not mean the same when it is read again. */
static void test_better_than_ruamel(void **state) {
    struct arena *arena = *state;
#define X40 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    /* Two blanks before a word that does not fit: a fold would make them one. */
    assert_written(arena, "{\"k\": \"aa  " X40 X40 "\"}", "k: aa  " X40 X40 "\n");
    /* A fold behind an escape that no blank follows. */
    assert_written(arena, "{\"k\": \"\\u0001" X40 X40 "\\\\b c d\"}",
                   "k: \"\\x01" X40 X40 "\\\\\\\n  b c d\"\n");
    /* A key with blanks, too long for its line. */
    assert_written(arena, "{\"" X40 " " X40 " x\": 1}", X40 " " X40 " x: \n  1\n");
    /* Characters that some parsers take for line breaks. */
    assert_written(arena, "{\"k\": \"a\\u2028b\\u0085\"}", "k: \"a\\Lb\\N\"\n");
}

static void test_whole_documents(void **state) {
    struct arena *arena = *state;
    assert_written(arena, "null", "null\n...\n");
    assert_written(arena, "\"a\"", "a\n...\n");
    assert_written(arena, "\"\"", "''\n");
    assert_written(arena, "1", "1\n...\n");
    assert_written(arena, "[]", "[]\n");
    assert_written(arena, "{}", "{}\n");
}

static void test_styles_are_not_kept(void **state) {
    struct arena *arena = *state;
    CLEANUP(str_release) struct str out = STR_INIT;
    yaml_write(&out, must_read(arena, yaml_read, "{a: [1, 'x', \"y\"], b: 0x10}\n"));
    assert_string_equal(out.buf, "a:\n- 1\n- x\n- y\nb: 16\n");
}

/* As DVC leaves params with aliases in dvc.lock. */
static void test_anchors(void **state) {
    struct arena *arena = *state;
    CLEANUP(str_release) struct str out = STR_INIT;
    struct node *root = must_read(arena, yaml_read,
                                  "a: &x [1, 2]\nb: *x\nm: &m {k: [3], e: {}}\nn: *m\n"
                                  "o:\n  <<: *m\n  z: 1\ns: &s text\nt: *s\n");
    yaml_write(&out, root);
    assert_string_equal(out.buf, "a: &id001\n- 1\n- 2\nb: *id001\nm: &id002\n  k: &id003\n  - 3\n"
                                 "  e: &id004 {}\nn: *id002\no:\n  k: *id003\n  e: *id004\n  z: 1\n"
                                 "s: text\nt: text\n");

    /* One of them alone needs no anchor. */
    str_clear(&out);
    node_drop(root, "a");
    node_drop(root, "m");
    node_drop(root, "o");
    yaml_write(&out, root);
    assert_string_equal(out.buf, "b:\n- 1\n- 2\nn:\n  k:\n  - 3\n  e: {}\ns: text\nt: text\n");
}

static void test_stray_bytes(void **state) {
    struct arena *arena = *state;
    CLEANUP(str_release) struct str out = STR_INIT;
    struct node *map = node_map(arena);
    node_put(arena, map, "path", node_str(arena, "a\xff\xc3"));
    yaml_write(&out, map);
    assert_string_equal(out.buf, "path: \"a\\uDCFF\\uDCC3\"\n");
    struct node *back = must_read(arena, yaml_read, out.buf);
    assert_string_equal(node_text(node_get(back, "path")), "a\xff\xc3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_as_ruamel),       TEST(test_better_than_ruamel),
        TEST(test_whole_documents), TEST(test_styles_are_not_kept),
        TEST(test_anchors),         TEST(test_stray_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
