#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "data/compare.h"
#include "data/data.h"
#include "data/tracked.h"
#include "job/progress.h"
#include "model/repo.h"
#include "store/tree.h"

/* Sides of a comparison, made by hand; the repository only lends its (empty) cache. */
struct fixture {
    struct arena *arena;
    struct repo *repo;
    struct data *data;
    struct progress progress;
    struct tracked old, new;
};

static int setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    int rc = scratch_setup(state);

    sh("mkdir -p r/.dvc && touch r/.dvc/config");
    f->arena = arena_new();
    *state = f;
    return rc || repo_open(&f->repo, at("r"), false) || data_open(&f->data, f->repo, &f->progress);
}

static int teardown(void **state) {
    struct fixture *f = *state;

    tracked_release(&f->old);
    tracked_release(&f->new);
    data_close(f->data);
    repo_close(f->repo);
    arena_free(f->arena);
    free(f);
    return scratch_teardown(state);
}

/* The digest of a content that is named by a letter. */
static struct digest digest(char content, bool is_dir) {
    struct digest d = {.algo = HASH_MD5, .len = 16, .is_dir = is_dir};

    memset(d.byte, content, d.len);
    return d;
}

/* "a=1" is a file, "d=2/x=1 y=3" (content, then what is in it) a folder, "d=2/?" one without a
 * listing. */
static void track(struct fixture *f, struct tracked *side, const char *text) {
    const char *eq = strchr(text, '='), *slash = strchr(eq, '/');
    struct tracked_out out = {.path = arena_strndup(f->arena, text, (size_t)(eq - text)),
                              .digest = digest(eq[1], slash != NULL),
                              .algo = HASH_MD5};
    struct tree *tree = arena_alloc(f->arena, sizeof *tree);

    for (const char *at = slash; at && at[1] != '?' && at[1] != '\0'; at = strchr(at + 1, ' ')) {
        const char *end = strchr(at, '=');
        struct tree_entry e = {.path = arena_strndup(f->arena, at + 1, (size_t)(end - at - 1)),
                               .digest = digest(end[1], false)};
        vec_push(tree, e);
    }
    if (tree->len > 0) {
        struct tree_entry *kept = arena_dup(f->arena, tree->at, tree->len * sizeof *tree->at);
        free(tree->at);
        tree->at = kept;
        out.tree = tree;
    }
    vec_push(side, out);
}

/* The changes as "+added -deleted ~modified ?unknown =same old>new". */
static void assert_changes(struct fixture *f, struct compare_options o, const char *expected) {
    struct comparison c CLEANUP(comparison_release) = {0};
    struct str seen CLEANUP(str_release) = STR_INIT;

    assert_int_equal(compare_tracked(&c, f->arena, f->data, &f->old, &f->new, &o), 0);
    for (size_t i = 0; i < c.changes.len; i++) {
        const struct compare_entry *e = &c.changes.at[i];
        static const char sign[] = {
            [COMPARE_SAME] = '=',  [COMPARE_MODIFIED] = '~', [COMPARE_UNKNOWN] = '?',
            [COMPARE_ADDED] = '+', [COMPARE_RENAMED] = '>',  [COMPARE_DELETED] = '-'};
        str_addf(&seen, "%s%s%c%s", i ? " " : "", e->old_path ? e->old_path : "", sign[e->kind],
                 e->path);
    }
    assert_string_equal(seen.buf, expected);
}

static void finds_every_kind(void **state) {
    struct fixture *f = *state;

    track(f, &f->old, "a=1");
    track(f, &f->old, "d=2/gone=5 keep=3 mod=4 was=6");
    track(f, &f->old, "z=7");
    track(f, &f->new, "d=8/is=6 keep=3 mod=9 more/new=0");
    track(f, &f->new, "z=7");
    assert_changes(f, (struct compare_options){.files = true},
                   "~d/ ~d/mod +d/more/new d/was>d/is -a -d/gone");
    assert_changes(f, (struct compare_options){.files = true, .same = true},
                   "=d/keep =z ~d/ ~d/mod +d/more/new d/was>d/is -a -d/gone");
    assert_changes(f, (struct compare_options){0}, "~d/ -a");
    struct strv within = {.at = (const char *[]){"d/more", "d/mod"}, .len = 2};
    assert_changes(f, (struct compare_options){.files = true, .within = within},
                   "~d/mod +d/more/new");
}

static void joins_renames_in_order(void **state) {
    struct fixture *f = *state;

    track(f, &f->old, "a=1");
    track(f, &f->old, "b=1");
    track(f, &f->old, "c=1");
    track(f, &f->new, "p=1");
    track(f, &f->new, "q=1");
    track(f, &f->new, "r=2");
    assert_changes(f, (struct compare_options){0}, "+r a>p b>q -c");
}

static void overlapping_outs(void **state) {
    struct fixture *f = *state;

    track(f, &f->old, "d=2/a=1 b=3 s/x=4");
    track(f, &f->old, "d-e=5");
    track(f, &f->new, "d/a=1");
    track(f, &f->new, "d/s=6/x=4 y=7");
    track(f, &f->new, "d-e=5");
    assert_changes(f, (struct compare_options){.files = true}, "+d/s/ +d/s/y -d/ -d/b");
    assert_changes(f, (struct compare_options){.files = true, .rules = COMPARE_ENTRIES},
                   "+d/s/y -d/b");
    assert_changes(f, (struct compare_options){0}, "+d/a +d/s/ -d/");
}

static void a_file_and_a_folder_of_one_name(void **state) {
    struct fixture *f = *state;

    track(f, &f->old, "d=2/x=1");
    track(f, &f->new, "d=3/x/y=1 z=4");
    assert_changes(f, (struct compare_options){.files = true}, "~d/ +d/z d/x>d/x/y");
    assert_changes(f, (struct compare_options){.files = true, .rules = COMPARE_ENTRIES},
                   "~d/ +d/x/y +d/z");
}

static void unlisted_folders_are_unknown(void **state) {
    struct fixture *f = *state;

    track(f, &f->old, "d=2/?");
    track(f, &f->new, "d=3/a=1 s/b=1 s/t/c=1");
    assert_changes(f, (struct compare_options){.files = true},
                   "~d/ ?d/a ?d/s/ ?d/s/b ?d/s/t/ ?d/s/t/c");
    assert_changes(f, (struct compare_options){.files = true, .rules = COMPARE_ENTRIES}, "~d/");
}

static void names_what_the_cache_lacks(void **state) {
    struct fixture *f = *state;
    struct comparison c CLEANUP(comparison_release) = {0};
    struct compare_options o = {.files = true, .missing = true};

    track(f, &f->old, "d=2/a=1");
    track(f, &f->old, "e=3");
    track(f, &f->new, "d=2/a=1");
    assert_int_equal(compare_tracked(&c, f->arena, f->data, &f->old, &f->new, &o), 0);
    assert_int_equal(c.changes.len, 1);
    assert_int_equal(c.missing.len, 3);
    assert_string_equal(c.missing.at[0].path, "d/");
    assert_string_equal(c.missing.at[1].path, "d/a");
    assert_string_equal(c.missing.at[2].path, "e");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_every_kind, setup, teardown),
        cmocka_unit_test_setup_teardown(joins_renames_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(overlapping_outs, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_and_a_folder_of_one_name, setup, teardown),
        cmocka_unit_test_setup_teardown(unlisted_folders_are_unknown, setup, teardown),
        cmocka_unit_test_setup_teardown(names_what_the_cache_lacks, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
