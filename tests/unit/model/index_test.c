#include "project.h"

#include "doc/node.h"
#include "model/index.h"
#include "model/index_seen.h"
#include "model/stage.h"

/* The addresses of all stages, a line each. */
static void expect(const struct index *idx, const char *addresses) {
    struct str seen = STR_INIT;

    for (size_t i = 0; i < idx->stages.len; i++) {
        str_addf(&seen, "%s\n", stage_address(idx->stages.at[i], arena, ""));
    }
    assert_string_equal(seen.buf, addresses);
    str_release(&seen);
}

static struct index *load(void) {
    struct index *idx = NULL;

    if (index_load(&idx, repo, NULL)) {
        fail_msg("%s", err_text());
    }
    return idx;
}

static void walks_in_order(void **state) {
    (void)state;
    sh("mkdir -p sub/deep data ign nested/.dvc lib.dvc && ln -s sub link");
    put("dvc.yaml", "stages:\n  z: {cmd: x, outs: [data]}\n  a: {cmd: x}\n");
    put("b.dvc", "outs:\n- path: b\n");
    put("sub/dvc.yaml", "stages:\n  s: {cmd: x, outs: [o]}\n");
    put("sub/a.dvc", "outs:\n- path: a\n");
    put("sub/deep/c.dvc", "outs:\n- path: c\n");
    put("data/x.dvc", "broken: [");
    put("ign/x.dvc", "broken: [");
    put("nested/x.dvc", "broken: [");
    put("lib.dvc/y.dvc", "outs:\n- path: y\n");
    put(".dvcignore", "ign/\n");
    struct index *idx = load();

    expect(idx, "b.dvc\nz\na\nlib.dvc/y.dvc\nsub/a.dvc\nsub/dvc.yaml:s\nsub/deep/c.dvc\n");
    assert_int_equal(idx->outs.len, 6);
    assert_string_equal(idx->outs.at[0]->path, "b");
    assert_string_equal(idx->outs.at[5]->path, "sub/o");
    assert_ptr_equal(index_find_out(idx, "data"), &idx->stages.at[1]->outs[0]);
    assert_ptr_equal(index_find_out(idx, "data/x/y"), &idx->stages.at[1]->outs[0]);
    assert_null(index_find_out(idx, "dat"));
    assert_null(index_find_out(idx, "sub"));
    assert_ptr_equal(index_find_stage(idx, "sub/dvc.yaml", "s"), idx->stages.at[5]);
    assert_ptr_equal(index_find_stage(idx, "b.dvc", NULL), idx->stages.at[0]);
    assert_null(index_find_stage(idx, "b.dvc", "s"));
    assert_non_null(index_find_pipe(idx, "sub/dvc.yaml"));
    assert_null(index_find_pipe(idx, "sub/deep/dvc.yaml"));
    assert_int_equal(index_check_overlaps(idx), 0);
    index_free(idx);
}

static void fills_from_the_lock(void **state) {
    (void)state;
    put("dvc.yaml", "stages:\n  a: {cmd: x, outs: [o], params: [p, q]}\n  b: {cmd: y}\n");
    put("dvc.lock", "schema: '2.0'\nstages:\n  a:\n    cmd: old\n    params: {params.yaml: {p: 1, "
                    "r: 2}}\n    outs:\n"
                    "    - {path: o, hash: md5, md5: b1946ac92492d2347c6235b4d2611184, size: 6}\n  "
                    "gone: {cmd: z}\n");
    struct index *idx = load();
    const struct stage *a = idx->stages.at[0];

    assert_true(a->locked && !idx->stages.at[1]->locked);
    assert_string_equal(node_text(a->locked_cmd), "old");
    assert_int_equal(a->outs[0].recorded.size, 6);
    assert_int_equal(a->deps[0].recorded_params->map.len, 1);
    assert_non_null(node_get(a->deps[0].recorded_params, "p"));
    index_free(idx);
}

static void names_what_does_not_parse(void **state) {
    (void)state;
    struct index *idx = NULL;

    put("dvc.yaml", "stages:\n  a: {cmd: x}\n");
    put("dvc.lock", "schema: '1.0'\n");
    assert_error(index_load(&idx, repo, NULL), ERR_INVALID,
                 "dvc.lock:1:9: the schema is not '2.0'");
    put("dvc.lock", "schema: '2.0'\n");
    put("x.dvc", "outs:\n- pth: y\n");
    assert_error(index_load(&idx, repo, NULL), ERR_INVALID,
                 "x.dvc:2:3: unknown key 'pth' in 'outs[0]'");
    assert_int_equal(index_load_sound(&idx, repo, NULL), 0);
    expect(idx, "a\n");
    index_free(idx);
    put("x.dvc", "outs:\n- path: y\n");
    put(".dvcignore", "# data\ny\n");
    repo_closep(&repo);
    assert_int_equal(repo_open(&repo, scratch, false), 0);
    assert_error(index_load(&idx, repo, NULL), ERR_INVALID,
                 "x.dvc: output 'y' is ignored by .dvcignore:2 ('y')");
    sh("rm .dvcignore x.dvc && mkfifo x.dvc");
    assert_int_not_equal(index_load(&idx, repo, NULL), 0);
    err_clear();
}

static void expect_overlap(const char *error) {
    struct index *idx = load();

    assert_error(index_check_overlaps(idx), ERR_FAILED, error);
    index_free(idx);
}

static void finds_overlaps(void **state) {
    (void)state;
    put("dvc.yaml", "stages:\n  p: {cmd: x, outs: [k]}\n  q: {cmd: x, outs: [k]}\n");
    expect_overlap("dvc.yaml:3:22: output 'k' is specified in the stages 'p' and 'q'");
    put("dvc.yaml", "stages:\n  p: {cmd: x, outs: [k], metrics: [k]}\n");
    expect_overlap("dvc.yaml:2:36: output 'k' is specified twice in stage 'p'");
    put("dvc.yaml", "stages:\n  p: {cmd: x, outs: [k, k-1]}\n  q: {cmd: x, outs: [k/l/m]}\n");
    expect_overlap("dvc.yaml:3:22: output 'k/l/m' of 'q' lies within output 'k' of 'p'");
    sh("mkdir s && printf 'stages: {p: {cmd: x, outs: [\".\"]}}' > s/dvc.yaml && rm dvc.yaml");
    expect_overlap("stage file 's/dvc.yaml' lies within output 's' of 's/dvc.yaml:p'");
}

/* The second time only what depends on more than itself. */
static void loads_what_is_new(const char *id) {
    CLEANUP(index_seen_freep) struct index_seen *seen = index_seen_new();
    struct index *idx = NULL;

    assert_int_equal(index_load_new(&idx, repo, id, seen, true), 0);
    expect(idx, "a\nz.dvc\nsub/x.dvc\nz/y.dvc\n");
    index_free(idx);
    assert_int_equal(index_load_new(&idx, repo, id, seen, true), 0);
    expect(idx, "a\n");
    index_free(idx);
}

static void reads_a_commit(void **state) {
    (void)state;
    char id[64];
    struct index *idx = NULL;
    FILE *f;

    sh("git init -q . && mkdir -p sub d/nested/.dvc data z");
    put("dvc.yaml", "stages:\n  a: {cmd: '${c}', outs: [data]}\n");
    put("params.yaml", "c: then\n");
    put("sub/x.dvc", "outs:\n- path: x\n");
    put("z.dvc", "outs:\n- path: zz\n");
    put("z/y.dvc", "outs:\n- path: y\n");
    put("data/q.dvc", "broken: [");
    put("d/nested/.dvc/config", "");
    put("d/nested/q.dvc", "broken: [");
    put(".dvc/config", "");
    sh("git add -f . && git commit -qm one && git rev-parse HEAD > .id && rm dvc.yaml sub/x.dvc");
    f = fopen(at(".id"), "r");
    assert_int_equal(fscanf(f, "%63s", id), 1);
    fclose(f);
    repo_closep(&repo);
    assert_int_equal(repo_open(&repo, scratch, false), 0);
    assert_int_equal(index_load(&idx, repo, id), 0);
    expect(idx, "a\nz.dvc\nsub/x.dvc\nz/y.dvc\n");
    assert_string_equal(idx->stages.at[0]->cmd, "then");

    /* Another index has the same definitions, and nothing of what becomes of them here. */
    struct index *other = NULL;
    idx->stages.at[1]->outs[0].path = "changed";
    idx->stages.at[1]->frozen = true;
    assert_int_equal(index_load(&other, repo, id), 0);
    expect(other, "a\nz.dvc\nsub/x.dvc\nz/y.dvc\n");
    index_free(idx);
    assert_string_equal(other->stages.at[1]->outs[0].path, "zz");
    assert_ptr_equal(other->stages.at[1]->outs[0].stage, other->stages.at[1]);
    assert_false(other->stages.at[1]->frozen);
    index_free(other);
    loads_what_is_new(id);
}

static void passes_by_what_git_ignores(void **state) {
    (void)state;
    struct index *idx = NULL;

    sh("git init -q . && mkdir venv sub");
    put(".dvc/config", "");
    put(".gitignore", "venv/\n/skip.dvc\n");
    put("venv/x.dvc", "broken: [");
    put("skip.dvc", "broken: [");
    put("sub/skip.dvc", "outs:\n- path: x\n");
    repo_closep(&repo);
    assert_int_equal(repo_open(&repo, scratch, false), 0);
    assert_int_equal(index_load(&idx, repo, NULL), 0);
    expect(idx, "sub/skip.dvc\n");
    index_free(idx);
    put("dvc.yaml", "stages: {a: {cmd: x}}\n");
    put(".gitignore", "dvc.lock\n");
    sh("rm -r venv skip.dvc");
    assert_error(index_load(&idx, repo, NULL), ERR_FAILED, "'dvc.lock' is ignored by Git");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        PROJECT_TEST(walks_in_order),
        PROJECT_TEST(fills_from_the_lock),
        PROJECT_TEST(names_what_does_not_parse),
        PROJECT_TEST(finds_overlaps),
        PROJECT_TEST(reads_a_commit),
        PROJECT_TEST(passes_by_what_git_ignores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
