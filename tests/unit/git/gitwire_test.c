#include "../scratch.h"

#include "base/arena.h"
#include "base/vec.h"
#include "git/gitrepo.h"
#include "git/gitwire.h"

/* "up" is what others have: a bare repository with the history of "r". */
static struct gitrepo *make_repositories(void) {
    struct gitrepo *g = NULL;
    sh("git init -q --bare -b main up && git init -q -b main r && cd r && git remote add origin "
       "../up "
       "&& git commit -q --allow-empty -m 1 && git commit -q --allow-empty -m 2 && git tag -am t "
       "v1 "
       "&& git push -q origin main v1");
    assert_int_equal(gitrepo_open(&g, at("r")), 0);
    return g;
}

static void lists_references(void **state) {
    (void)state;
    struct gitrepo *g = make_repositories();
    struct arena *arena = arena_new();
    struct gitwire_refs refs = {0};
    struct strv all = {0};
    assert_int_equal(gitwire_list(&refs, arena, g, "origin", &all), 0);
    assert_int_equal(refs.len, 3);
    assert_string_equal(refs.at[0].name, "HEAD");
    assert_string_equal(refs.at[1].name, "refs/heads/main");
    assert_string_equal(refs.at[1].id, refs.at[0].id);
    assert_string_equal(refs.at[2].name, "refs/tags/v1");
    assert_string_not_equal(refs.at[2].id, refs.at[0].id);
    assert_string_equal(refs.at[2].commit, refs.at[0].id);
    vec_clear(&refs);
    vec_push(&all, "refs/tags/v1");
    assert_int_equal(gitwire_list(&refs, arena, NULL, at("up"), &all), 0);
    assert_int_equal(refs.len, 1);
    assert_string_equal(refs.at[0].name, "refs/tags/v1");
    assert_string_not_equal(refs.at[0].commit, refs.at[0].id);
    vec_release(&refs);
    strv_release(&all);
    arena_free(arena);
    gitrepo_close(g);
}

static void fetches_what_is_asked_for(void **state) {
    (void)state;
    gitrepo_close(make_repositories());
    struct gitrepo *g = NULL;
    struct strv specs = {0};
    sh("git init -q --bare -b main down");
    assert_int_equal(gitrepo_open_bare(&g, at("down")), 0);
    vec_push(&specs, "+refs/heads/main:refs/heads/kept");
    assert_int_equal(gitwire_fetch(g, at("up"), &specs, GITWIRE_TIP), 0);
    sh("cd down && test \"$(git for-each-ref --format='%%(refname)')\" = refs/heads/kept && "
       "test \"$(git rev-list kept | wc -l)\" = 1 && ! test -e FETCH_HEAD");
    assert_int_equal(gitwire_fetch(g, at("up"), &specs, GITWIRE_WHOLE), 0);
    sh("cd down && test \"$(git rev-list kept | wc -l)\" = 2");
    vec_push(&specs, "refs/heads/nosuch:refs/heads/nosuch");
    assert_int_equal(gitwire_fetch(g, at("up"), &specs, GITWIRE_AS_IS), ERR_NOT_FOUND);
    assert_non_null(strstr(err_text(), "nosuch"));
    err_clear();
    strv_release(&specs);
    gitrepo_close(g);
}

static void pushes_and_says_what_became_of_it(void **state) {
    (void)state;
    struct gitrepo *g = make_repositories();
    struct arena *arena = arena_new();
    struct gitwire_results done = {0};
    struct strv specs = {0};
    vec_push(&specs, "refs/heads/main:refs/exps/one");
    vec_push(&specs, "refs/heads/main:refs/heads/main");
    assert_int_equal(gitwire_push(&done, arena, g, "origin", &specs), 0);
    assert_int_equal(done.len, 2);
    for (size_t i = 0; i < done.len; i++) {
        bool one = strcmp(done.at[i].ref, "refs/exps/one") == 0;
        assert_int_equal(done.at[i].state, one ? GITWIRE_PUSHED : GITWIRE_UP_TO_DATE);
    }
    sh("cd r && git commit -q --amend --allow-empty -m other");
    vec_clear(&done);
    assert_int_equal(gitwire_push(&done, arena, g, "origin", &specs), 0);
    assert_int_equal(done.len, 2);
    assert_int_equal(done.at[0].state, GITWIRE_REJECTED);
    assert_string_equal(done.at[0].why, "non-fast-forward");
    vec_clear(&done);
    vec_clear(&specs);
    vec_push(&specs, "+refs/heads/main:refs/heads/main");
    vec_push(&specs, ":refs/exps/one");
    assert_int_equal(gitwire_push(&done, arena, g, "origin", &specs), 0);
    assert_int_equal(done.len, 2);
    for (size_t i = 0; i < done.len; i++) {
        bool one = strcmp(done.at[i].ref, "refs/exps/one") == 0;
        assert_int_equal(done.at[i].state, one ? GITWIRE_DELETED : GITWIRE_PUSHED);
    }
    sh("cd up && test \"$(git for-each-ref --format='%%(refname)' refs/exps)\" = ''");
    vec_release(&done);
    strv_release(&specs);
    arena_free(arena);
    gitrepo_close(g);
}

static void runs_nothing_of_others(void **state) {
    (void)state;
    struct gitrepo *g = make_repositories();
    struct arena *arena = arena_new();
    struct gitwire_refs refs = {0};
    struct gitwire_results done = {0};
    struct strv none = {0}, specs = {0};
    static const char *const bad[] = {"ext::touch ran", "--upload-pack=touch ran", "", "a\nb"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(gitwire_list(&refs, arena, NULL, bad[i], &none), ERR_INVALID);
        err_clear();
    }
    /* Where a name stands for such an address, Git itself refuses. */
    sh("cd r && git remote add evil 'ext::touch ran' && git config protocol.ext.allow always");
    assert_int_equal(gitwire_list(&refs, arena, g, "evil", &none), ERR_FAILED);
    assert_non_null(strstr(err_text(), "ext"));
    err_clear();
    sh("printf '#!/bin/sh\\ntouch %s\\n' >r/.git/hooks/pre-push && chmod +x r/.git/hooks/pre-push",
       at("ran"));
    vec_push(&specs, "refs/heads/main:refs/heads/two");
    assert_int_equal(gitwire_push(&done, arena, g, "origin", &specs), 0);
    sh("test ! -e ran && test ! -e r/ran");
    vec_release(&done);
    strv_release(&specs);
    arena_free(arena);
    gitrepo_close(g);
}

static void says_what_is_wrong(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct gitwire_refs refs = {0};
    struct strv none = {0};
    assert_int_equal(gitwire_list(&refs, arena, NULL, at("nowhere"), &none), ERR_NOT_FOUND);
    assert_non_null(strstr(err_text(), "nowhere"));
    err_clear();
    assert_int_equal(gitwire_list(&refs, arena, NULL, "http://me:secret@127.0.0.1:1/x.git", &none),
                     ERR_FAILED);
    assert_non_null(strstr(err_text(), "'http://127.0.0.1:1/x.git'"));
    assert_null(strstr(err_text(), "secret"));
    err_clear();
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lists_references, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(fetches_what_is_asked_for, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(pushes_and_says_what_became_of_it, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(runs_nothing_of_others, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(says_what_is_wrong, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
