#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "measure/compare.h"
#include "model/repo.h"

static struct arena *arena;
static struct repo *r;

static int compare_setup(void **state) {
    int rc = scratch_setup(state);

    sh("git init -q -b main .");
    arena = arena_new();
    rc = rc || repo_init(scratch, &(struct repo_init_options){0}) || repo_open(&r, scratch, false);
    sh("git commit -q -m start");
    return rc;
}

static int compare_teardown(void **state) {
    repo_close(r);
    arena_free(arena);
    return scratch_teardown(state);
}

static void add_value(struct str *out, const struct node *n) {
    if (n) {
        json_write(out, n);
    } else {
        str_adds(out, "-");
    }
}

static void flattens_for_tables(void **state) {
    (void)state;
    const char *text = "{a: {b: 1, e: {}, l: [1, x, null, true]}, n: null, e: [], s: x}";
    struct arena *own = arena_new();
    struct measure_values values = {0};
    struct str seen = STR_INIT;
    struct node *n;

    assert_int_equal(yaml_read(&n, own, text, strlen(text), "text"), 0);
    measure_flatten(&values, own, n);
    for (size_t i = 0; i < values.len; i++) {
        str_addf(&seen, "%s%s=", i ? " " : "", values.at[i].key);
        add_value(&seen, values.at[i].value);
    }
    assert_string_equal(seen.buf, "a.b=1 a.l=\"[1, 'x', None, True]\" n=null e=\"[]\" s=\"x\"");
    vec_clear(&values);
    measure_flatten(&values, own, node_float(own, 0.5));
    assert_int_equal(values.len, 1);
    assert_string_equal(values.at[0].key, "");
    vec_release(&values);
    str_release(&seen);
    arena_free(own);
}

static void expect_diff(const struct measure_request *q, const char *a, const char *b, bool all,
                        const char *text) {
    struct measure_comparison c = {0};
    struct str seen = STR_INIT;

    assert_int_equal(measure_diff(&c, arena, r, q, a, b, all), 0);
    for (size_t i = 0; i < c.changes.len; i++) {
        const struct measure_change *change = &c.changes.at[i];

        str_addf(&seen, "%s:%s ", change->path, change->key);
        add_value(&seen, change->old);
        str_addc(&seen, '>');
        add_value(&seen, change->new);
        str_addc(&seen, '=');
        add_value(&seen, change->diff);
        str_addc(&seen, '\n');
    }
    assert_string_equal(seen.buf, text);
    str_release(&seen);
    measure_comparison_release(&c);
}

static void compares_metrics(void **state) {
    (void)state;
    struct measure_request q = {.kind = MEASURE_METRICS};

    put("dvc.yaml", "metrics:\n- m.json\n- b.yaml\n");
    put("m.json",
        "{\"i\": 1, \"f\": 0.1, \"t\": true, \"l\": [1], \"n\": null, \"s\": \"x\", \"same\": 5, "
        "\"gone\": {\"deep\": 1}, \"max\": 9223372036854775807}");
    put("b.yaml", "3\n");
    expect_diff(&q, NULL, NULL, false,
                "b.yaml: ->3=-\nm.json:f ->0.1=-\nm.json:gone.deep ->1=-\nm.json:i ->1=-\n"
                "m.json:max ->9223372036854775807=-\nm.json:s ->\"x\"=-\nm.json:same "
                "->5=-\nm.json:t ->true=-\n");
    sh("git add -A && git commit -q -m one && git tag one");
    put("m.json", "{\"i\": 3, \"f\": 0.3, \"t\": false, \"s\": \"y\", \"same\": 5.0, \"new\": 1, "
                  "\"max\": -2}");
    put("b.yaml", "2.5\n");
    const char *changes =
        "b.yaml: 3>2.5=-0.5\nm.json:f 0.1>0.3=0.19999999999999998\nm.json:gone.deep 1>-=-\n"
        "m.json:i 1>3=2\nm.json:max 9223372036854775807>-2=-9223372036854775809\n"
        "m.json:new ->1=-\nm.json:s \"x\">\"y\"=-\nm.json:t true>false=-1\n";
    expect_diff(&q, NULL, NULL, false, changes);
    expect_diff(&q, "one", "workspace", false, changes);
    expect_diff(&q, "one", "HEAD", false, "");
    vec_push(&q.targets, "b.yaml");
    expect_diff(&q, "HEAD", "one", true, "b.yaml: 3>3=0\n");
    expect_diff(&q, "workspace", "one", false, "b.yaml: 2.5>3=0.5\n");
    vec_release(&q.targets);
}

static void compares_params(void **state) {
    (void)state;
    struct measure_request q = {.kind = MEASURE_PARAMS};

    put("params.yaml", "a: 1\nb: {c: x, l: [1, 2]}\n");
    put("other.yaml", "k: 1\nunused: 1\n");
    put("vars.yaml", "word: hey\nother: 1\n");
    put("dvc.yaml",
        "vars:\n- vars.yaml\nstages:\n  s:\n    cmd: echo ${word}\n    params:\n    - a\n"
        "    - other.yaml:\n      - k\n");
    sh("git add -A && git commit -q -m one");
    put("params.yaml", "a: 2\nb: {c: x, l: [1, 3]}\n");
    put("other.yaml", "k: 2\nunused: 2\n");
    put("vars.yaml", "word: ho\nother: 2\n");
    expect_diff(&q, NULL, NULL, false,
                "other.yaml:k 1>2=1\nparams.yaml:a 1>2=1\nparams.yaml:b.l \"[1, 2]\">\"[1, 3]\"=-\n"
                "vars.yaml:word \"hey\">\"ho\"=-\n");
    q.deps_only = true;
    expect_diff(&q, NULL, NULL, false,
                "other.yaml:k 1>2=1\nparams.yaml:a 1>2=1\nvars.yaml:word \"hey\">\"ho\"=-\n");
    vec_push(&q.targets, "other.yaml");
    expect_diff(&q, NULL, NULL, false, "other.yaml:k 1>2=1\nother.yaml:unused 1>2=1\n");
    vec_release(&q.targets);
}

static void shows_errors_of_files(void **state) {
    (void)state;
    static const struct {
        const char *path, *error;
    } cases[] = {
        {"gone.json", "FileNotFoundError"},     {"bad.json", "JSONFileCorruptedError"},
        {"bad.toml", "TOMLFileCorruptedError"}, {"bad.yaml", "YAMLFileCorruptedError"},
        {"bad.py", "PythonFileCorruptedError"}, {"binary.json", "EncodingError"},
    };
    struct measure_request q = {.kind = MEASURE_METRICS};
    struct measure_revs revs = {0};

    put("bad.json", "{\"v\": ");
    put("bad.toml", "a = ");
    put("bad.yaml", "a: [\n");
    put("bad.py", "x = (1\n");
    put("binary.json", "\377\376");
    put("good.json", "{\"v\": 1, \"l\": [], \"n\": null, \"e\": {\"l\": []}}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vec_push(&q.targets, cases[i].path);
    }
    vec_push(&q.targets, "good.json");
    assert_int_equal(measure_show(&revs, arena, r, &q), 0);
    assert_int_equal(revs.len, 1);
    assert_string_equal(revs.at[0].name, "");
    assert_true(measure_rev_failed(&revs.at[0]));
    assert_int_equal(revs.at[0].files.len, 7);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct measure_file *f = &revs.at[0].files.at[i];

        assert_string_equal(f->path, cases[i].path);
        assert_null(f->data);
        assert_string_equal(f->error_type, cases[i].error);
    }
    struct str seen = STR_INIT;
    json_write(&seen, revs.at[0].files.at[6].data);
    assert_string_equal(seen.buf, "{\"v\": 1}");
    str_release(&seen);
    measure_revs_release(&revs);
    vec_release(&q.targets);
}

static void hides_a_workspace_that_says_the_same(void **state) {
    (void)state;
    struct measure_request q = {.kind = MEASURE_METRICS, .all_branches = true};
    struct measure_revs revs = {0};

    put("dvc.yaml", "metrics:\n- m.json\n");
    put("m.json", "{\"v\": 1}");
    sh("git add -A && git commit -q -m one");
    assert_int_equal(measure_show(&revs, arena, r, &q), 0);
    assert_int_equal(revs.len, 1);
    assert_string_equal(revs.at[0].name, "main");
    measure_revs_release(&revs);
    put("m.json", "{\"v\": 2}");
    assert_int_equal(measure_show(&revs, arena, r, &q), 0);
    assert_int_equal(revs.len, 2);
    assert_string_equal(revs.at[0].name, "workspace");
    measure_revs_release(&revs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flattens_for_tables),
        cmocka_unit_test_setup_teardown(compares_metrics, compare_setup, compare_teardown),
        cmocka_unit_test_setup_teardown(compares_params, compare_setup, compare_teardown),
        cmocka_unit_test_setup_teardown(shows_errors_of_files, compare_setup, compare_teardown),
        cmocka_unit_test_setup_teardown(hides_a_workspace_that_says_the_same, compare_setup,
                                        compare_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
