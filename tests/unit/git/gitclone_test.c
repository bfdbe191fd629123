#include "../scratch.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/lock.h"
#include "git/gitclone.h"
#include "git/gitrepo.h"
#include "git/gittree.h"

static struct arena *arena;
static char url[PATH_MAX + 32];

static int setup(void **state) {
    int rc = scratch_setup(state);
    arena = arena_new();
    sh("git init -q -b main up && cd up && for i in 1 2 3; do echo $i >f && git add f && git "
       "commit -q "
       "-m $i; done && git tag -am t v2 HEAD~1 && git branch v2-like HEAD~2 && git update-ref "
       "refs/exps/ab/cdef/tried HEAD~1");
    snprintf(url, sizeof url, "file://%s", at("up"));
    return rc;
}

static int teardown(void **state) {
    arena_free(arena);
    return scratch_teardown(state);
}

/* The content of "f" at the revision; NULL if there is no such. */
static const char *read_at(const char *rev) {
    struct gitrepo *g = NULL;
    struct str text = STR_INIT;
    const char *commit;
    int rc = gitclone_open(&g, &commit, arena, at("cache/clone"), url, rev);

    if (rc) {
        if (rc != ERR_NOT_FOUND)
            fail_msg("%d %s", rc, err_text());
        err_clear();
        return NULL;
    }
    assert_int_equal(gittree_read(&text, g, commit, "f", 100), 0);
    const char *out = arena_strdup(arena, text.buf);
    str_release(&text);
    gitrepo_close(g);
    return out;
}

static void reads_revisions(void **state) {
    (void)state;
    assert_string_equal(read_at(NULL), "3\n");
    assert_string_equal(read_at("main"), "3\n");
    assert_string_equal(read_at("v2"), "2\n");
    assert_string_equal(read_at("refs/heads/v2-like"), "1\n");
    assert_string_equal(read_at("tried"), "2\n");
    /* Nothing needed history so far. */
    sh("cd cache/clone && test -f shallow && test \"$(git rev-list --all | wc -l)\" = 3");
    assert_string_equal(read_at("HEAD~2"), "1\n");
    assert_string_equal(read_at("v2~1"), "1\n");
    assert_null(read_at("nosuch"));
    assert_null(read_at("--upload-pack=x"));
    assert_null(read_at("0123456789012345678901234567890123456789"));
}

static void reads_short_ids(void **state) {
    (void)state;
    char id[64];
    FILE *f = popen("git -C up rev-parse HEAD~1", "r");
    assert_non_null(fgets(id, sizeof id, f));
    pclose(f);
    id[40] = '\0';
    assert_string_equal(read_at(id), "2\n");
    sh("mv up gone"); /* a full id that is here needs nobody */
    assert_string_equal(read_at(id), "2\n");
    sh("mv gone up");
    id[7] = '\0';
    assert_string_equal(read_at(id), "2\n");
}

static void follows_what_moves(void **state) {
    (void)state;
    assert_string_equal(read_at("main"), "3\n");
    sh("cd up && echo 4 >f && git commit -qam 4 && git branch -M main trunk");
    assert_null(read_at("main"));
    assert_string_equal(read_at("trunk"), "4\n");
    assert_string_equal(read_at(NULL), "4\n");
    sh("cd up && git branch -m trunk main && git branch -m v2-like other && git branch v2-like/x "
       "&& git "
       "commit -q --amend -m 4b");
    assert_string_equal(read_at("main"), "4\n");
    assert_string_equal(read_at("main~1"), "3\n");
    assert_string_equal(read_at("v2-like/x"), "4\n");
    assert_string_equal(read_at("other"), "1\n");
}

static void lists_names(void **state) {
    (void)state;
    struct strv names = {0};
    assert_int_equal(gitclone_names(&names, arena, url), 0);
    assert_int_equal(names.len, 3);
    strv_sort(&names);
    assert_string_equal(names.at[0], "main");
    assert_string_equal(names.at[1], "v2");
    strv_release(&names);
}

static void goes_when_unused(void **state) {
    (void)state;
    struct file_lock lock;
    const int64_t now = clock_real_ns();

    assert_string_equal(read_at(NULL), "3\n");
    assert_int_equal(gitclone_expire(at("cache/clone"), now - 1000000000), 0);
    assert_true(file_exists(AT_FDCWD, at("cache/clone")));
    sh("touch -d '2 days ago' cache/clone");
    assert_int_equal(file_lock_take(&lock, at("cache/clone.lock"), 0, NULL, NULL), 0);
    assert_int_equal(gitclone_expire(at("cache/clone"), now), ERR_LOCKED);
    err_clear();
    assert_true(file_exists(AT_FDCWD, at("cache/clone")));
    file_lock_release(&lock);
    assert_int_equal(gitclone_expire(at("cache/clone"), now), 0);
    assert_false(file_exists(AT_FDCWD, at("cache/clone")));
    assert_string_equal(read_at("v2"), "2\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_revisions, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_short_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(follows_what_moves, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_names, setup, teardown),
        cmocka_unit_test_setup_teardown(goes_when_unused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
