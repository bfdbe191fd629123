#include "../scratch.h"

#include "base/arena.h"
#include "git/gitignore.h"
#include "git/gitrepo.h"

static struct arena *arena;
static struct gitrepo *g;

static int ignore_setup(void **state) {
    int rc = scratch_setup(state);
    sh("git init -q r && mkdir r/sub");
    arena = arena_new();
    return rc ? rc : gitrepo_open(&g, at("r"));
}

static int ignore_teardown(void **state) {
    gitrepo_close(g);
    arena_free(arena);
    return scratch_teardown(state);
}

static const char *add(const char *name) {
    const char *file = "";
    assert_int_equal(gitignore_add(g, arena, at(name), &file), 0);
    return file;
}

static const char *drop(const char *name) {
    const char *file = "";
    assert_int_equal(gitignore_remove(g, arena, at(name), &file), 0);
    return file;
}

static void appends_what_git_does_not_ignore(void **state) {
    (void)state;
    assert_string_equal(add("r/sub/a"), at("r/sub/.gitignore"));
    assert_file("r/sub/.gitignore", "/a\n");
    assert_null(add("r/sub/a"));
    sh("printf 'x\\n*.tmp\\nfolder/\\nlast' >r/.gitignore && mkdir r/folder");
    assert_null(add("r/sub/b.tmp"));
    assert_null(add("r/folder"));
    assert_null(add("r/folder/x"));
    assert_non_null(add("r/c"));
    assert_file("r/.gitignore", "x\n*.tmp\nfolder/\nlast\n/c\n");
}

static void escapes(void **state) {
    (void)state;
    static const struct {
        const char *name, *line;
    } cases[] = {
        {"a*b", "/a\\*b\n"},
        {"#x", "/\\#x\n"},
        {"!n", "/\\!n\n"},
        {"q[1]", "/q\\[1\\]\n"},
        {"b\\x", "/b\\\\x\n"},
        {"w?", "/w\\?\n"},
        {"tr ", "/tr\\ \n"},
        {" in the", "/ in the\n"},
        {"two  ", "/two \\ \n"},
        {"n\nl", "/n[[:cntrl:]]l\n"},
        {"e\xc3\xa9", "/e\xc3\xa9\n"},
        {"\xff", "/\xff\n"},
        {"cr\r", "/cr[[:cntrl:]]\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char name[64];
        snprintf(name, sizeof name, "r/sub/%s", cases[i].name);
        put(name, "");
        assert_non_null(add(name));
        assert_file("r/sub/.gitignore", cases[i].line);
        sh("cd r && test -z \"$(git status --short -uall -- sub ':!sub/.gitignore')\"");
        assert_null(add(name));
        assert_null(drop(name));
        assert_file("r/sub/.gitignore", NULL);
        sh("rm r/sub/*");
    }
}

static void removes_both_forms(void **state) {
    (void)state;
    put("r/.gitignore", "/q[1]\nkeep\n/q\\[1\\]\n  /q[1] \n/q\n\n");
    assert_string_equal(drop("r/q[1]"), at("r/.gitignore"));
    assert_file("r/.gitignore", "keep\n/q\n\n");
    put("r/.gitignore", "/tr\n/tr \n/tr\\ \n");
    assert_non_null(drop("r/tr "));
    assert_file("r/.gitignore", "/tr\n");
    assert_null(drop("r/other"));
    assert_null(drop("r/sub/none"));
    assert_null(drop("r/nowhere/none"));
    put("r/.gitignore", "/last");
    assert_null(drop("r/last"));
    assert_file("r/.gitignore", NULL);
}

static void follows_no_planted_link(void **state) {
    (void)state;
    const char *file;
    put("victim", "");
    sh("mkdir out && ln -s ../victim r/.gitignore && ln -s ../out r/way");
    assert_int_equal(gitignore_add(g, arena, at("r/x"), &file), ERR_FAILED);
    err_clear();
    assert_true(gitignore_add(g, arena, at("r/way/x"), &file) < 0);
    err_clear();
    assert_true(gitignore_remove(g, arena, at("r/way/x"), &file) < 0);
    err_clear();
    assert_file("victim", "");
    assert_file("out/.gitignore", NULL);
    assert_int_equal(gitignore_add(g, arena, at("outside"), &file), ERR_FAILED);
    err_clear();
}

static void waits_for_the_folder(void **state) {
    (void)state;
    assert_null(add("r/later/x"));
    assert_int_equal(access(at("r/later"), F_OK), -1);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, ignore_setup, ignore_teardown)
    const struct CMUnitTest tests[] = {
        CASE(appends_what_git_does_not_ignore),
        CASE(escapes),
        CASE(removes_both_forms),
        CASE(follows_no_planted_link),
        CASE(waits_for_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
