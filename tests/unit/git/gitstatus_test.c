#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "git/gitrepo.h"
#include "git/gitstatus.h"

/* The untracked files, joined by blanks. */
static const char *untracked(struct arena *arena) {
    struct strv found CLEANUP(strv_release) = {0};
    struct gitrepo *g CLEANUP(gitrepo_closep) = NULL;
    struct str text = STR_INIT;

    assert_int_equal(gitrepo_open(&g, scratch), 0);
    assert_int_equal(gitstatus_untracked(&found, g, arena), 0);
    for (size_t i = 0; i < found.len; i++) {
        str_addf(&text, "%s%s", i ? " " : "", found.at[i]);
    }
    const char *kept = arena_strdup(arena, text.buf);
    str_release(&text);
    return kept;
}

static bool changed(void) {
    struct gitrepo *g CLEANUP(gitrepo_closep) = NULL;
    bool yes = false;

    assert_int_equal(gitrepo_open(&g, scratch), 0);
    assert_int_equal(gitstatus_changed(g, &yes), 0);
    return yes;
}

static void lists_untracked_files(void **state) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    (void)state;
    sh("git init -q . && echo .home/ >.gitignore && mkdir -p a/b big inner && touch a/t a/u a/b/v"
       " big/1 x && git add .gitignore a/t && printf 'big\\n!/x\\n' >>.gitignore && ln -s gone a/l"
       " && mkfifo a/fifo && git init -q inner && touch inner/i");
    assert_string_equal(untracked(arena), "a/b/v a/l a/u x");
}

static void sees_changes_of_tracked_files(void **state) {
    (void)state;
    sh("git init -q . && echo .home/ >.gitignore && echo 1 >f");
    assert_false(changed());
    sh("git add f");
    assert_true(changed());
    sh("git commit -qm 1");
    assert_false(changed());
    sh("echo 22 >f");
    assert_true(changed());
    sh("git checkout -q f && rm f");
    assert_true(changed());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lists_untracked_files, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(sees_changes_of_tracked_files, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
