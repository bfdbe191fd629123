#include "../scratch.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "git/gittag.h"

static struct arena *arena;
static struct gitrepo *g;
static struct gitrev head;

static int tag_setup(void **state) {
    int rc = scratch_setup(state);
    sh("git init -q r && cd r && git commit -q --allow-empty -m first && git tag light && "
       "git tag -a -m 'by Git' plain && git tag -a -m tree tree 'HEAD^{tree}' && "
       "git tag -a -m twice twice plain");
    arena = arena_new();
    rc = rc ? rc : gitrepo_open(&g, at("r"));
    return rc ? rc : gitrev_find(&head, g, arena, "HEAD");
}

static int tag_teardown(void **state) {
    gitrepo_close(g);
    arena_free(arena);
    return scratch_teardown(state);
}

static void makes_and_lists(void **state) {
    struct gittags tags = {0};
    int64_t last = 0;
    (void)state;

    setenv("GIT_COMMITTER_NAME", "Ann B", 1);
    setenv("GIT_COMMITTER_EMAIL", "ann@example.com", 1);
    setenv("GIT_COMMITTER_DATE", "2024-01-02T03:04:05+0130", 1);
    assert_int_equal(gittag_create(g, "m@v1.0.0", head.id, "a message", &last), 0);
    assert_int_equal(last, 1704159245);
    assert_int_equal(gittag_create(g, "m#p!#2", head.id, "later", &last), 0);
    assert_int_equal(last, 1704159246);
    assert_int_equal(gittag_create(g, "m#p!#2", head.id, "again", &last), ERR_EXISTS);
    err_clear();
    assert_int_equal(gittag_create(g, "light", head.id, "again", &last), ERR_EXISTS);
    err_clear();
    sh("cd r && git cat-file -p m@v1.0.0 >../seen && "
       "printf 'object %%s\\ntype commit\\ntag m@v1.0.0\\ntagger Ann B <ann@example.com> "
       "1704159245 "
       "+0130\\n\\na message' \"$(git rev-parse HEAD)\" | cmp - ../seen");

    assert_int_equal(gittag_list(&tags, g, arena), 0);
    assert_int_equal(tags.len, 4);
    assert_string_equal(tags.at[0].name, "m#p!#2");
    assert_string_equal(tags.at[1].name, "m@v1.0.0");
    assert_string_equal(tags.at[1].author, "Ann B");
    assert_string_equal(tags.at[1].email, "ann@example.com");
    assert_string_equal(tags.at[1].message, "a message");
    assert_int_equal(tags.at[1].offset, 90);
    assert_string_equal(tags.at[2].message, "by Git\n");
    assert_string_equal(tags.at[3].name, "twice");
    assert_string_equal(tags.at[3].commit, head.id);
    vec_release(&tags);
}

static void reads_dates(void **state) {
    static const struct {
        const char *text;
        int64_t time;
    } good[] = {{"@1700000000 +0000", 1700000000},
                {"1700000000", 1700000000},
                {"2024-01-02 03:04:05 -0100", 1704168245},
                {"2024-01-02T03:04:05Z", 1704164645}};
    static const char *const bad[] = {"yesterday", "2024-01-02T03:04:05+9", "1700000000 +9900"};
    char name[8] = "d0";
    (void)state;

    for (size_t i = 0; i < COUNT_OF(good); i++, name[1]++) {
        int64_t last = 0;

        setenv("GIT_COMMITTER_DATE", good[i].text, 1);
        assert_int_equal(gittag_create(g, name, head.id, "m", &last), 0);
        assert_int_equal(last, good[i].time);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t last = 0;

        setenv("GIT_COMMITTER_DATE", bad[i], 1);
        assert_int_equal(gittag_create(g, "bad", head.id, "m", &last), ERR_INVALID);
        err_clear();
    }
    unsetenv("GIT_COMMITTER_DATE");
}

static void wants_a_name(void **state) {
    int64_t last = 0;
    (void)state;

    unsetenv("GIT_COMMITTER_NAME");
    unsetenv("GIT_COMMITTER_EMAIL");
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    assert_int_equal(gittag_create(g, "n", head.id, "m", &last), ERR_FAILED);
    assert_non_null(err_hint_text());
    err_clear();
    sh("cd r && git config user.name C && git config user.email c@example.com");
    assert_int_equal(gittag_create(g, "n", head.id, "m", &last), 0);
    sh("cd r && git cat-file -p n | grep -q '^tagger C <c@example.com> '");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_and_lists),
        cmocka_unit_test(reads_dates),
        cmocka_unit_test(wants_a_name),
    };
    return cmocka_run_group_tests(tests, tag_setup, tag_teardown);
}
