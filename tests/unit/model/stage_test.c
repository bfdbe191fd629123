#include "project.h"

#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/content.h"
#include "model/stage.h"

static void names_stages(void **state) {
    (void)state;
    struct stage here = {.file = "dvc.yaml", .name = "prep"},
                 below = {.file = "sub/dvc.yaml", .name = "prep"};
    struct stage data = {.file = "sub/x.dvc"};

    assert_string_equal(stage_address(&here, arena, ""), "prep");
    assert_string_equal(stage_address(&here, arena, "sub"), "../dvc.yaml:prep");
    assert_string_equal(stage_address(&below, arena, ""), "sub/dvc.yaml:prep");
    assert_string_equal(stage_address(&below, arena, "sub"), "prep");
    assert_string_equal(stage_address(&data, arena, ""), "sub/x.dvc");
    assert_string_equal(stage_address(&data, arena, "sub"), "x.dvc");
}

static void judges_names(void **state) {
    (void)state;
    static const char bad[] = "!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~";

    assert_true(stage_name_valid("prep-1_x y"));
    assert_true(stage_name_valid("\xc3\xa9"));
    assert_false(stage_name_valid(""));
    for (const char *p = bad; *p; p++) {
        char name[] = {'a', *p, 'b', '\0'};

        assert_false(stage_name_valid(name));
    }
}

static void sees_overlaps(void **state) {
    (void)state;
    assert_true(paths_overlap("a", "a"));
    assert_true(paths_overlap("a", "a/b"));
    assert_true(paths_overlap("a/b", "a"));
    assert_false(paths_overlap("a", "ab"));
    assert_false(paths_overlap("a/b", "a/c"));
}

static struct content file(const char *md5, int64_t size) {
    struct content c;

    content_clear(&c);
    assert_true(digest_from_text(&c.digest, HASH_MD5, md5));
    c.size = size;
    return c;
}

static void orders_the_lock_entry(void **state) {
    (void)state;
    struct dep deps[5] = {
        {.kind = DEP_FILE, .written = "z", .path = "z"},
        {.kind = DEP_PARAMS, .written = "q.json", .path = "q.json"},
        {.kind = DEP_FILE, .written = "../a", .path = "a"},
        {.kind = DEP_PARAMS, .written = "params.yaml", .path = "params.yaml"},
        {.kind = DEP_PARAMS, .written = "all.yaml", .path = "all.yaml", .whole_file = true}};
    struct out outs[2] = {{.written = "o", .path = "o"},
                          {.written = "d", .path = "d", .kind = OUT_METRIC}};
    struct stage s = {
        .file = "dvc.yaml", .name = "s", .deps = deps, .ndeps = 5, .outs = outs, .nouts = 2};
    struct str text = STR_INIT;
    struct node *params;
    static const char values[] = "train: {z: [1, 2], a: 'x: y'}\nlr: 0.1\n";

    s.cmd_node = node_str(arena, "run");
    deps[0].recorded = file("b1946ac92492d2347c6235b4d2611184", 6);
    deps[2].recorded = file("591785b794601e212b260e25925636fd.dir", 4);
    deps[2].recorded.nfiles = 2;
    deps[2].recorded.digest.algo = HASH_MD5_DOS2UNIX;
    assert_int_equal(yaml_read(&params, arena, values, strlen(values), "p"), 0);
    deps[3].recorded_params = params;
    outs[0].recorded = file("b1946ac92492d2347c6235b4d2611184", 6);
    outs[0].recorded.isexec = true;
    content_clear(&outs[1].recorded);
    yaml_write(&text, stage_lock_entry(arena, &s));
    assert_string_equal(
        text.buf,
        "cmd: run\n"
        "deps:\n"
        "- path: ../a\n  md5: 591785b794601e212b260e25925636fd.dir\n  size: 4\n  nfiles: 2\n"
        "- path: z\n  hash: md5\n  md5: b1946ac92492d2347c6235b4d2611184\n  size: 6\n"
        "params:\n"
        "  params.yaml:\n    lr: 0.1\n    train:\n      z:\n      - 1\n      - 2\n      a: 'x: y'\n"
        "  all.yaml: {}\n"
        "outs:\n"
        "- path: d\n  hash: md5\n"
        "- path: o\n  hash: md5\n  md5: b1946ac92492d2347c6235b4d2611184\n  size: 6\n  isexec: "
        "true\n");
    str_release(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        PROJECT_TEST(names_stages),
        PROJECT_TEST(judges_names),
        PROJECT_TEST(sees_overlaps),
        PROJECT_TEST(orders_the_lock_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
