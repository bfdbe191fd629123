#include "../scratch.h"

#include "base/arena.h"
#include "git/githistory.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"

static struct arena *arena;
static struct gitrepo *g;
static const char *head;

static int history_setup(void **state) {
    int rc = scratch_setup(state);
    sh("git init -q r && cd r && echo 1 >a && mkdir d && echo 1 >d/b && git add . && "
       "git commit -q -m first && echo 2 >a && git commit -q -a -m 'second\n\nmore' && "
       "echo 2 >d/b && git commit -q -a -m third && echo 1 >c && git add c && "
       "git commit -q -m fourth");
    arena = arena_new();
    rc = rc ? rc : gitrepo_open(&g, at("r"));
    if (!rc) {
        struct gitrev rev;
        rc = gitrev_find(&rev, g, arena, "HEAD");
        head = arena_strdup(arena, rev.id);
    }
    return rc;
}

static int history_teardown(void **state) {
    gitrepo_close(g);
    arena_free(arena);
    return scratch_teardown(state);
}

static const struct gitcommit *ask(struct githistory *h, const char *a, const char *b) {
    const char *paths[] = {a, b, NULL};
    const struct gitcommit *c;

    assert_int_equal(githistory_last_change(&c, h, head, paths), 0);
    return c;
}

static void finds_the_change(void **state) {
    struct githistory *h = githistory_new(g, 100);
    (void)state;

    for (int again = 0; again < 2; again++) {
        assert_string_equal(ask(h, "a", NULL)->summary, "second");
        assert_string_equal(ask(h, "d/b", NULL)->summary, "third");
        assert_string_equal(ask(h, "d", NULL)->summary, "third");
        assert_string_equal(ask(h, "a", "d")->summary, "third");
        assert_string_equal(ask(h, "a", "gone")->summary, "second");
        assert_null(ask(h, "gone", NULL));
    }
    assert_string_equal(ask(h, "c", NULL)->author, "t@example.com");
    assert_int_equal(ask(h, "c", NULL)->parents.len, 1);
    githistory_free(h);
}

static void stops_at_the_limit(void **state) {
    struct githistory *h = githistory_new(g, 2);
    (void)state;

    assert_null(ask(h, "a", NULL));
    githistory_free(h);
    githistory_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_the_change, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(stops_at_the_limit, history_setup, history_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
