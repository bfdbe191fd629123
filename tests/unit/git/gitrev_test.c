#include "../scratch.h"

#include "base/arena.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"

static struct arena *arena;
static struct gitrepo *g;

static int history_setup(void **state) {
    int rc = scratch_setup(state);
    sh("git init -q -b main r && cd r && for i in 1 2 3; do"
       " GIT_COMMITTER_DATE=\"200$i-01-01T00:00:00Z\" git commit -q --allow-empty -m $i; done &&"
       " git branch zeta && git branch alpha HEAD~1 && git tag -a -m x v2 HEAD~1 && git tag v1 "
       "HEAD~2 &&"
       " git tag v3");
    arena = arena_new();
    if (rc == 0) {
        rc = gitrepo_open(&g, at("r"));
    }
    return rc;
}

static int history_teardown(void **state) {
    gitrepo_close(g);
    arena_free(arena);
    return scratch_teardown(state);
}

static const char *commit_of(const char *name) {
    static char id[64];
    sh("cd r && git rev-parse '%s^{commit}' | tr -d '\\n' >../id", name);
    FILE *f = fopen(at("id"), "r");
    assert_non_null(f);
    id[fread(id, 1, sizeof id - 1, f)] = '\0';
    fclose(f);
    return id;
}

static void finds_what_git_finds(void **state) {
    (void)state;
    static const char *const names[] = {"HEAD",  "main",      "HEAD~2",       "main^",
                                        "v1",    "v2",        "alpha",        "@",
                                        "v2^{}", "HEAD^{/2}", "refs/tags/v3", "@{0}"};
    struct gitrev rev;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(gitrev_find(&rev, g, arena, names[i]), 0);
        assert_string_equal(rev.id, commit_of(names[i]));
        assert_string_equal(rev.name, names[i]);
    }
    const char *full = commit_of("HEAD~1");
    char brief[8];
    snprintf(brief, sizeof brief, "%.7s", full);
    assert_int_equal(gitrev_find(&rev, g, arena, brief), 0);
    assert_string_equal(rev.id, full);
    assert_int_equal(rev.time, 1009843200); /* 2002-01-01 */
}

static void refuses_the_unknown(void **state) {
    (void)state;
    static const char *const names[] = {"nosuch", "",       "--all",    "-n1",
                                        "HEAD~9", "HEAD:x", "main..v1", "a b"};
    struct gitrev rev;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(gitrev_find(&rev, g, arena, names[i]), ERR_NOT_FOUND);
        err_clear();
    }
}

static void finds_the_branch_of_a_remote(void **state) {
    (void)state;
    sh("git clone -q r c 2>/dev/null && cd r && git checkout -q -b only-there && cd ../c && git "
       "fetch -q");
    struct gitrepo *clone;
    struct gitrev rev;
    assert_int_equal(gitrepo_open(&clone, at("c")), 0);
    assert_int_equal(gitrev_find(&rev, clone, arena, "only-there"), 0);
    assert_string_equal(rev.id, commit_of("main"));
    assert_int_equal(gitrev_find(&rev, clone, arena, "origin/zeta"), 0);
    sh("cd r && git commit -q --allow-empty -m 4 && cd ../c && git remote add two ../r && git "
       "fetch -q two");
    assert_int_equal(gitrev_find(&rev, clone, arena, "only-there"), ERR_FAILED);
    err_clear();
    gitrepo_close(clone);
}

static void assert_list(struct gitrepo *repo, unsigned sets, const char *want) {
    struct gitrevs revs = {0};
    char seen[1024] = "";
    assert_int_equal(gitrev_list(&revs, repo, arena, sets), 0);
    for (size_t i = 0; i < revs.len; i++) {
        strcat(strcat(seen, i ? " " : ""), revs.at[i].name);
        assert_int_equal(strlen(revs.at[i].id), 40);
    }
    assert_string_equal(seen, want);
    vec_release(&revs);
}

static void lists_each_commit_once(void **state) {
    (void)state;
    assert_list(g, GITREV_BRANCHES, "alpha main,zeta");
    assert_list(g, GITREV_TAGS, "v1 v2 v3");
    assert_list(g, GITREV_BRANCHES | GITREV_TAGS, "alpha,v2 main,zeta,v3 v1");
    char all[256];
    size_t len = 0;
    static const char *const names[] = {"HEAD", "HEAD~1", "HEAD~2"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? " " : "",
                                commit_of(names[i]));
    }
    assert_list(g, GITREV_COMMITS, all);
    assert_list(g, GITREV_COMMITS | GITREV_BRANCHES, all);
}

static void works_in_shallow_and_empty_clones(void **state) {
    (void)state;
    sh("git clone -q --depth 2 'file://%s' s", at("r"));
    struct gitrepo *shallow;
    assert_int_equal(gitrepo_open(&shallow, at("s")), 0);
    struct gitrevs revs = {0};
    assert_int_equal(gitrev_list(&revs, shallow, arena, GITREV_COMMITS), 0);
    assert_int_equal(revs.len, 2);
    assert_int_equal(gitrev_list(&revs, shallow, arena, GITREV_COMMITS | GITREV_WHOLE), 0);
    vec_release(&revs);
    struct gitrev rev;
    assert_int_equal(gitrev_find(&rev, shallow, arena, "HEAD~2"), ERR_NOT_FOUND);
    err_clear();
    gitrepo_close(shallow);
    sh("git init -q e");
    assert_int_equal(gitrepo_open(&shallow, at("e")), 0);
    assert_list(shallow, GITREV_COMMITS, "");
    assert_list(shallow, GITREV_BRANCHES | GITREV_TAGS, "");
    assert_int_equal(gitrev_find(&rev, shallow, arena, "HEAD"), ERR_NOT_FOUND);
    err_clear();
    gitrepo_close(shallow);
}

static void follows_a_line(void **state) {
    (void)state;
    static const struct {
        int num;
        size_t len;
    } cases[] = {{1, 1}, {2, 2}, {9, 3}, {-1, 3}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct gitrevs revs = {0};
        assert_int_equal(gitrev_line(&revs, g, arena, "main", cases[i].num, GITREV_WHOLE), 0);
        assert_int_equal(revs.len, cases[i].len);
        assert_string_equal(revs.at[0].name, "main");
        assert_string_equal(revs.at[revs.len - 1].id, commit_of(cases[i].len == 1   ? "main"
                                                                : cases[i].len == 2 ? "main~1"
                                                                                    : "main~2"));
        vec_release(&revs);
    }
}

static void lists_experiments(void **state) {
    (void)state;
    sh("cd r && b=$(git rev-parse HEAD~2) &&"
       " git update-ref refs/exps/$(echo $b | sed 's|^..|&/|')/name HEAD &&"
       " git update-ref refs/exps/stash HEAD~2 && git update-ref refs/exps/exec/EXEC_HEAD HEAD~2");
    struct gitrevs revs = {0};
    assert_int_equal(gitrev_list(&revs, g, arena, GITREV_EXPERIMENTS), 0);
    assert_int_equal(revs.len, 2);
    assert_string_equal(revs.at[0].id, commit_of("HEAD"));
    vec_release(&revs);
}

static void passes_over_what_is_no_commit(void **state) {
    (void)state;
    sh("cd r && git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/gone &&"
       " git tag tree 'HEAD^{tree}'");
    assert_list(g, GITREV_TAGS | GITREV_WHOLE, "v1 v2 v3");
    struct gitrevs revs = {0};
    assert_int_equal(gitrev_list(&revs, g, arena, GITREV_COMMITS | GITREV_WHOLE), 0);
    assert_int_equal(revs.len, 3);
    vec_release(&revs);
}

static void tells_what_it_cannot_read(void **state) {
    (void)state;
    static const unsigned sets[] = {GITREV_COMMITS, GITREV_TAGS, GITREV_BRANCHES};
    sh("cd r && for r in HEAD~1 HEAD~2; do"
       " rm -f .git/objects/$(git rev-parse $r | sed 's|^..|&/|') 2>/dev/null; done");
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        struct gitrevs revs = {0};
        assert_int_equal(gitrev_list(&revs, g, arena, sets[i]), 0);
        assert_int_equal(gitrev_list(&revs, g, arena, sets[i] | GITREV_WHOLE), ERR_FAILED);
        err_clear();
        vec_release(&revs);
    }
    struct gitrevs revs = {0};
    assert_int_equal(gitrev_line(&revs, g, arena, "main", 2, GITREV_WHOLE), ERR_FAILED);
    err_clear();
    vec_clear(&revs);
    assert_int_equal(gitrev_line(&revs, g, arena, "main", 1, GITREV_WHOLE), ERR_FAILED);
    err_clear();
    vec_release(&revs);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)
    const struct CMUnitTest tests[] = {
        CASE(finds_what_git_finds),
        CASE(refuses_the_unknown),
        CASE(finds_the_branch_of_a_remote),
        CASE(lists_each_commit_once),
        CASE(works_in_shallow_and_empty_clones),
        CASE(follows_a_line),
        CASE(lists_experiments),
        CASE(tells_what_it_cannot_read),
        CASE(passes_over_what_is_no_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
