#include "project.h"

#include "model/resolve.h"

static const struct repo fixed = {.root = "/r/p", .cwd = ""};

static void expect(const char *wdir, const char *written, enum resolved_kind kind, const char *path,
                   const char *kept) {
    struct arena *a = arena_new();
    struct resolved got;

    resolve_path(&got, a, &fixed, wdir, written);
    assert_int_equal(got.kind, kind);
    assert_string_equal(got.path, path);
    assert_string_equal(got.written, kept);
    arena_free(a);
}

static void leads_paths(void **state) {
    (void)state;
    expect("", "a", RESOLVED_INSIDE, "a", "a");
    expect("", "./a//b/", RESOLVED_INSIDE, "a/b", "./a//b/");
    expect("sub", "../a", RESOLVED_INSIDE, "a", "../a");
    expect("sub", ".", RESOLVED_INSIDE, "sub", ".");
    expect("", ".", RESOLVED_INSIDE, "", ".");
    expect("sub", "../../x", RESOLVED_OUTSIDE, "/r/x", "../../x");
    expect("", "../p/a", RESOLVED_INSIDE, "a", "../p/a");
    expect("", "../../../../x", RESOLVED_OUTSIDE, "/x", "../../../../x");
    expect("", "/r/p/a", RESOLVED_INSIDE, "a", "a");
    expect("sub", "/r/p/a", RESOLVED_INSIDE, "a", "../a");
    expect("", "/r/pp/a", RESOLVED_OUTSIDE, "/r/pp/a", "/r/pp/a");
    expect("sub", "/r/p/sub", RESOLVED_INSIDE, "sub", ".");
    expect("/r/q", "a", RESOLVED_OUTSIDE, "/r/q/a", "a");
    expect("/r/q", "../p/a", RESOLVED_INSIDE, "a", "../p/a");
    expect("sub", "s3://b/k", RESOLVED_URL, "s3://b/k", "s3://b/k");
    expect("sub", "remote://r/k", RESOLVED_URL, "remote://r/k", "remote://r/k");
    expect("", "ds://d", RESOLVED_DATASET, "ds://d", "ds://d");
    expect("", "odd://x", RESOLVED_INSIDE, "odd:/x", "odd://x");
}

static void finds_working_directories(void **state) {
    (void)state;
    struct arena *a = arena_new();

    assert_string_equal(resolve_wdir(a, &fixed, "sub/dvc.yaml", NULL), "sub");
    assert_string_equal(resolve_wdir(a, &fixed, "sub/dvc.yaml", ""), "sub");
    assert_string_equal(resolve_wdir(a, &fixed, "sub/dvc.yaml", ".."), "");
    assert_string_equal(resolve_wdir(a, &fixed, "dvc.yaml", "x/y/"), "x/y");
    assert_string_equal(resolve_wdir(a, &fixed, "dvc.yaml", "../z"), "/r/z");
    arena_free(a);
}

static void refuses_outs(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", "f: an output without a path"},
        {".", "f: output '.' is the repository itself"},
        {"ds://x", "f: output 'ds://x' lies outside the repository"},
        {".git/hooks/pre-commit",
         "f: output '.git/hooks/pre-commit' lies where only Git or DVC may write"},
        {"sub/.GIT/x", "f: output 'sub/.GIT/x' lies where only Git or DVC may write"},
        {".dvc/config", "f: output '.dvc/config' lies where only Git or DVC may write"},
        {"x.dvc", "f: 'x.dvc' describes stages and cannot be an output"},
        {"d/dvc.yaml", "f: 'd/dvc.yaml' describes stages and cannot be an output"},
    };
    struct arena *a = arena_new();
    struct resolved got;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_error(resolve_out(&got, a, &fixed, "", cases[i][0], NULL, "f"), ERR_INVALID,
                     cases[i][1]);
    }
    assert_int_equal(resolve_out(&got, a, &fixed, "", "ok", NULL, "f"), 0);
    assert_error(resolve_dep(&got, a, &fixed, "", "", NULL, "f"), ERR_INVALID,
                 "f: a dependency without a path");
    assert_error(resolve_dep(&got, a, &fixed, "", "x.dvc", NULL, "f"), ERR_INVALID,
                 "f: 'x.dvc' describes stages and cannot be a dependency");
    assert_int_equal(resolve_dep(&got, a, &fixed, "", "../x", NULL, "f"), 0);
    assert_int_equal(got.kind, RESOLVED_OUTSIDE);
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leads_paths),
        cmocka_unit_test(finds_working_directories),
        cmocka_unit_test(refuses_outs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
