#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "git/gitref.h"
#include "git/gitreflog.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"

static struct arena *arena;
static struct gitrepo *g;
static char first[41], second[41];

static int refs_setup(void **state) {
    int rc = scratch_setup(state);
    struct gitrev rev;
    sh("git init -q -b main r && cd r && git commit -q --allow-empty -m 1 && "
       "git commit -q --allow-empty -m 2");
    arena = arena_new();
    assert_int_equal(gitrepo_open(&g, at("r")), 0);
    assert_int_equal(gitrev_find(&rev, g, arena, "HEAD~1"), 0);
    memcpy(first, rev.id, sizeof first);
    assert_int_equal(gitrev_find(&rev, g, arena, "HEAD"), 0);
    memcpy(second, rev.id, sizeof second);
    return rc;
}

static int refs_teardown(void **state) {
    gitrepo_close(g);
    arena_free(arena);
    return scratch_teardown(state);
}

static void fails(int rc, int code) {
    assert_int_equal(rc, code);
    err_clear();
}

static void writes_what_git_reads(void **state) {
    (void)state;
    char id[41];
    assert_int_equal(gitref_set(g, "refs/exps/a/one", first, "", NULL), 0);
    sh("cd r && test $(git rev-parse refs/exps/a/one) = %s", first);
    sh("test -f r/.git/refs/exps/a/one && test ! -e r/.git/logs/refs/exps");
    sh("test -z \"$(find r/.git -name '*.lock' -o -name '*.tmp')\"");
    fails(gitref_set(g, "refs/exps/a/one", second, "", NULL), ERR_EXISTS);
    fails(gitref_set(g, "refs/exps/a/one", second, second, NULL), ERR_FAILED);
    assert_int_equal(gitref_set(g, "refs/exps/a/one", second, first, NULL), 0);
    assert_int_equal(gitref_read(id, g, "refs/exps/a/one"), 0);
    assert_string_equal(id, second);
    assert_int_equal(gitref_set(g, "refs/exps/a/one", first, NULL, NULL), 0);
    fails(gitref_set(g, "refs/exps/a/two", "nothex", NULL, NULL), ERR_INVALID);
    fails(gitref_set(g, "refs/exps/a/t wo", first, NULL, NULL), ERR_INVALID);
    fails(gitref_set(g, "main", first, NULL, NULL), ERR_INVALID);
}

static void removes_loose_and_packed(void **state) {
    (void)state;
    char id[41];
    assert_int_equal(gitref_set(g, "refs/exps/a/b/one", first, "", NULL), 0);
    assert_int_equal(gitref_set(g, "refs/exps/a/b/two", first, "", NULL), 0);
    fails(gitref_delete(g, "refs/exps/a/b/one", second), ERR_FAILED);
    assert_int_equal(gitref_delete(g, "refs/exps/a/b/one", first), 0);
    fails(gitref_delete(g, "refs/exps/a/b/one", NULL), ERR_NOT_FOUND);
    sh("cd r && git pack-refs --all && git update-ref refs/exps/a/b/two %s", second);
    assert_int_equal(gitref_delete(g, "refs/exps/a/b/two", second), 0);
    fails(gitref_read(id, g, "refs/exps/a/b/two"), ERR_NOT_FOUND);
    sh("cd r && ! git rev-parse -q --verify refs/exps/a/b/two && git rev-parse -q main >/dev/null");
    sh("test ! -e r/.git/refs/exps/a && test -d r/.git/refs/heads");
}

static void takes_one_line_out_of_packed_ones(void **state) {
    (void)state;
    sh("cd r && git tag -a -m t t1 && git tag -a -m t t2 && git pack-refs --all && "
       "grep -v refs/tags/t1 .git/packed-refs | sed '0,/^\\^/{/^\\^/d}' >expected && "
       "chmod 640 .git/packed-refs");
    assert_int_equal(gitref_delete(g, "refs/tags/t1", NULL), 0);
    sh("cd r && cmp expected .git/packed-refs && test $(stat -c %%a .git/packed-refs) = 640 && "
       "test -z \"$(git tag -l t1)\" && git rev-parse -q --verify t2 >/dev/null && "
       "test -z \"$(ls .git | grep -e lock -e cairn)\"");
}

static void a_killed_process_locks_nobody_out(void **state) {
    (void)state;
    sh("cd r && git tag t1 && git pack-refs --all && cd .git && cp packed-refs cairn-packed-refs "
       "&& "
       "ln cairn-packed-refs packed-refs.lock");
    assert_int_equal(gitref_set(g, "refs/exps/a/one", first, "", NULL), 0);
    sh("cd r && test -z \"$(ls .git | grep -e lock -e cairn)\" && git tag -d t1 >/dev/null");
    /* One whose rename had happened. */
    sh("cd r && git tag t1 && git pack-refs --all && ln .git/packed-refs .git/cairn-packed-refs");
    assert_int_equal(gitref_delete(g, "refs/tags/t1", NULL), 0);
    sh("cd r && git rev-parse -q --verify main >/dev/null && test -z \"$(git tag)\" && "
       "test -z \"$(ls .git | grep -e lock -e cairn)\"");
    /* Git's own is left to Git. */
    sh("cd r && git tag t1 && git pack-refs --all && : >.git/packed-refs.lock");
    fails(gitref_delete(g, "refs/tags/t1", NULL), ERR_LOCKED);
    sh("cd r && test -f .git/packed-refs.lock && git rev-parse -q --verify t1 >/dev/null");
}

static void a_name_is_a_file_or_a_folder(void **state) {
    (void)state;
    assert_int_equal(gitref_set(g, "refs/heads/x/y", first, "", NULL), 0);
    fails(gitref_set(g, "refs/heads/x", first, "", NULL), ERR_EXISTS);
    fails(gitref_set(g, "refs/heads/x/y/z", first, "", NULL), ERR_EXISTS);
    sh("cd r && git pack-refs --all");
    fails(gitref_set(g, "refs/heads/x", first, "", NULL), ERR_EXISTS);
    fails(gitref_set(g, "refs/heads/main", first, "", NULL), ERR_EXISTS);
    sh("mkdir -p r/.git/refs/heads/empty");
    assert_int_equal(gitref_set(g, "refs/heads/empty", first, "", NULL), 0);
}

static void symbolic_ones(void **state) {
    (void)state;
    char id[41];
    assert_int_equal(gitref_set_symbolic(g, "refs/exps/s", "refs/heads/main"), 0);
    assert_int_equal(gitref_read(id, g, "refs/exps/s"), 0);
    assert_string_equal(id, second);
    sh("cd r && test $(git symbolic-ref refs/exps/s) = refs/heads/main");
    assert_int_equal(gitref_set_symbolic(g, "refs/exps/s", "refs/heads/gone"), 0);
    fails(gitref_read(id, g, "refs/exps/s"), ERR_NOT_FOUND);
    assert_int_equal(gitref_delete(g, "refs/exps/s", NULL), 0);
    sh("cd r && git rev-parse -q --verify main >/dev/null && test ! -e .git/refs/exps/s");
}

static void lists_sorted(void **state) {
    (void)state;
    struct gitrefs refs = {0};
    assert_int_equal(gitref_set(g, "refs/exps/b", first, "", NULL), 0);
    sh("cd r && git pack-refs --all");
    assert_int_equal(gitref_set(g, "refs/exps/a", second, "", NULL), 0);
    assert_int_equal(gitref_set(g, "refs/exps/c", second, "", NULL), 0);
    assert_int_equal(gitref_set_symbolic(g, "refs/exps/d", "refs/exps/b"), 0);
    assert_int_equal(gitref_set_symbolic(g, "refs/exps/e", "refs/exps/gone"), 0);
    put("r/.git/refs/exps/.left.tmp", "nonsense");
    assert_int_equal(gitref_list(&refs, g, arena, "refs/exps/"), 0);
    assert_int_equal(refs.len, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(refs.at[i].name[strlen("refs/exps/")], 'a' + (int)i);
        assert_string_equal(refs.at[i].id, i % 2 ? first : second);
    }
    vec_release(&refs);
}

static void waits_for_no_dead_lock_for_ever(void **state) {
    (void)state;
    put("r/.git/refs/heads/held.lock", "");
    fails(gitref_set(g, "refs/heads/held", first, NULL, NULL), ERR_LOCKED);
    assert_int_equal(gitref_set(g, "refs/heads/other", first, NULL, NULL), 0);
}

static void logs_as_stashes_are(void **state) {
    (void)state;
    struct gitreflog log = {0};
    const char *name = "refs/exps/celery/stash";
    assert_int_equal(gitreflog_read(&log, g, arena, name), 0);
    assert_int_equal(log.len, 0);
    assert_int_equal(gitref_set(g, name, first, NULL, "one\nline"), 0);
    assert_int_equal(gitref_set(g, name, second, NULL, "two"), 0);
    sh("cd r && test \"$(git reflog show --format='%%H %%gs' %s)\" = \"%s two\n%s one line\"", name,
       second, first);
    assert_int_equal(gitreflog_read(&log, g, arena, name), 0);
    assert_int_equal(log.len, 2);
    assert_string_equal(log.at[0].message, "two");
    assert_string_equal(log.at[1].id, first);
    assert_true(log.at[0].time > 1000000000);
    fails(gitreflog_drop(g, name, "1234567890123456789012345678901234567890"), ERR_NOT_FOUND);
    assert_int_equal(gitreflog_drop(g, name, second), 0);
    sh("cd r && test \"$(git reflog show --format='%%H %%gs' %s)\" = \"%s one line\" && "
       "test $(git rev-parse %s) = %s",
       name, first, name, first);
    assert_int_equal(gitreflog_drop(g, name, first), 0);
    sh("cd r && ! git rev-parse -q --verify %s && test ! -e .git/logs/%s", name, name);
    vec_release(&log);
}

static void a_log_without_reference_counts_for_nothing(void **state) {
    (void)state;
    struct gitreflog log = {0};
    const char *name = "refs/exps/celery/failed";
    assert_int_equal(gitref_set(g, name, first, NULL, "one"), 0);
    sh("rm r/.git/%s", name);
    assert_int_equal(gitreflog_read(&log, g, arena, name), 0);
    assert_int_equal(log.len, 0);
    assert_int_equal(gitref_set(g, name, second, NULL, "two"), 0);
    assert_int_equal(gitreflog_read(&log, g, arena, name), 0);
    assert_int_equal(log.len, 1);
    vec_release(&log);
}

static void names_as_git_has_them(void **state) {
    (void)state;
    static const char *const names[] = {"refs/x",   "refs/x.lock", "refs/.x",  "refs/x.",
                                        "refs/a b", "refs/a..b",   "refs/a@{", "refs/a@b",
                                        "refs//x",  "refs/x/",     "/refs/x",  "x",
                                        "refs/a~b", "refs/a\\b",   "refs/ä",   "refs/a.b/c"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char command[128];
        snprintf(command, sizeof command, "git check-ref-format '%s'", names[i]);
        int status = system(command);
        assert_int_equal(gitref_valid(names[i]), status == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_what_git_reads, refs_setup, refs_teardown),
        cmocka_unit_test_setup_teardown(removes_loose_and_packed, refs_setup, refs_teardown),
        cmocka_unit_test_setup_teardown(takes_one_line_out_of_packed_ones, refs_setup,
                                        refs_teardown),
        cmocka_unit_test_setup_teardown(a_killed_process_locks_nobody_out, refs_setup,
                                        refs_teardown),
        cmocka_unit_test_setup_teardown(a_name_is_a_file_or_a_folder, refs_setup, refs_teardown),
        cmocka_unit_test_setup_teardown(symbolic_ones, refs_setup, refs_teardown),
        cmocka_unit_test_setup_teardown(lists_sorted, refs_setup, refs_teardown),
        cmocka_unit_test_setup_teardown(waits_for_no_dead_lock_for_ever, refs_setup, refs_teardown),
        cmocka_unit_test_setup_teardown(logs_as_stashes_are, refs_setup, refs_teardown),
        cmocka_unit_test_setup_teardown(a_log_without_reference_counts_for_nothing, refs_setup,
                                        refs_teardown),
        cmocka_unit_test_setup_teardown(names_as_git_has_them, refs_setup, refs_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
