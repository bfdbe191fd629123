#include "../scratch.h"

#include "base/arena.h"
#include "base/vec.h"
#include "git/gitrepo.h"

static struct gitrepo *open_at(const char *name) {
    struct gitrepo *g = NULL;
    assert_int_equal(gitrepo_open(&g, at(name)), 0);
    return g;
}

static void finds_upwards(void **state) {
    (void)state;
    sh("git init -q -b main r && mkdir -p r/a/b r/a/.git");
    struct gitrepo *g = open_at("r/a/b"); /* a/.git is empty: not a repository */
    assert_string_equal(gitrepo_root(g), at("r"));
    assert_string_equal(gitrepo_git_dir(g), at("r/.git"));
    gitrepo_close(g);
    assert_int_equal(gitrepo_open(&g, at("")), ERR_NOT_FOUND);
    err_clear();
}

static void follows_git_files(void **state) {
    (void)state;
    sh("git init -q -b main r && cd r && git commit -q --allow-empty -m 1 && git worktree add -q "
       "../w");
    sh("git init -q -b main up && cd up && git -c protocol.file.allow=always submodule --quiet add "
       "../r sub");
    struct gitrepo *g = open_at("w");
    bool yes;
    assert_string_equal(gitrepo_root(g), at("w"));
    assert_string_equal(gitrepo_git_dir(g), at("r/.git/worktrees/w"));
    assert_true(gitrepo_has_commits(g));
    assert_int_equal(gitrepo_tracks(g, at("w/x"), &yes), 0);
    assert_false(yes);
    gitrepo_close(g);
    g = open_at("up/sub");
    assert_string_equal(gitrepo_git_dir(g), at("up/.git/modules/sub"));
    assert_true(gitrepo_has_commits(g));
    gitrepo_close(g);
    put("w/.git", "junk\n");
    assert_int_equal(gitrepo_open(&g, at("w")), ERR_INVALID);
    err_clear();
    put("w/.git", "gitdir: /nowhere\n");
    assert_int_equal(gitrepo_open(&g, at("w")), ERR_INVALID);
    err_clear();
}

static void knows_head(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    sh("git init -q -b side/one r");
    struct gitrepo *g = open_at("r");
    assert_false(gitrepo_has_commits(g));
    assert_string_equal(gitrepo_branch(g, arena), "side/one");
    sh("cd r && git commit -q --allow-empty -m 1");
    assert_true(gitrepo_has_commits(g));
    sh("cd r && git checkout -q --detach");
    assert_null(gitrepo_branch(g, arena));
    gitrepo_close(g);
    arena_free(arena);
}

static bool ignored(struct gitrepo *g, const char *name, bool is_dir) {
    bool yes = false;
    assert_int_equal(gitrepo_ignores(g, at(name), is_dir, &yes), 0);
    return yes;
}

static void judges_ignores(void **state) {
    (void)state;
    sh("git init -q r && cd r && mkdir -p sub/deep && printf '*.tmp\\n/top\\nfolder/\\n' "
       ">.gitignore &&"
       " printf '!keep.tmp\\n' >sub/.gitignore && echo secret >>.git/info/exclude");
    sh("printf '[core]\\n\\texcludesFile = %s\\n' >.home/.gitconfig && echo mine >excl",
       at("excl"));
    struct gitrepo *g = open_at("r");
    assert_true(ignored(g, "r/a.tmp", false));
    assert_true(ignored(g, "r/sub/deep/a.tmp", false));
    assert_false(ignored(g, "r/sub/keep.tmp", false));
    assert_true(ignored(g, "r/top", false));
    assert_false(ignored(g, "r/sub/top", false));
    assert_true(ignored(g, "r/sub/folder", true));
    assert_false(ignored(g, "r/sub/folder", false));
    assert_true(ignored(g, "r/secret", false));
    assert_true(ignored(g, "r/mine", false));
    assert_true(ignored(g, "r/folder/below/x", false));
    assert_false(ignored(g, "elsewhere.tmp", false));
    sh("echo '/new' >>r/.gitignore"); /* rules are read again when they change */
    assert_true(ignored(g, "r/new", false));
    gitrepo_close(g);
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    g = open_at("r");
    assert_false(ignored(g, "r/mine", false));
    gitrepo_close(g);
}

static bool tracked(struct gitrepo *g, const char *name) {
    bool yes = false;
    assert_int_equal(gitrepo_tracks(g, at(name), &yes), 0);
    return yes;
}

static void knows_what_is_tracked(void **state) {
    (void)state;
    sh("git init -q r && cd r && mkdir d && touch d/a d-b e && git add d d-b");
    struct gitrepo *g = open_at("r");
    assert_true(tracked(g, "r/d/a"));
    assert_true(tracked(g, "r/d"));
    assert_true(tracked(g, "r"));
    assert_false(tracked(g, "r/d-"));
    assert_false(tracked(g, "r/e"));
    assert_false(tracked(g, "x"));
    sh("cd r && git add e"); /* the index changed behind us */
    assert_true(tracked(g, "r/e"));
    gitrepo_close(g);
}

static void stages(void **state) {
    (void)state;
    sh("git init -q r && cd r && mkdir d && echo 1 >d/a && echo 2 >b && ln -s nowhere l && git add "
       "b && rm b");
    struct gitrepo *g = open_at("r");
    struct strv paths = {0};
    vec_push(&paths, at("r/d/a"));
    vec_push(&paths, at("r/b"));
    vec_push(&paths, at("r/l"));
    assert_int_equal(gitrepo_stage(g, &paths), 0);
    sh("cd r && git status --short >../seen");
    assert_file("seen", "A  d/a\nA  l\n");
    vec_push(&paths, at("outside"));
    assert_int_equal(gitrepo_stage(g, &paths), ERR_FAILED);
    err_clear();
    vec_release(&paths);
    gitrepo_close(g);
}

static void names_the_index_it_cannot_read(void **state) {
    (void)state;
    bool yes;
    sh("git init -q r && cd r && echo 1 >a && git add a && git update-index --split-index");
    struct gitrepo *g = open_at("r");
    assert_int_equal(gitrepo_tracks(g, at("r/a"), &yes), ERR_UNSUPPORTED);
    assert_non_null(strstr(err_hint_text(), "--no-split-index"));
    err_clear();
    gitrepo_close(g);
    sh("git init -q s && cd s && mkdir a b && touch a/x b/x && git add . && git commit -q -m 1 &&"
       " git sparse-checkout set --cone --sparse-index a");
    g = open_at("s");
    assert_int_equal(gitrepo_tracks(g, at("s/a/x"), &yes), ERR_UNSUPPORTED);
    assert_non_null(strstr(err_hint_text(), "--no-sparse-index"));
    err_clear();
    gitrepo_close(g);
    sh("cd s && git sparse-checkout reapply --no-sparse-index");
    g = open_at("s"); /* extensions.worktreeConfig is set here */
    assert_true(tracked(g, "s/a/x"));
    assert_true(tracked(g, "s/b/x"));
    gitrepo_close(g);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        CASE(finds_upwards),
        CASE(follows_git_files),
        CASE(knows_head),
        CASE(judges_ignores),
        CASE(knows_what_is_tracked),
        CASE(stages),
        CASE(names_the_index_it_cannot_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
