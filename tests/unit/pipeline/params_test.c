#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/view.h"
#include "pipeline/params.h"

static struct arena *arena;
static struct repo *r;
static struct params *params;

static int params_setup(void **state) {
    int rc = scratch_setup(state);

    sh("git init -q .");
    arena = arena_new();
    rc = rc || repo_init(scratch, &(struct repo_init_options){0}) || repo_open(&r, scratch, false);
    params = params_new(&(struct view){.repo = r});
    put("params.yaml", "lr: 1e-3\nnet:\n  depth: 3\n  sizes: [4, 5]\nnone:\n");
    return rc;
}

static int params_teardown(void **state) {
    params_free(params);
    repo_close(r);
    arena_free(arena);
    return scratch_teardown(state);
}

static struct dep dep_on(const char *path) {
    return (struct dep){.kind = DEP_PARAMS, .written = path, .path = path};
}

static void expect_json(const struct node *n, const char *text) {
    struct str seen = STR_INIT;

    json_write(&seen, n);
    assert_string_equal(seen.buf, text);
    str_release(&seen);
}

static const struct node *record(const char *text) {
    struct node *n;

    assert_int_equal(yaml_read(&n, arena, text, strlen(text), "record"), 0);
    return n;
}

static void reads_values(void **state) {
    (void)state;
    struct dep dep = dep_on("params.yaml");
    struct strv missing = {0};
    struct node *values;

    vec_push(&dep.keys, "net.depth");
    vec_push(&dep.keys, "net.sizes.1");
    vec_push(&dep.keys, "nope");
    vec_push(&dep.keys, "none");
    assert_int_equal(params_values(&values, &missing, arena, params, &dep), 0);
    expect_json(values, "{\"net.depth\": 3, \"net.sizes.1\": 5, \"none\": null}");
    assert_int_equal(missing.len, 1);
    assert_string_equal(missing.at[0], "nope");
    strv_release(&missing);
    vec_release(&dep.keys);

    dep = dep_on("params.yaml");
    dep.whole_file = true;
    assert_int_equal(params_values(&values, NULL, arena, params, &dep), 0);
    expect_json(values,
                "{\"lr\": 0.001, \"net\": {\"depth\": 3, \"sizes\": [4, 5]}, \"none\": null}");

    put("empty.yaml", "# nothing\n");
    dep = dep_on("empty.yaml");
    dep.whole_file = true;
    assert_int_equal(params_values(&values, NULL, arena, params, &dep), 0);
    expect_json(values, "{}");
}

static void refuses_what_is_no_mapping(void **state) {
    (void)state;
    struct dep dep = dep_on("list.json");
    struct node *values;

    dep.whole_file = true;
    put("list.json", "[1, 2]");
    assert_int_equal(params_values(&values, NULL, arena, params, &dep), ERR_INVALID);
    err_clear();
    sh("mkdir folder");
    dep = dep_on("folder");
    assert_int_equal(params_values(&values, NULL, arena, params, &dep), ERR_FAILED);
    err_clear();
    dep = dep_on("gone.toml");
    assert_int_equal(params_values(&values, NULL, arena, params, &dep), ERR_NOT_FOUND);
    err_clear();
}

static void expect_status(const struct dep *dep, const char *text) {
    struct status_entries entries = {0};
    struct stage s = {.name = "s"};
    struct str seen = STR_INIT;

    assert_int_equal(params_status(params, &entries, arena, &s, dep), 0);
    for (size_t i = 0; i < entries.len; i++) {
        str_addf(&seen, "%s%s:%s=%s", i ? " " : "", entries.at[i].path,
                 entries.at[i].key ? entries.at[i].key : "", change_word(entries.at[i].change));
    }
    assert_string_equal(seen.buf, text);
    str_release(&seen);
    vec_release(&entries);
}

static void compares_with_the_record(void **state) {
    (void)state;
    struct dep dep = dep_on("params.yaml");

    vec_push(&dep.keys, "net.depth");
    vec_push(&dep.keys, "lr");
    vec_push(&dep.keys, "gone");
    vec_push(&dep.keys, "none");
    expect_status(&dep, "params.yaml:=new");
    dep.recorded_params = record("{net.depth: 4, lr: 0.001, gone: 1}");
    expect_status(&dep,
                  "params.yaml:net.depth=modified params.yaml:gone=deleted params.yaml:none=new");
    vec_release(&dep.keys);

    dep = dep_on("params.yaml");
    dep.whole_file = true;
    dep.recorded_params = record("{lr: 0.001, net: {sizes: [4, 5], depth: 3.0}, old: 1}");
    expect_status(&dep, "params.yaml:none=new params.yaml:old=deleted");

    dep = dep_on("gone.yaml");
    expect_status(&dep, "gone.yaml:=deleted");
}

static void records_or_says_what_is_missing(void **state) {
    (void)state;
    struct dep dep = dep_on("params.yaml");

    vec_push(&dep.keys, "lr");
    assert_int_equal(params_commit(arena, params, &dep), 0);
    expect_json(dep.recorded_params, "{\"lr\": 0.001}");
    vec_push(&dep.keys, "x.y");
    assert_int_equal(params_commit(arena, params, &dep), ERR_NOT_FOUND);
    assert_string_equal(err_text(), "Parameters 'x.y' are missing from 'params.yaml'.");
    err_clear();
    vec_release(&dep.keys);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_values, params_setup, params_teardown),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_mapping, params_setup, params_teardown),
        cmocka_unit_test_setup_teardown(compares_with_the_record, params_setup, params_teardown),
        cmocka_unit_test_setup_teardown(records_or_says_what_is_missing, params_setup,
                                        params_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
