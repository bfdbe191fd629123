#include "project.h"

#include "model/index.h"
#include "model/stage.h"
#include "model/target.h"

static struct index *idx;

static int setup(void **state) {
    int rc = project_setup(state);

    sh("mkdir -p sub data deep/er");
    put("dvc.yaml",
        "stages:\n  b: {cmd: x, deps: [a.out], outs: [b.out]}\n  a: {cmd: x, outs: [a.out, dir]}\n"
        "  fe: {foreach: [x, 'y/z'], do: {cmd: x}}\n  none: {foreach: [], do: {cmd: x}}\n"
        "  data.dvc2: {cmd: x}\n  both: {cmd: x}\n");
    put("sub/dvc.yaml", "stages:\n  t: {cmd: x, outs: [o]}\n  u: {cmd: x, deps: [o]}\n");
    put("sub/d.dvc", "outs:\n- path: d\n");
    put("both.dvc", "outs:\n- path: both\n");
    put("deep/er/e.dvc", "outs:\n- path: e\n");
    assert_int_equal(index_load(&idx, repo, NULL), 0);
    return rc;
}

static int teardown(void **state) {
    index_freep(&idx);
    return project_teardown(state);
}

static int resolve(struct str *seen, const char *typed, unsigned flags, bool outs) {
    struct stages stages = {0};
    struct target_outs found = {0};
    struct strv words = {0};
    char *copy = strdup(typed), *rest = copy;

    for (char *word; *typed && (word = strsep(&rest, " ")) != NULL;) {
        vec_push(&words, word);
    }
    int rc =
        outs ? target_outs(&found, idx, &words, flags) : target_stages(&stages, idx, &words, flags);

    for (size_t i = 0; i < stages.len; i++) {
        str_addf(seen, "%s%s", i ? " " : "", stage_address(stages.at[i], arena, ""));
    }
    for (size_t i = 0; i < found.len; i++) {
        str_addf(seen, "%s%s%s%s", i ? " " : "", found.at[i].out->path,
                 found.at[i].below ? "!" : "", found.at[i].below ? found.at[i].below : "");
    }
    vec_release(&stages);
    vec_release(&found);
    vec_release(&words);
    free(copy);
    return rc;
}

static void stages_are(const char *typed, unsigned flags, const char *addresses) {
    struct str seen = STR_INIT;

    if (resolve(&seen, typed, flags, false)) {
        fail_msg("%s: %s", typed, err_text());
    }
    assert_string_equal(seen.buf, addresses);
    str_release(&seen);
}

static void outs_are(const char *typed, unsigned flags, const char *paths) {
    struct str seen = STR_INIT;

    if (resolve(&seen, typed, flags, true)) {
        fail_msg("%s: %s", typed, err_text());
    }
    assert_string_equal(seen.buf, paths);
    str_release(&seen);
}

static void fails(const char *typed, unsigned flags, bool outs, const char *error,
                  const char *hint) {
    struct str seen = STR_INIT;
    int rc = resolve(&seen, typed, flags, outs);

    if (hint) {
        assert_non_null(err_hint_text());
        assert_string_equal(err_hint_text(), hint);
    }
    assert_error(rc, ERR_FAILED, error);
    str_release(&seen);
}

static void finds_stages(void **state) {
    (void)state;
    stages_are("b", 0, "b");
    stages_are("a b a", 0, "a b");
    stages_are("fe", 0, "fe@x fe@y/z");
    stages_are("fe@y/z", 0, "fe@y/z");
    stages_are("none", 0, "");
    stages_are("dvc.yaml:fe@y/z", 0, "fe@y/z");
    stages_are(":a", 0, "a");
    stages_are("dvc.yaml", 0, "b a fe@x fe@y/z data.dvc2 both");
    stages_are("sub/dvc.yaml", 0, "sub/dvc.yaml:t sub/dvc.yaml:u");
    stages_are("./sub/../sub/dvc.yaml:t", 0, "sub/dvc.yaml:t");
    stages_are("sub/d.dvc", 0, "sub/d.dvc");
    stages_are("sub/d.dvc:anything", 0, "sub/d.dvc");
    stages_are("data.dvc2", 0, "data.dvc2");
    stages_are("both", 0, "both");
    stages_are("", 0,
               "both.dvc b a fe@x fe@y/z data.dvc2 both deep/er/e.dvc sub/d.dvc sub/dvc.yaml:t "
               "sub/dvc.yaml:u");
    stages_are("b", TARGET_WITH_DEPS, "a b");
    stages_are("sub", TARGET_RECURSIVE, "sub/d.dvc sub/dvc.yaml:t sub/dvc.yaml:u");
    stages_are("deep", TARGET_RECURSIVE, "deep/er/e.dvc");
    stages_are("b*", TARGET_GLOB, "b both");
    stages_are("sub/dvc.yaml:*", TARGET_GLOB, "sub/dvc.yaml:t sub/dvc.yaml:u");
    stages_are("q*", TARGET_GLOB, "");
    stages_are("b.out dir/x", TARGET_OUTS, "b a");
    stages_are("both", TARGET_OUTS, "both");
    repo->cwd = "sub";
    stages_are("t", 0, "sub/dvc.yaml:t");
    stages_are("../dvc.yaml:a", 0, "a");
    repo->cwd = "";
}

static void names_what_is_not_there(void **state) {
    (void)state;
    fails("c", 0, false, "Stage 'c' not found inside 'dvc.yaml' file", NULL);
    fails("bot", 0, false, "Stage 'bot' not found inside 'dvc.yaml' file", "did you mean 'both'?");
    fails("b.out", 0, false, "Stage 'b.out' not found inside 'dvc.yaml' file", NULL);
    fails("fe@z", 0, false, "Stage 'fe@z' not found inside 'dvc.yaml' file",
          "did you mean 'fe@x'?");
    fails("nope.dvc", 0, false, "'nope.dvc' does not exist", NULL);
    fails("bothh.dvc", 0, false, "'bothh.dvc' does not exist", "did you mean 'both.dvc'?");
    fails("nope/dvc.yaml:a", 0, false, "'nope/dvc.yaml' does not exist", NULL);
    fails("x:a", 0, false, "'x' is no stage file: they are named dvc.yaml or end in .dvc", NULL);
    fails("dvc.lock", 0, false,
          "'dvc.lock' is written by the tool; targets are the stages of dvc.yaml",
          "did you mean 'dvc.yaml'?");
    fails("sub/dvc.lock:t", 0, false,
          "'sub/dvc.lock:t' is written by the tool; targets are the stages of dvc.yaml",
          "did you mean 'sub/dvc.yaml:t'?");
    fails("b.ou", TARGET_OUTS, false, "'b.ou' is neither a stage nor tracked data",
          "did you mean 'b.out'?");
    fails("deep", 0, true, "'deep' is neither a stage nor tracked data",
          "-R means all that is tracked in a folder");
    fails("zzz*", TARGET_GLOB, true, "nothing that is tracked matches 'zzz*'", NULL);
}

static void finds_outs(void **state) {
    (void)state;
    outs_are("a", 0, "a.out dir");
    outs_are("b.out", 0, "b.out");
    outs_are("dir/x/y dir/x/y", 0, "dir!x/y");
    outs_are("dir/x dir", 0, "dir");
    outs_are("a dir/x", 0, "a.out dir");
    outs_are("sub/d sub/d.dvc", 0, "sub/d");
    outs_are("both.dvc", 0, "both");
    outs_are("both", 0, ""); /* the stage, which has none */
    outs_are("b", TARGET_WITH_DEPS, "a.out dir b.out");
    outs_are("deep", TARGET_RECURSIVE, "deep/er/e");
    outs_are("*.out", TARGET_GLOB, "b.out a.out");
    outs_are("sub/*", TARGET_GLOB, "sub/d sub/o");
    repo->cwd = "sub";
    outs_are("d ../dir/z", 0, "sub/d dir!z");
    repo->cwd = "";
    assert_int_equal(idx->outs.len, 7);
    outs_are("", 0, "both b.out a.out dir deep/er/e sub/d sub/o");
}

#define TARGET_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TARGET_TEST(finds_stages),
        TARGET_TEST(names_what_is_not_there),
        TARGET_TEST(finds_outs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
