#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "git/gittree.h"

static struct arena *arena;
static struct gitrepo *g;
static struct gitrev head;

static int tree_setup(void **state) {
    int rc = scratch_setup(state);
    sh("git init -q r && cd r && mkdir -p a/b c && printf 'one\\n' >a/b/x && touch a-b a.c c/y "
       "empty &&"
       " chmod +x a-b && ln -s a/b/x link && git add . && git commit -q -m 1 && echo two >a/b/x");
    arena = arena_new();
    if (rc == 0 && (rc = gitrepo_open(&g, at("r"))) == 0) {
        rc = gitrev_find(&head, g, arena, "HEAD");
    }
    return rc;
}

static int tree_teardown(void **state) {
    gitrepo_close(g);
    arena_free(arena);
    return scratch_teardown(state);
}

static void reads_files(void **state) {
    (void)state;
    struct str text = STR_INIT;
    assert_int_equal(gittree_read(&text, g, head.id, "a/b/x", 100), 0);
    assert_string_equal(text.buf, "one\n");
    assert_int_equal(gittree_read(&text, g, head.id, "empty", 0), 0);
    assert_string_equal(text.buf, "one\n");
    assert_int_equal(gittree_read(&text, g, head.id, "a/b/x", 3), ERR_INVALID);
    err_clear();
    static const char *const absent[] = {"a/b/y", "a/b", "link", "a/b/x/z", "nosuch/x"};
    for (size_t i = 0; i < COUNT_OF(absent); i++) {
        assert_int_equal(gittree_read(&text, g, head.id, absent[i], 100), ERR_NOT_FOUND);
        err_clear();
    }
    assert_int_equal(gittree_read(&text, g, "0000000000000000000000000000000000000000", "a", 9),
                     ERR_FAILED);
    err_clear();
    str_release(&text);
}

/* A folder whose object is gone is no folder that was never there. */
static void tells_damage_from_absence(void **state) {
    (void)state;
    struct str text = STR_INIT;
    sh("cd r && rm -f .git/objects/$(git rev-parse HEAD:a | sed 's|^..|&/|')");
    assert_int_equal(gittree_read(&text, g, head.id, "a/b/x", 100), ERR_FAILED);
    err_clear();
    assert_int_equal(gittree_read(&text, g, head.id, "nosuch/x", 100), ERR_NOT_FOUND);
    err_clear();
    str_release(&text);
}

static void tells_what_is_there(void **state) {
    (void)state;
    bool is_dir = false;
    assert_true(gittree_exists(g, head.id, "", &is_dir));
    assert_true(is_dir);
    assert_true(gittree_exists(g, head.id, "a/b", &is_dir));
    assert_true(is_dir);
    assert_true(gittree_exists(g, head.id, "a/b/x", &is_dir));
    assert_false(is_dir);
    assert_true(gittree_exists(g, head.id, "c/y", NULL));
    assert_false(gittree_exists(g, head.id, "c/z", &is_dir));
    assert_int_equal(err_current(), 0);
}

static int note_entry(void *ctx, const char *name, bool is_dir, unsigned mode, uint64_t size) {
    char *seen = ctx;
    sprintf(seen + strlen(seen), "%s%s%s=%d ", name, is_dir ? "/" : "", mode == 0100755 ? "*" : "",
            is_dir ? 0 : (int)size);
    return 0;
}

static void lists_one_folder(void **state) {
    (void)state;
    char seen[256] = "";
    assert_int_equal(gittree_list(g, head.id, "", true, note_entry, seen), 0);
    assert_string_equal(seen, "a-b*=0 a.c=0 a/=0 c/=0 empty=0 link=5 ");
    seen[0] = '\0';
    assert_int_equal(gittree_list(g, head.id, "a/b", true, note_entry, seen), 0);
    assert_string_equal(seen, "x=4 ");
    assert_int_equal(gittree_list(g, head.id, "a/b/x", true, note_entry, seen), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(gittree_list(g, head.id, "nosuch", true, note_entry, seen), ERR_NOT_FOUND);
    err_clear();
}

static int note(void *ctx, const char *path, bool is_dir, unsigned mode,
                const struct gittree_id *id) {
    char *seen = ctx;
    char hex[GITTREE_ID_MAX];
    assert_int_equal(strlen(gittree_id_text(hex, id)), 40);
    sprintf(seen + strlen(seen), "%s%s%s ", path, is_dir ? "/" : "", mode == 0100755 ? "*" : "");
    return strcmp(path, "c") == 0 ? 1 : strcmp(path, "link") == 0 ? ERR_FAILED : 0;
}

static void walks_in_order(void **state) {
    (void)state;
    char seen[512] = "";
    assert_int_equal(gittree_walk(g, head.id, "", note, seen), ERR_FAILED);
    assert_string_equal(seen, "a-b* a.c a/ a/b/ a/b/x c/ empty link ");
    seen[0] = '\0';
    assert_int_equal(gittree_walk(g, head.id, "a", note, seen), 0);
    assert_string_equal(seen, "a/b/ a/b/x ");
    assert_int_equal(gittree_walk(g, head.id, "a.c", note, seen), ERR_NOT_FOUND);
    err_clear();
}

static void says_what_a_partial_clone_lacks(void **state) {
    (void)state;
    sh("cd r && git config uploadpack.allowFilter true && cd .. &&"
       " git clone -q --no-checkout --filter=blob:none 'file://%s' p",
       at("r"));
    struct gitrepo *partial;
    struct str text = STR_INIT;
    assert_int_equal(gitrepo_open(&partial, at("p")), 0);
    assert_int_equal(gittree_read(&text, partial, head.id, "a/b/x", 100), ERR_FAILED);
    assert_non_null(strstr(err_hint_text(), "git show"));
    err_clear();
    gitrepo_close(partial);
    str_release(&text);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)
    const struct CMUnitTest tests[] = {
        CASE(reads_files),
        CASE(lists_one_folder),
        CASE(tells_what_is_there),
        CASE(walks_in_order),
        CASE(tells_damage_from_absence),
        CASE(says_what_a_partial_clone_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
