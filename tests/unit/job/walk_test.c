#include "../scratch.h"

#include <errno.h>
#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "job/walk.h"

static struct arena *arena;
static struct walk walk;

static int setup(void **state) {
    scratch_setup(state);
    arena = arena_new();
    walk = (struct walk){0};
    return 0;
}

static int teardown(void **state) {
    walk_release(&walk);
    arena_freep(&arena);
    return scratch_teardown(state);
}

static void assert_walked(const char *expected) {
    struct str seen = STR_INIT;
    for (size_t i = 0; i < walk.len; i++) {
        str_addf(&seen, "%s%s\n", walk.at[i].path, walk.at[i].link ? " @" : "");
    }
    assert_string_equal(seen.buf, expected);
    str_release(&seen);
}

static void test_sorted_by_full_path(void **state) {
    (void)state;
    sh("mkdir -p 't/a/b' t/a-b t/empty/empty t/z && cd t && echo 1 >a/b/x && echo 22 >a-b/y && : "
       ">a.txt && : >a/c && : >z/z && : >B");
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), 0);
    assert_walked("B\na-b/y\na.txt\na/b/x\na/c\nz/z\n");
    struct stat st;
    assert_int_equal(stat("t/a-b/y", &st), 0);
    const struct file_id *id = &walk.at[1].id;
    assert_int_equal(id->size, 3);
    assert_int_equal(id->inode, st.st_ino);
    assert_int_equal(id->mode, st.st_mode);
    assert_int_equal(id->mtime_ns, st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec);
}

static void test_any_bytes_in_names(void **state) {
    (void)state;
    sh("mkdir t && cd t && : >\"$(printf 'a\\nb')\" && : >\"$(printf '\\377')\" && : >-rf && : >' "
       "' && : >..x && mkdir ... && : >.../f");
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), 0);
    assert_walked(" \n-rf\n.../f\n..x\na\nb\n\xff\n");
}

static void test_links(void **state) {
    (void)state;
    sh("mkdir -p t/sub other && echo text >other/f && : >t/sub/x && cd t && ln -s ../other/f link "
       "&& ln -s ../other dir && ln -s . loop &&"
       " ln -s sub/x sub2");
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), 0);
    assert_walked("link @\nsub/x\nsub2 @\n");
    assert_int_equal(walk.at[0].id.size, 5); /* of the file behind it */
}

static void assert_refused(const char *says, const char *name) {
    assert_int_not_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), 0);
    assert_non_null(strstr(err_text(), says));
    assert_non_null(strstr(err_text(), name));
    err_clear();
    walk_release(&walk);
}

static void test_what_is_no_file(void **state) {
    (void)state;
    sh("mkdir -p t/a && mkfifo t/a/fifo");
    assert_refused("neither a file nor a folder", "'t/a/fifo'");
    sh("rm t/a/fifo && ln -s nowhere t/a/dead");
    assert_refused("leads nowhere", "'t/a/dead'");
    sh("rm t/a/dead && ln -s self t/a/self");
    assert_refused("symbolic links", "'t/a/self'");
    sh("rm t/a/self && ln -s ../../fifo t/a/l && mkfifo fifo");
    assert_refused("neither", "'t/a/l'");
    sh("rm -r t");
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), ERR_NOT_FOUND);
    err_clear();
}

static bool leave_out(void *ctx, const char *path, bool is_dir) {
    str_addf(ctx, "%s%s ", path, is_dir ? "/" : "");
    return str_ends(path, "skipped") || str_ends(path, "fifo") || str_ends(path, "dead");
}

static void test_left_out(void **state) {
    (void)state;
    sh("mkdir -p t/skipped t/d && : >t/skipped/x && mkfifo t/fifo t/d/fifo && ln -s no t/dead && : "
       ">t/d/skipped && : >t/d/f &&"
       "chmod 0 t/skipped");
    struct str asked = STR_INIT;
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", leave_out, &asked), 0);
    assert_walked("d/f\n");
    assert_non_null(strstr(asked.buf, "skipped/ "));
    assert_non_null(strstr(asked.buf, "d/fifo "));
    assert_null(strstr(asked.buf, "skipped/x"));
    str_release(&asked);
}

static void test_relative_to_a_folder(void **state) {
    (void)state;
    sh("mkdir -p r/t/a && : >r/t/a/f");
    int fd = open("r", O_RDONLY | O_DIRECTORY);
    assert_int_equal(walk_tree(&walk, arena, fd, "t", NULL, NULL), 0);
    assert_walked("a/f\n");
    walk_release(&walk);
    assert_int_equal(walk_tree(&walk, arena, fd, "", NULL, NULL), 0);
    assert_walked("t/a/f\n");
    close(fd);
}

/* t/deeper-and-deeper/…/f */
static void make_deep(int levels) {
    sh("rm -rf t");
    assert_int_equal(mkdir("t", 0777), 0);
    int fd = open("t", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < levels; i++) {
        assert_int_equal(mkdirat(fd, "deeper-and-deeper", 0777), 0);
        int next = openat(fd, "deeper-and-deeper", O_RDONLY | O_DIRECTORY);
        close(fd);
        fd = next;
    }
    int file = openat(fd, "f", O_WRONLY | O_CREAT, 0666);
    close(file);
    close(fd);
}

static void test_deep(void **state) {
    (void)state;
    make_deep(200);
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), 0);
    assert_int_equal(walk.len, 1);
    assert_int_equal(strlen(walk.at[0].path), 200 * 18 + 1);
    walk_release(&walk);
    make_deep(600); /* longer than a path may be: nothing could read the file */
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), ERR_IO);
    assert_non_null(strstr(err_text(), "deeper-and-deeper"));
    err_clear();
}

static void test_many(void **state) {
    (void)state;
    sh("mkdir t && cd t && seq 3000 | xargs touch && mkdir 12-x 12.d 1200d && touch 12-x/f 12.d/f "
       "1200d/f");
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), 0);
    assert_int_equal(walk.len, 3003);
    for (size_t i = 1; i < walk.len; i++) {
        assert_true(strcmp(walk.at[i - 1].path, walk.at[i].path) < 0);
    }
}

static bool skip_out(void *ctx, const char *path, bool is_dir) {
    (void)ctx;
    return !is_dir && str_ends(path, "/out");
}

/* In so many folders files are looked at while the folders are read: what is left out still does no
 * harm, and nothing is different. */
static void test_many_folders(void **state) {
    struct stat st;

    (void)state;
    sh("mkdir t && cd t && for i in $(seq 40); do mkdir $i && touch $i/a && echo b > $i/b && "
       "ln -s b $i/link && mkfifo $i/out; done && mkdir 7/below && touch 7/below/z");
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", skip_out, NULL), 0);
    assert_int_equal(walk.len, 3 * 40 + 1);
    for (size_t i = 0; i < walk.len; i++) {
        struct str path = STR_INIT;
        struct file_id id;

        assert_true(i == 0 || strcmp(walk.at[i - 1].path, walk.at[i].path) < 0);
        str_addf(&path, "t/%s", walk.at[i].path);
        assert_int_equal(stat(path.buf, &st), 0);
        file_id_from_stat(&id, &st);
        assert_memory_equal(&walk.at[i].id, &id, sizeof id);
        assert_int_equal(walk.at[i].link, str_ends(path.buf, "/link"));
        str_release(&path);
    }
    walk_release(&walk);
    assert_int_equal(walk_tree(&walk, arena, AT_FDCWD, "t", NULL, NULL), ERR_FAILED);
    assert_non_null(strstr(err_text(), "/out' is neither a file nor a folder"));
    err_clear();
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        HERE(test_sorted_by_full_path),
        HERE(test_any_bytes_in_names),
        HERE(test_links),
        HERE(test_what_is_no_file),
        HERE(test_left_out),
        HERE(test_relative_to_a_folder),
        HERE(test_deep),
        HERE(test_many),
        HERE(test_many_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
