#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "git/gitrev.h"
#include "model/ignore.h"
#include "model/repo.h"
#include "model/view.h"

/* "a/ b=4 c*=2": folders, files and executables. */
static void assert_listed(struct repo *r, const char *commit, const char *path,
                          const char *expected) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct view_entries found = {0};
    struct str text CLEANUP(str_release) = STR_INIT;
    const struct view view = {.repo = r, .commit = commit};
    struct ignore *rules;

    assert_int_equal(ignore_open(&rules, r, commit), 0);
    assert_int_equal(view_list(&found, arena, &view, rules, path, true), 0);
    for (size_t i = 0; i < found.len; i++) {
        const struct view_entry *e = &found.at[i];
        str_addf(&text, "%s%s%s", i ? " " : "", e->name, e->isexec ? "*" : "");
        if (e->is_dir) {
            str_addc(&text, '/');
        } else {
            str_addf(&text, "=%d", (int)e->size);
        }
    }
    assert_string_equal(text.buf, expected);
    vec_release(&found);
    ignore_close(rules);
}

static void lists_workspace_and_commit(void **state) {
    struct repo *r CLEANUP(repo_closep) = NULL;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct view_entries none = {0};
    struct gitrev head;

    (void)state;
    sh("git init -q . && mkdir -p .dvc d/e inner/.dvc && touch .dvc/config inner/.dvc/config &&"
       " echo 1 >d/x && echo y >d/e/y && echo skip >d/.dvcignore && touch d/skip && chmod +x d/x &&"
       " ln -s x d/link && ln -s gone d/dead && echo .home >.dvcignore && git add -f d .dvc inner"
       " .dvcignore && git commit -qm 1 && rm d/.dvcignore && echo 22 >d/new");
    assert_int_equal(repo_open(&r, scratch, false), 0);
    assert_int_equal(gitrev_find(&head, r->git, arena, "HEAD"), 0);
    assert_listed(r, NULL, "", ".dvcignore=6 d/");
    assert_listed(r, head.id, "", ".dvcignore=6 d/");
    assert_listed(r, NULL, "d", "dead=0 e/ link=2 new=3 skip=0 x*=2");
    assert_listed(r, head.id, "d", ".dvcignore=5 dead=4 e/ link=1 x*=2");
    const struct view here = {.repo = r}, then = {.repo = r, .commit = head.id};
    assert_int_equal(view_list(&none, arena, &here, r->ignore_rules, "nope", true), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(view_list(&none, arena, &then, r->ignore_rules, "d/x", true), ERR_NOT_FOUND);
    err_clear();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lists_workspace_and_commit, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
