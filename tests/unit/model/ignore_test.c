#include "project.h"

#include "model/ignore.h"
#include "job/walk.h"

static struct ignore *rules;

static bool ignored(const char *path, bool is_dir) {
    assert_int_equal(repo_ignore(repo, &rules), 0);
    return ignore_path(rules, path, is_dir, NULL);
}

static void applies_patterns(void **state) {
    (void)state;
    sh("mkdir -p d/sub");
    put(".dvcignore", "  *.tmp  \n\n# c\n/top\nfolder/\n\\#x\r\n!keep.tmp\n");
    put("d/.dvcignore", "local\n!*.tmp\n/sub/only\n");
    assert_true(ignored("a.tmp", false));
    assert_true(ignored("e/f/a.tmp", false));
    assert_false(ignored("d/a.tmp", false)); /* the nearer file decides */
    assert_false(ignored("e/keep.tmp", false));
    assert_true(ignored("top", false));
    assert_false(ignored("d/top", false));
    assert_true(ignored("x/folder", true));
    assert_false(ignored("x/folder", false));
    assert_true(ignored("x/folder/below/y", false));
    assert_true(ignored("#x", false));
    assert_true(ignored("d/sub/local", false));
    assert_false(ignored("local", false));
    assert_true(ignored("d/sub/only", false));
    assert_false(ignored("only", false));
    assert_false(ignored("", true));
}

static void takes_nothing_back_from_a_folder_left_out(void **state) {
    (void)state;
    sh("mkdir -p out/in");
    put(".dvcignore", "out\n!out/keep\n");
    put("out/.dvcignore", "!*\n");
    assert_true(ignored("out/keep", false));
    assert_true(ignored("out/in/x", false));
}

/* What pathspec does and Git does not. */
static void goes_as_far_as_dvc(void **state) {
    (void)state;
    sh("mkdir -p keep/sub data nest/in");
    put(".dvcignore", "*.txt\n!keep\n/data/**\n!/data/x\n*/\n");
    put("nest/.dvcignore", "**\n!in\n");
    assert_false(ignored("keep/sub/a.txt", false));
    assert_true(ignored("a.txt", false));
    assert_true(ignored("data", true));
    assert_true(ignored("data/x", false));
    assert_false(ignored("other", true));
    assert_true(ignored("nest/in", true));
    assert_true(ignored("nest/x", false));
}

static void leaves_out_what_is_never_data(void **state) {
    (void)state;
    sh("mkdir -p inner/.dvc sub/.git x/.hg");
    put(".dvcignore", "!.git\n!.dvc/\n!inner\n");
    assert_true(ignored(".git", true));
    assert_true(ignored("sub/.git", false));
    assert_true(ignored(".dvc", true));
    assert_true(ignored(".dvc/config", false));
    assert_false(ignored(".hg", false));
    assert_true(ignored("x/.hg", true));
    assert_true(ignored("inner", true));
    assert_true(ignored("inner/file", false));
    assert_false(ignored(".dvcignore", false));
}

static void names_the_rule(void **state) {
    (void)state;
    struct ignore_match match;
    sh("mkdir d");
    put("d/.dvcignore", "a\n  *.tmp \n!b.tmp\n");
    assert_int_equal(repo_ignore(repo, &rules), 0);
    assert_true(ignore_path(rules, "d/x.tmp", false, &match));
    assert_string_equal(match.file, "d/.dvcignore");
    assert_int_equal(match.line, 2);
    assert_string_equal(match.pattern, "*.tmp");
    assert_false(ignore_path(rules, "d/b.tmp", false, &match));
    assert_true(match.negated);
    assert_string_equal(match.pattern, "!b.tmp");
    assert_true(ignore_path(rules, ".git/x", false, &match));
    assert_null(match.file);
    assert_string_equal(match.pattern, ".git");
    assert_false(ignore_path(rules, "z", false, &match));
    assert_null(match.pattern);
}

static void skips_in_walks(void **state) {
    (void)state;
    sh("mkdir -p top/a/.dvc top/b top/.dvc_not && touch top/a/x top/b/y top/b/z.tmp top/n");
    put("top/b/.dvcignore", "*.tmp\n");
    assert_int_equal(repo_ignore(repo, &rules), 0);
    struct ignore_walk ctx = {rules, "top"};
    struct walk walk = {0};
    assert_int_equal(walk_tree(&walk, arena, repo->root_fd, "top", ignore_skip, &ctx), 0);
    assert_int_equal(walk.len, 3);
    assert_string_equal(walk.at[0].path, "b/.dvcignore");
    assert_string_equal(walk.at[1].path, "b/y");
    assert_string_equal(walk.at[2].path, "n");
    walk_release(&walk);
}

static void survives_what_is_odd(void **state) {
    (void)state;
    sh("mkdir f g && mkfifo f/.dvcignore && printf '\\357\\273\\277a\\n\\0b\\n\\377\\n[\\nlast' "
       ">g/.dvcignore");
    char *deep = arena_strdup(arena, "");
    for (int i = 0; i < 600; i++) {
        deep = arena_printf(arena, "%s%saaaaaaaaaa", deep, i ? "/" : "");
    }
    assert_false(ignored("f/x", false));
    assert_true(ignored("g/a", false));
    assert_true(ignored("g/\xff", false));
    assert_true(ignored("g/last", false));
    assert_false(ignored(deep, false));
}

static void reads_no_file_that_is_ignored(void **state) {
    (void)state;
    sh("mkdir -p h && echo x >h/.dvcignore");
    put(".dvcignore", ".dvcignore\n");
    assert_false(ignored("h/x", false));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        PROJECT_TEST(applies_patterns),     PROJECT_TEST(takes_nothing_back_from_a_folder_left_out),
        PROJECT_TEST(goes_as_far_as_dvc),   PROJECT_TEST(leaves_out_what_is_never_data),
        PROJECT_TEST(names_the_rule),       PROJECT_TEST(skips_in_walks),
        PROJECT_TEST(survives_what_is_odd), PROJECT_TEST(reads_no_file_that_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
