#include "../scratch.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "model/config.h"
#include "model/repo.h"
#include "model/view.h"

static struct repo *repo;

static int teardown(void **state) {
    repo_closep(&repo);
    return scratch_teardown(state);
}

static void opened(const char *start) {
    repo_closep(&repo);
    if (repo_open(&repo, at(start), false)) {
        fail_msg("%s", err_text());
    }
}

static void refused(const char *start, int code) {
    repo_closep(&repo);
    assert_int_equal(repo_open(&repo, at(start), false), code);
    assert_null(repo);
    err_clear();
}

static void finds_the_nearest(void **state) {
    (void)state;
    sh("mkdir -p p/.dvc p/a/b p/inner/.dvc p/inner/c");
    opened("p/a/b");
    assert_string_equal(repo->root, at("p"));
    assert_string_equal(repo->dvc_dir, at("p/.dvc"));
    assert_string_equal(repo->cwd, "a/b");
    assert_null(repo->git);
    opened("p/inner/c");
    assert_string_equal(repo->root, at("p/inner"));
    opened("p");
    assert_string_equal(repo->cwd, "");
    refused("", ERR_NO_REPO);
    refused("nowhere", ERR_NOT_FOUND);
}

static void refuses_what_is_no_folder(void **state) {
    (void)state;
    sh("mkdir -p p/.dvc l/sub f && ln -s ../p/.dvc l/.dvc && touch f/.dvc");
    refused("l/sub", ERR_FAILED);
    refused("f", ERR_FAILED);
}

static void knows_git(void **state) {
    (void)state;
    sh("git init -q r && mkdir -p r/.dvc r/team/.dvc r/no/.dvc && printf '[core]\\nno_scm = "
       "true\\n' >r/no/.dvc/config");
    opened("r");
    assert_non_null(repo->git);
    assert_string_equal(repo->git_path, "");
    opened("r/team");
    assert_string_equal(repo->git_path, "team");
    assert_string_equal(gitrepo_root(repo->git), at("r"));
    opened("r/no");
    assert_null(repo->git);
}

static void turns_paths(void **state) {
    (void)state;
    const char *path;
    sh("mkdir -p p/.dvc p/a/b");
    opened("p/a");
    assert_int_equal(repo_path(&path, repo, "b/../x", true), 0);
    assert_string_equal(path, "a/x");
    assert_int_equal(repo_path(&path, repo, "..", true), 0);
    assert_string_equal(path, "");
    assert_int_equal(repo_path(&path, repo, at("p/y"), true), 0);
    assert_string_equal(path, "y");
    assert_int_equal(repo_path(&path, repo, "../../z", true), ERR_FAILED);
    err_clear();
    assert_int_equal(repo_path(&path, repo, "../../z", false), 0);
    assert_string_equal(path, at("z"));
    assert_string_equal(repo_shown(repo, "x"), "../x");
    assert_string_equal(repo_shown(repo, "a/b"), "b");
    assert_string_equal(repo_abs(repo, "a"), at("p/a"));
    assert_string_equal(repo_abs(repo, "/etc"), "/etc");
}

static void makes_repositories(void **state) {
    (void)state;
    const struct repo_init_options plain = {0}, force = {.force = true}, no_scm = {.no_scm = true},
                                   subdir = {.subdir = true};
    sh("git init -q r && mkdir -p r/sub out");
    assert_int_equal(repo_init("out", &plain), ERR_FAILED);
    err_clear();
    assert_int_equal(repo_init("r/sub", &plain), ERR_FAILED);
    err_clear();
    assert_int_equal(access(at("r/sub/.dvc"), F_OK), -1);
    assert_int_equal(repo_init("r", &plain), 0);
    assert_file("r/.dvc/config", "");
    assert_file("r/.dvc/.gitignore", "/config.local\n/tmp\n/cache\n");
    assert_int_equal(access(at("r/.dvc/tmp/btime"), F_OK), 0);
    sh("cd r && git status --short >../seen");
    assert_file("seen", "A  .dvc/.gitignore\nA  .dvc/config\nA  .dvcignore\n");
    assert_int_equal(repo_init("r", &plain), ERR_EXISTS);
    err_clear();
    sh("echo mine >r/.dvcignore && echo x >r/.dvc/extra");
    assert_int_equal(repo_init("r", &force), 0);
    assert_file("r/.dvcignore", "mine\n");
    assert_file("r/.dvc/extra", NULL);
    assert_int_equal(chdir(at("r/sub")), 0);
    assert_int_equal(repo_init(".", &subdir), 0);
    assert_file("r/sub/.dvc/config", "");
    assert_int_equal(chdir(scratch), 0);
    assert_int_equal(repo_init("new/deep", &no_scm), 0);
    assert_file("new/deep/.dvc/config", "[core]\n    no_scm = True\n");
    assert_file("new/deep/.dvc/.gitignore", NULL);
    opened("new/deep");
}

static void makes_nothing_where_it_must_not(void **state) {
    (void)state;
    const struct repo_init_options force = {.force = true};
    sh("git init -q i && echo .dvc >i/.gitignore && git init -q l && mkdir t && echo x >t/x && ln "
       "-s ../t l/.dvc &&"
       " git init -q s && cd s && echo 1 >a && git add a && git update-index --split-index");
    assert_int_equal(repo_init("i", &force), ERR_FAILED);
    assert_non_null(strstr(err_hint_text(), "!.dvc"));
    err_clear();
    assert_int_equal(repo_init("l", &force), ERR_EXISTS);
    err_clear();
    assert_file("t/x", "x\n");
    assert_int_equal(repo_init("s", &force), ERR_UNSUPPORTED);
    err_clear();
    assert_int_equal(access(at("s/.dvc"), F_OK), -1);
}

static void leaves_out_lines_that_git_ignores_already(void **state) {
    (void)state;
    const struct repo_init_options plain = {0};
    sh("git init -q r && printf 'tmp/\\nconfig.local\\n' >r/.gitignore");
    assert_int_equal(repo_init("r", &plain), 0);
    assert_file("r/.dvc/.gitignore", "/cache\n");
}

static void notes_what_git_should_know(void **state) {
    (void)state;
    const struct repo_init_options plain = {0};
    bool hint;
    sh("git init -q r && mkdir r/d");
    assert_int_equal(repo_init("r", &plain), 0);
    opened("r");
    assert_int_equal(repo_gitignore_add(repo, "d/out"), 0);
    assert_int_equal(repo_gitignore_add(repo, "d/out"), 0);
    repo_touch(repo, "x.dvc");
    repo_touch(repo, "x.dvc");
    assert_int_equal(repo->touched.len, 2);
    assert_string_equal(repo->touched.at[0], "d/.gitignore");
    assert_int_equal(repo_stage_touched(repo, &hint), 0);
    assert_true(hint);
    sh("touch r/x.dvc");
    assert_int_equal(config_set(repo->config, CONFIG_REPO, "core.autostage", "true"), 0);
    assert_int_equal(repo_stage_touched(repo, &hint), 0);
    assert_false(hint);
    sh("cd r && git status --short -- d x.dvc >../seen");
    assert_file("seen", "A  d/.gitignore\nA  x.dvc\n");
    assert_int_equal(repo_gitignore_remove(repo, "d/out"), 0);
    assert_file("r/d/.gitignore", NULL);
}

static void views_the_workspace_and_commits(void **state) {
    (void)state;
    struct str text = STR_INIT;
    struct gitrev head;
    bool is_dir;
    sh("git init -q r && mkdir -p r/team/.dvc r/team/d && echo old >r/team/d/f && cd r && git add "
       ". && git commit -q -m 1"
       " && echo new >team/d/f && echo n >team/n");
    opened("r/team");
    assert_int_equal(gitrev_find(&head, repo->git, repo->arena, "HEAD"), 0);
    const struct view now = {.repo = repo}, then = {.repo = repo, .commit = head.id};
    assert_int_equal(view_read(&text, &now, "d/f", 100), 0);
    assert_string_equal(text.buf, "new\n");
    str_clear(&text);
    assert_int_equal(view_read(&text, &then, "d/f", 100), 0);
    assert_string_equal(text.buf, "old\n");
    assert_int_equal(view_read(&text, &then, "n", 100), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(view_read(&text, &now, "nosuch", 100), ERR_NOT_FOUND);
    err_clear();
    assert_true(view_exists(&now, "n", &is_dir));
    assert_false(is_dir);
    assert_false(view_exists(&then, "n", &is_dir));
    assert_true(view_exists(&then, "d", &is_dir));
    assert_true(is_dir);
    str_release(&text);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, scratch_setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(finds_the_nearest),
        CASE(refuses_what_is_no_folder),
        CASE(knows_git),
        CASE(turns_paths),
        CASE(makes_repositories),
        CASE(makes_nothing_where_it_must_not),
        CASE(leaves_out_lines_that_git_ignores_already),
        CASE(notes_what_git_should_know),
        CASE(views_the_workspace_and_commits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
