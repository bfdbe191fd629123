#include "project.h"

#include "model/index.h"
#include "model/lockfile.h"
#include "model/stage.h"

#define MD5 "b1946ac92492d2347c6235b4d2611184"

static struct index *idx;

static void load(const char *pipe, const char *lock) {
    index_freep(&idx);
    put("dvc.yaml", pipe);
    if (lock) {
        put("dvc.lock", lock);
    }
    if (index_load(&idx, repo, NULL)) {
        fail_msg("%s", err_text());
    }
}

static int teardown(void **state) {
    index_freep(&idx);
    return project_teardown(state);
}

static struct stage *stage(const char *name) {
    return index_find_stage(idx, "dvc.yaml", name);
}

static void record(struct stage *s, int64_t size) {
    for (size_t i = 0; i < s->nouts; i++) {
        assert_true(digest_from_text(&s->outs[i].recorded.digest, HASH_MD5, MD5));
        s->outs[i].recorded.size = size;
    }
}

static void save(const char *name) {
    struct stage *s = stage(name);

    assert_int_equal(lockfile_save(repo, &s, 1), 0);
}

#define TWO                                                                                        \
    "stages:\n  a: {cmd: make a, outs: [a.o]}\n  b: {cmd: make b, outs: [b.o]}\n  c: {cmd: make "  \
    "c}\n"
#define ENTRY(name, size)                                                                          \
    "  " name ":\n    cmd: make " name "\n    outs:\n    - path: " name                            \
    ".o\n      hash: md5\n      md5: " MD5 "\n      size: " size "\n"
#define HEAD "schema: '2.0'\nstages:\n"

static void writes_entries(void **state) {
    (void)state;
    load(TWO, NULL);
    record(stage("a"), 6);
    record(stage("b"), 7);
    save("b");
    assert_file("dvc.lock", HEAD ENTRY("b", "7"));
    save("a");
    save("c");
    assert_file("dvc.lock", HEAD ENTRY("b", "7") ENTRY("a", "6") "  c:\n    cmd: make c\n");
    record(stage("b"), 8);
    save("b");
    assert_file("dvc.lock", HEAD ENTRY("b", "8") ENTRY("a", "6") "  c:\n    cmd: make c\n");

    struct stage *both[] = {stage("a"), stage("b")};

    record(both[0], 9);
    record(both[1], 9);
    sh("rm dvc.lock");
    assert_int_equal(lockfile_save(repo, both, 2), 0);
    assert_file("dvc.lock", HEAD ENTRY("a", "9") ENTRY("b", "9"));
    record(both[0], 10);
    record(both[1], 10);
    assert_int_equal(lockfile_save(repo, both, 2), 0);
    assert_file("dvc.lock", HEAD ENTRY("a", "10") ENTRY("b", "10"));
}

static void folds_long_commands(void **state) {
    (void)state;
    load("stages:\n  a:\n    cmd: python train.py --input some/long/path/to/data --output "
         "model.bin --epochs 100 > 'log file' 2>&1 || false\n",
         NULL);
    save("a");
    assert_file(
        "dvc.lock",
        HEAD "  a:\n    cmd: python train.py --input some/long/path/to/data --output model.bin \n"
             "      --epochs 100 > 'log file' 2>&1 || false\n");
    sh("cp dvc.lock before");
    load("stages:\n  a:\n    cmd: python train.py --input some/long/path/to/data --output "
         "model.bin --epochs 100 > 'log file' 2>&1 || false\n"
         "  b: {cmd: x}\n",
         NULL);
    save("a");
    save("b");
    sh("(cat before; printf '  b:\\n    cmd: x\\n') | cmp - dvc.lock");
}

static void keeps_all_other_bytes(void **state) {
    (void)state;
    static const char lock[] =
        "# note\nschema: \"2.0\"\ndatasets: [{name: d}]\nstages:\n  gone: {cmd: z}  # old\n\n"
        "  a:\n    cmd: make a # why\n    outs:\n    - {path: a.o, hash: md5, md5: " MD5
        ", size: 6}\n";

    load(TWO, lock);
    save("a"); /* says what is there */
    assert_file("dvc.lock", lock);
    record(stage("a"), 7);
    save("a");
    assert_file(
        "dvc.lock",
        "# note\nschema: \"2.0\"\ndatasets: [{name: d}]\nstages:\n  gone: {cmd: z}  # old\n\n"
        "  a:\n    cmd: make a # why\n    outs:\n    - {path: a.o, hash: md5, md5: " MD5
        ", size: 7}\n");
}

static void keeps_what_means_the_same(void **state) {
    (void)state;
    static const char lock[] =
        HEAD "  a:\n    outs:\n    - size: 6\n      path: a.o\n      md5: " MD5
             "\n      hash: md5\n    cmd: 'make a'\n";

    load(TWO, lock);
    save("a");
    assert_file("dvc.lock", lock);
}

static void keeps_legacy_entries(void **state) {
    (void)state;
    static const char lock[] = HEAD
        "  a:\n    cmd: make a\n    outs:\n    - path: a.o\n      md5: " MD5 "\n      size: 6\n";

    load(TWO, lock);
    assert_int_equal(stage("a")->outs[0].recorded.digest.algo, HASH_MD5_DOS2UNIX);
    save("a");
    assert_file("dvc.lock", lock);
}

static void removes_entries(void **state) {
    (void)state;
    load(TWO, HEAD ENTRY("a", "6") ENTRY("b", "7"));
    assert_int_equal(lockfile_remove_stage(repo, "dvc.yaml", "c"), 0);
    assert_file("dvc.lock", HEAD ENTRY("a", "6") ENTRY("b", "7"));
    assert_int_equal(lockfile_remove_stage(repo, "dvc.yaml", "a"), 0);
    assert_file("dvc.lock", HEAD ENTRY("b", "7"));
    assert_int_equal(lockfile_remove_stage(repo, "dvc.yaml", "b"), 0);
    assert_file("dvc.lock", NULL);
    assert_int_equal(lockfile_remove_stage(repo, "dvc.yaml", "b"), 0);
    put("dvc.lock", "schema: '2.0'\ndatasets:\n- name: d\nstages:\n" ENTRY("a", "6"));
    assert_int_equal(lockfile_remove_stage(repo, "dvc.yaml", "a"), 0);
    assert_file("dvc.lock", "schema: '2.0'\ndatasets:\n- name: d\n");
}

static void finds_its_place(void **state) {
    (void)state;
    assert_string_equal(lockfile_path(arena, "dvc.yaml"), "dvc.lock");
    assert_string_equal(lockfile_path(arena, "a.yaml/dvc.yaml"), "a.yaml/dvc.lock");
}

#define LOCK_TEST(f) cmocka_unit_test_setup_teardown(f, project_setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        LOCK_TEST(writes_entries),
        LOCK_TEST(folds_long_commands),
        LOCK_TEST(keeps_all_other_bytes),
        LOCK_TEST(keeps_legacy_entries),
        LOCK_TEST(keeps_what_means_the_same),
        LOCK_TEST(removes_entries),
        LOCK_TEST(finds_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
