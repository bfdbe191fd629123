#include "reading.h"

#include "doc/edit.h"

struct change {
    const char *old, *want, *text;
};

static void assert_edits(struct arena *arena, const struct change *changes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct change *c = &changes[i];
        CLEANUP(str_release) struct str text = STR_INIT;
        struct node *want = must_read(arena, yaml_read, c->want);
        if (yaml_edit(&text, c->old, strlen(c->old), want, "f")) {
            fail_msg("%s\n%s", err_text(), c->old);
        }
        assert_string_equal(text.buf, c->text);
    }
}

static const char data_file[] = "# data of May\n"
                                "outs:\n"
                                "- md5: b1946ac92492d2347c6235b4d2611184   # hc\n"
                                "  size: 6\n"
                                "\n"
                                "  path: \"a.txt\"\n"
                                "meta: {who: me}   # and you\n";

static void test_data_files(void **state) {
    static const struct change changes[] = {
        /* Nothing to do: nothing done. */
        {data_file,
         "{meta: {who: me}, outs: [{path: a.txt, size: 6, md5: b1946ac92492d2347c6235b4d2611184}]}",
         data_file},
        {data_file,
         "{outs: [{md5: 0b1e90817fde63b01be6a18531a74c1, size: 70, path: b.txt, hash: md5}], "
         "meta: {who: me}}",
         "# data of May\n"
         "outs:\n"
         "- md5: 0b1e90817fde63b01be6a18531a74c1   # hc\n"
         "  size: 70\n"
         "\n"
         "  path: \"b.txt\"\n"
         "  hash: md5\n"
         "meta: {who: me}   # and you\n"},
        /* A text that needs quotes gets them, and loses them when it needs none. */
        {"md5: abc\n", "{md5: '12345678901234567890123456789012'}",
         "md5: '12345678901234567890123456789012'\n"},
        {"md5: '123'\n", "{md5: abc}", "md5: abc\n"},
        {"md5: 'abc'\n", "{md5: def}", "md5: 'def'\n"},
        {"frozen: true\nouts: []\n", "{outs: []}", "outs: []\n"},
        {"outs: []\n", "{outs: [], frozen: true}", "outs: []\nfrozen: true\n"},
        {"size: 1_000\nx: 0x10 # y\n", "{size: 1000, x: 17}", "size: 1_000\nx: 17 # y\n"},
        {"", "{a: 1}", "a: 1\n"},
        {"# c\n", "{a: 1}", "# c\na: 1\n"},
        {"---\n", "{a: 1}", "---\na: 1\n"},
    };
    assert_edits(*state, changes, COUNT_OF(changes));
}

#define HEAD         "# top\nstages:\n"
#define B            "  b:   # about b\n    cmd: echo b > b\n    outs:\n      - b\n"
#define A            "  a:\n    # inside a\n    cmd: >-\n      echo a\n      > a\n    outs: [a]\n"
#define TAIL         "\n# of params\nparams:\n- p.yaml   # keep\n# end\n"
#define WANT_B       "b: {cmd: echo b > b, outs: [b]}"
#define WANT_A       "a: {cmd: echo a > a, outs: [a]}"
#define WANT(stages) "{stages: {" stages "}, params: [p.yaml]}"

static void test_pipelines(void **state) {
    static const struct change changes[] = {
        /* A stage is added as its siblings are indented. */
        {HEAD B A TAIL,
         WANT(WANT_B ", " WANT_A ", c: {cmd: cp b c, deps: [b], outs: [{c: {cache: false}}]}"),
         HEAD B A "  c:\n    cmd: cp b c\n    deps:\n      - b\n    outs:\n      - c:\n          "
                  "cache: false\n" TAIL},
        {HEAD B A TAIL, WANT(WANT_B), HEAD B TAIL},
        {HEAD B A TAIL, WANT(WANT_A), HEAD A TAIL},
        {HEAD B A TAIL, WANT("b: {cmd: echo b > b, outs: [b], frozen: true}, " WANT_A),
         HEAD B "    frozen: true\n" A TAIL},
        {HEAD B A TAIL, WANT(WANT_B ", a: {cmd: echo a, outs: [z, a]}"),
         HEAD B "  a:\n    # inside a\n    cmd: echo a\n    outs: [z, a]\n" TAIL},
        {HEAD B A TAIL, WANT("b: {cmd: [x, y], outs: b}, " WANT_A),
         HEAD "  b:   # about b\n    cmd:\n      - x\n      - y\n    outs: b\n" A TAIL},
        {HEAD B A TAIL, WANT("b: 1, " WANT_A), HEAD "  b: 1   # about b\n" A TAIL},
        {HEAD B A TAIL, WANT("b: , " WANT_A), HEAD "  b:   # about b\n" A TAIL},
        {HEAD B A TAIL, "{stages: {}, params: [p.yaml]}", "# top\nstages: {}\n" TAIL},
        {HEAD B A TAIL, "{stages: {" WANT_B ", " WANT_A "}}", HEAD B A "\n# of params\n# end\n"},
        {HEAD B A TAIL, "{stages: {" WANT_B ", " WANT_A "}, params: [p.yaml, q.yaml]}",
         HEAD B A "\n# of params\nparams:\n- p.yaml   # keep\n- q.yaml\n# end\n"},
        {"stages: {}\n", "{stages: {a: {cmd: x}}}", "stages:\n  a:\n    cmd: x\n"},
        {"stages:\n", "{stages: {a: {cmd: x}}}", "stages:\n  a:\n    cmd: x\n"},
        {"stages:   # none yet\nx: 1\n", "{stages: {a: {cmd: x}}, x: 1}",
         "stages:   # none yet\n  a:\n    cmd: x\nx: 1\n"},
    };
    assert_edits(*state, changes, COUNT_OF(changes));
}

static void test_blank_lines_and_comments(void **state) {
    static const struct change changes[] = {
        /* One of the blank lines around a deleted entry goes with it. */
        {"a: 1\n\nb: 2\n\nc: 3\n", "{a: 1, c: 3}", "a: 1\n\nc: 3\n"},
        {"m:\n  a: 1\n  b: 2\n\nn: 3\n", "{m: {a: 1}, n: 3}", "m:\n  a: 1\n\nn: 3\n"},
        {"m:\n  a: 1\n\n  b: 2\n\nn: 3\n", "{m: {a: 1}, n: 3}", "m:\n  a: 1\n\nn: 3\n"},
        {"a: 1\n\nb: 2\n", "{b: 2}", "b: 2\n"},
        /* A comment that is indented deeper belongs to the entry above it. */
        {"m:\n  a:\n    x: 1\n    # of a\n  # of b\n  b: 2\n", "{m: {b: 2}}",
         "m:\n  # of b\n  b: 2\n"},
        /* New entries stand before what belongs to the next one. */
        {"m:\n  a: 1\n  # in m\n# of n\nn: 2\n", "{m: {a: 1, b: 3}, n: 2}",
         "m:\n  a: 1\n  # in m\n  b: 3\n# of n\nn: 2\n"},
        {"a: 1\n\n", "{a: 1, b: 2}", "a: 1\n\nb: 2\n"},
        {"l:\n- a\n  # of a\n# of b\n- b\n", "{l: [a, x, b]}",
         "l:\n- a\n  # of a\n- x\n# of b\n- b\n"},
        {"l:\n- a # one\n- b # two\n- c # three\n", "{l: [a, c]}", "l:\n- a # one\n- c # three\n"},
        {"l:\n- a # one\n- b # two\n", "{l: [x, a, b]}", "l:\n- x\n- a # one\n- b # two\n"},
        {"l:\n- a # one\n- b # two\n", "{l: []}", "l: []\n"},
        {"k: |  # sign\n  old\n  text\nx: 1\n", "{k: new, x: 1}", "k: new  # sign\nx: 1\n"},
    };
    assert_edits(*state, changes, COUNT_OF(changes));
}

static void test_block_scalars(void **state) {
    static const struct change changes[] = {
        {"cmd: |\n    one\n    two\n\nx: 1\n", "{cmd: \"one\\nthree\\n\", x: 1}",
         "cmd: |\n    one\n    three\n\nx: 1\n"},
        {"cmd: >-\n  one\n  two\n# c\n", "{cmd: \"a\\nb\"}", "cmd: |-\n  a\n  b\n# c\n"},
        {"cmd: |\n  one\n  two\n", "{cmd: \"a \\nb\\n\"}", "cmd: \"a \\nb\\n\"\n"},
        {"cmd: plain\n", "{cmd: \"a\\nb\\n\"}", "cmd: \"a\\nb\\n\"\n"},
        {"a: |+\n  x\n\n\nb: 1\n", "{a: y, b: 1}", "a: y\n\n\nb: 1\n"},
        {"a: |\n  x\nb: 1\n", "{a: [1], b: 1}", "a:\n- 1\nb: 1\n"},
        {"- |\n  x\n- b\n", "[y, b]", "- y\n- b\n"},
    };
    assert_edits(*state, changes, COUNT_OF(changes));
}

static void test_brackets(void **state) {
    static const struct change changes[] = {
        {"m: {a: 1, b: 2, c: 3}\n", "{m: {a: 1, c: 4}}", "m: {a: 1, c: 4}\n"},
        {"m: {a: 1, b: 2}\n", "{m: {b: 2}}", "m: {b: 2}\n"},
        {"m: {a: 1, b: 2} # c\n", "{m: {a: 1}}", "m: {a: 1} # c\n"},
        {"m: {a: 1}\n", "{m: {a: 1, b: [x, 'y: z', null]}}", "m: {a: 1, b: [x, 'y: z', null]}\n"},
        {"m: {a: , b}\n", "{m: {a: 1, b: null}}", "m: {a: 1 , b}\n"},
        {"l: [a, 'b', \"c\"]\n", "{l: [a, B, C]}", "l: [a, 'B', \"C\"]\n"},
        {"l: [a, b]\n", "{l: [a, x, y, b]}", "l: [a, x, y, b]\n"},
        {"l: [a, b]\n", "{l: [x, a, b]}", "l: [x, a, b]\n"},
        {"l: [a, b, c]\n", "{l: [c]}", "l: [c]\n"},
        {"l: [a, b, c]\n", "{l: [a]}", "l: [a]\n"},
        {"l: [a, b]\n", "{l: []}", "l: []\n"},
        {"l: [x, a]\n", "l: [\"?y\", a, ':']\n", "l: ['?y', a, ':']\n"},
        /* JSON is YAML in brackets. */
        {"{\n  \"a\": 1,\n  \"b\": [\n    \"x\"\n  ]\n}\n", "{a: 2, b: [x, y], c: {d: e}}",
         "{\n  \"a\": 2,\n  \"b\": [\n    \"x\",\n    \"y\"\n  ],\n  \"c\": {\"d\": \"e\"}\n}\n"},
    };
    assert_edits(*state, changes, COUNT_OF(changes));
}

static void test_odd_texts(void **state) {
    static const struct change changes[] = {
        {"a: 1\r\nl:\r\n- x\r\n", "{a: 2, l: [x, y], b: {c: 1}}",
         "a: 2\r\nl:\r\n- x\r\n- y\r\nb:\r\n  c: 1\r\n"},
        {"a: 1", "{a: 1, b: 2}", "a: 1\nb: 2\n"},
        {"l:\n- a", "{l: [a, b]}", "l:\n- a\n- b\n"},
        {"a: 1\nb: 2", "{a: 1}", "a: 1\n"},
        {"\xef\xbb\xbf"
         "a: 1\nb: 2\n",
         "{b: 3}",
         "\xef\xbb\xbf"
         "b: 3\n"},
        {"k\xc3\xa9y: d\xc3\xa9 # \xe2\x82\xac\nb: \xf0\x9f\x98\x80 # \xe2\x82\xac\n",
         "{k\xc3\xa9y: x, b: y}", "k\xc3\xa9y: x # \xe2\x82\xac\nb: y # \xe2\x82\xac\n"},
        {"- a: 1\n  b: 2\n- c: 3\n", "[{b: 2}, {c: 3}]", "- b: 2\n- c: 3\n"},
        {"- a: 1   # c\n  # of b\n  b: 2\n", "[{b: 2}]", "-\n  # of b\n  b: 2\n"},
        {"- - a\n  - b\n- c\n", "[[b], c]", "- - b\n- c\n"},
        {"- - b\n- c\n", "[[a, b], c]", "- - a\n  - b\n- c\n"},
        {"-\n- x # c\n", "[{a: 1, b: 2}, {c: 3}]", "- a: 1\n  b: 2\n- # c\n  c: 3\n"},
        {"? long\n: v\n", "{long: [w]}", "? long\n: - w\n"},
        {"a: 1\n...\n", "{a: 1, b: 2}", "a: 1\nb: 2\n...\n"},
        {"a: plain\n  text\nb: 1\n", "{a: x, b: 1}", "a: x\nb: 1\n"},
        {"a: &x 1\nb: 2\n", "{a: 3, b: 2}", "a: &x 3\nb: 2\n"},
        {"[]\n", "[a]", "- a\n"},
        {"# c\na: 1 # d\n# e\n", "{}", "# c\n{} # d\n# e\n"},
    };
    assert_edits(*state, changes, COUNT_OF(changes));
}

static void test_aliases(void **state) {
    static const char old[] =
        "base: &b {cmd: x, l: [1]}\ns:\n  <<: *b\n  k: 1\nt: *b\nu: {<<: *b}\nv:\n  <<: *b\n";
    static const struct change changes[] = {
        {old,
         "{base: {cmd: x, l: [1]}, s: {cmd: x, l: [1], k: 2}, t: {cmd: x, l: [1]}, u: {cmd: x, l: "
         "[1]}, "
         "v: {cmd: x, l: [1], frozen: true}}",
         "base: &b {cmd: x, l: [1]}\ns:\n  <<: *b\n  k: 2\nt: *b\nu: {<<: *b}\nv:\n  <<: *b\n  "
         "frozen: true\n"},
        /* The value goes, not what it stands for. */
        {"a: &x {k: 1}\nb:\n  <<: *x\n", "{a: {k: 1}, b: {}}", "a: &x {k: 1}\nb: {}\n"},
    };
    assert_edits(*state, changes, COUNT_OF(changes));

    static const struct {
        const char *old, *want, *message;
    } refused[] = {
        {"a: &x {k: 1}\nb: *x\n", "{a: {k: 1}, b: {k: 2}}",
         "f:2:4: the value belongs to an anchor elsewhere in the file"},
        {"a: &x {k: 1}\nb:\n  <<: *x\n", "{a: {k: 1}, b: {k: 2}}",
         "f:1:11: the value belongs to an anchor elsewhere in the file"},
        {"a: &x 1\nb: *x\n", "{a: 2, b: 1}",
         "f: the change would touch an anchor that other values use"},
    };
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        CLEANUP(str_release) struct str text = STR_INIT;
        struct node *want = must_read(*state, yaml_read, refused[i].want);
        assert_int_equal(yaml_edit(&text, refused[i].old, strlen(refused[i].old), want, "f"),
                         ERR_UNSUPPORTED);
        assert_string_equal(err_text(), refused[i].message);
        assert_int_equal(text.len, 0);
        err_clear();
    }
}

/* In dvc.lock an entry is written anew as DVC would, in the order that is wanted. */
static void test_entries(void **state) {
    static const char old[] = "schema: '2.0'\n"
                              "stages:\n"
                              "  a:\n"
                              "    cmd:   x\n"
                              "    outs:\n"
                              "    - path: o\n"
                              "  b:\n"
                              "    cmd:   y\n";
    struct arena *arena = *state;
    CLEANUP(str_release) struct str text = STR_INIT;
    struct node *want =
        must_read(arena, yaml_read,
                  "{schema: '2.0', stages: {a: {cmd: x, deps: [{path: d}], outs: [{path: o}]}, "
                  "b: {cmd: y}, c: {cmd: z}}}");
    assert_int_equal(yaml_edit_entries(&text, old, strlen(old), want, 2, "f"), 0);
    assert_string_equal(text.buf, "schema: '2.0'\n"
                                  "stages:\n"
                                  "  a:\n"
                                  "    cmd: x\n"
                                  "    deps:\n"
                                  "    - path: d\n"
                                  "    outs:\n"
                                  "    - path: o\n"
                                  "  b:\n"
                                  "    cmd:   y\n"
                                  "  c:\n"
                                  "    cmd: z\n");

    /* Aliases are no obstacle there. */
    static const char shared[] = "a: &id001 [1]\nb: *id001\n";
    str_clear(&text);
    want = must_read(arena, yaml_read, "{a: [2], b: [1]}");
    assert_int_equal(yaml_edit_entries(&text, shared, strlen(shared), want, 1, "f"), 0);
    assert_string_equal(text.buf, "a:\n- 2\nb:\n- 1\n");
}

static void test_errors_of_the_old_text(void **state) {
    CLEANUP(str_release) struct str text = STR_INIT;
    static const char old[] = "a: [1\n";
    assert_int_equal(yaml_edit(&text, old, strlen(old), node_map(*state), "d.yaml"), ERR_INVALID);
    assert_string_equal(err_text(), "d.yaml:2:1: a comma or closing bracket is missing");
    err_clear();
}

static void test_large_files(void **state) {
    struct arena *arena = *state;
    enum { COUNT = 10000 };
    CLEANUP(str_release) struct str old = STR_INIT, text = STR_INIT, expected = STR_INIT;
    str_adds(&old, "stages:\n");
    for (int i = 0; i < COUNT; i++) {
        str_addf(&old, "  s%d:   # stage\n    cmd: run %d\n    outs: [o%d]\n", i, i, i);
    }
    struct node *want = must_read(arena, yaml_read, old.buf);
    struct node *stages = node_get(want, "stages");
    node_put(arena, node_get(stages, "s5000"), "frozen", node_bool(arena, true));
    node_drop(stages, "s9999");
    node_put(arena, stages, "new", node_str(arena, "x"));
    assert_int_equal(yaml_edit(&text, old.buf, old.len, want, "f"), 0);

    const char *at = strstr(old.buf, "  s5001:");
    const char *last = strstr(old.buf, "  s9999:");
    str_add(&expected, old.buf, (size_t)(at - old.buf));
    str_adds(&expected, "    frozen: true\n");
    str_add(&expected, at, (size_t)(last - at));
    str_adds(&expected, "  new: x\n");
    assert_string_equal(text.buf, expected.buf);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_data_files),    TEST(test_pipelines), TEST(test_blank_lines_and_comments),
        TEST(test_block_scalars), TEST(test_brackets),  TEST(test_odd_texts),
        TEST(test_aliases),       TEST(test_entries),   TEST(test_errors_of_the_old_text),
        TEST(test_large_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
