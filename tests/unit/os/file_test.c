#include "../scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>

#include "base/arena.h"
#include "base/str.h"
#include "os/file.h"
#include "os/temp.h"

static void test_read_whole(void **state) {
    (void)state;
    struct str s = STR_INIT;
    str_adds(&s, "before ");
    put("f", "text");
    assert_int_equal(file_read(&s, AT_FDCWD, "f", 4), 0);
    assert_string_equal(s.buf, "before text");
    put("empty", "");
    assert_int_equal(file_read(&s, AT_FDCWD, "empty", 0), 0);
    assert_string_equal(s.buf, "before text");
    str_clear(&s);
    assert_int_equal(file_read(&s, AT_FDCWD, "/proc/self/stat", 100000),
                     0); /* says it has 0 bytes */
    assert_true(s.len > 20);
    str_release(&s);
}

static void test_read_refuses(void **state) {
    (void)state;
    struct str s = STR_INIT;
    put("f", "text");
    assert_int_equal(file_read(&s, AT_FDCWD, "f", 3), ERR_INVALID);
    err_clear();
    assert_int_equal(file_read(&s, AT_FDCWD, "/proc/self/stat", 3), ERR_INVALID);
    err_clear();
    assert_int_equal(file_read(&s, AT_FDCWD, "none", 9), ERR_NOT_FOUND);
    assert_non_null(strstr(err_text(), "'none'"));
    err_clear();
    assert_int_equal(file_read(&s, AT_FDCWD, ".", 9), ERR_INVALID);
    err_clear();
    assert_int_equal(file_read(&s, AT_FDCWD, "/dev/zero", 9), ERR_INVALID);
    err_clear();
    assert_int_equal(mkfifo("fifo", 0666), 0);
    assert_int_equal(file_read(&s, AT_FDCWD, "fifo", 9), ERR_INVALID); /* and returns */
    err_clear();
    str_release(&s);
}

static int count_entries(const char *dir) {
    char command[256];
    snprintf(command, sizeof command, "exit $(ls -A '%s' | wc -l)", dir);
    return WEXITSTATUS(system(command));
}

static void test_write_is_atomic_and_keeps_the_mode(void **state) {
    (void)state;
    umask(022);
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(file_write_atomic(AT_FDCWD, "d/f", "one", 3), 0);
    struct stat st;
    assert_int_equal(stat("d/f", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    ino_t before = st.st_ino;
    assert_int_equal(chmod("d/f", 0600), 0);
    assert_int_equal(file_write_replace(AT_FDCWD, "d/f", "two", 3), 0);
    assert_file("d/f", "two");
    assert_int_equal(stat("d/f", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_not_equal(st.st_ino, before);
    assert_int_equal(count_entries("d"), 1);

    int fd = open("d", O_RDONLY | O_DIRECTORY);
    assert_int_equal(file_write_atomic(fd, "g", "", 0), 0);
    assert_file("d/g", "");
    close(fd);
}

static void test_write_replaces_a_link(void **state) {
    (void)state;
    put("target", "kept");
    assert_int_equal(symlink("target", "link"), 0);
    assert_int_equal(file_write_atomic(AT_FDCWD, "link", "new", 3), 0);
    assert_false(file_is_link(AT_FDCWD, "link"));
    assert_file("link", "new");
    assert_file("target", "kept");
}

static void test_failed_write_leaves_nothing(void **state) {
    (void)state;
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(mkdir("d/f", 0777), 0);
    assert_int_equal(file_write_atomic(AT_FDCWD, "d/f", "x", 1), ERR_IO);
    assert_non_null(strstr(err_text(), "'d/f'"));
    err_clear();
    assert_int_equal(count_entries("d"), 1);
    assert_int_equal(file_write_atomic(AT_FDCWD, "none/f", "x", 1), ERR_NOT_FOUND);
    err_clear();
}

static void test_questions(void **state) {
    (void)state;
    put("f", "");
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(symlink("f", "to-file"), 0);
    assert_int_equal(symlink("d", "to-dir"), 0);
    assert_int_equal(symlink("none", "dangling"), 0);
    assert_true(file_exists(AT_FDCWD, "f") && file_exists(AT_FDCWD, "to-file"));
    assert_true(file_exists(AT_FDCWD, "d") && file_exists(AT_FDCWD, ""));
    assert_false(file_exists(AT_FDCWD, "dangling") || file_exists(AT_FDCWD, "none"));
    assert_true(file_is_dir(AT_FDCWD, "d") && file_is_dir(AT_FDCWD, "to-dir") &&
                file_is_dir(AT_FDCWD, ""));
    assert_false(file_is_dir(AT_FDCWD, "f") || file_is_dir(AT_FDCWD, "none"));
    assert_true(file_is_link(AT_FDCWD, "dangling") && file_is_link(AT_FDCWD, "to-dir"));
    assert_false(file_is_link(AT_FDCWD, "f") || file_is_link(AT_FDCWD, "d"));
}

static void test_dir_make(void **state) {
    (void)state;
    assert_int_equal(dir_make(AT_FDCWD, "a/b/c", 0777), 0);
    assert_true(file_is_dir(AT_FDCWD, "a/b/c"));
    assert_int_equal(dir_make(AT_FDCWD, "a/b/c", 0777), 0);
    assert_int_equal(dir_make(AT_FDCWD, "", 0777), 0);
    assert_int_equal(dir_make(AT_FDCWD, at("x/y"), 0777), 0);
    assert_true(file_is_dir(AT_FDCWD, "x/y"));
    put("f", "");
    assert_int_equal(dir_make(AT_FDCWD, "f", 0777), ERR_EXISTS);
    err_clear();
    assert_int_not_equal(dir_make(AT_FDCWD, "f/g", 0777), 0);
    err_clear();
    assert_int_equal(symlink("none", "dangling"), 0);
    assert_int_equal(dir_make(AT_FDCWD, "dangling", 0777), ERR_EXISTS);
    err_clear();
    assert_int_equal(symlink("a", "to-dir"), 0);
    assert_int_equal(dir_make(AT_FDCWD, "to-dir/new", 0777), 0);
    assert_true(file_is_dir(AT_FDCWD, "a/new"));
}

static void test_remove_tree_follows_no_link(void **state) {
    (void)state;
    sh("mkdir -p t/a/b/c out; echo x >out/kept; echo x >t/a/f; ln -s ../../out t/a/link; ln -s "
       "../out t/l2; mkfifo t/p;"
       "chmod 0555 t/a/b/c");
    assert_int_equal(dir_remove_tree(AT_FDCWD, "t"), 0);
    assert_false(file_exists(AT_FDCWD, "t"));
    assert_file("out/kept", "x\n");
    assert_int_equal(dir_remove_tree(AT_FDCWD, "t"), 0); /* missing is fine */
    assert_int_equal(symlink("out", "l"), 0);
    assert_int_equal(dir_remove_tree(AT_FDCWD, "l"), 0); /* the link itself */
    assert_false(file_is_link(AT_FDCWD, "l"));
    assert_file("out/kept", "x\n");
    assert_int_equal(dir_remove_tree(AT_FDCWD, "out/kept"), 0);
    assert_false(file_exists(AT_FDCWD, "out/kept"));
}

static void test_remove_deep_tree(void **state) {
    (void)state;
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 600; i++) {
        assert_int_equal(mkdirat(fd, "deeper-and-deeper", 0777), 0);
        int next = openat(fd, "deeper-and-deeper", O_RDONLY | O_DIRECTORY);
        close(fd);
        fd = next;
    }
    close(fd);
    assert_int_equal(dir_remove_tree(AT_FDCWD, "deeper-and-deeper"), 0);
    assert_false(file_exists(AT_FDCWD, "deeper-and-deeper"));
}

static void test_remove_and_prune(void **state) {
    (void)state;
    assert_int_equal(file_remove(AT_FDCWD, "none"), 0);
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_not_equal(file_remove(AT_FDCWD, "d"), 0);
    err_clear();
    sh("mkdir -p p/q/r/s; echo x >p/keep");
    dir_prune(AT_FDCWD, "p/q/r/s");
    assert_false(file_exists(AT_FDCWD, "p/q"));
    assert_file("p/keep", "x\n");
    dir_prune(AT_FDCWD, "d");
    assert_false(file_exists(AT_FDCWD, "d"));
    dir_prune(AT_FDCWD, "");
}

static void test_temp_names(void **state) {
    (void)state;
    regex_t form;
    assert_int_equal(regcomp(&form, "^[.][a-z0-9]{22}[.]tmp$", REG_EXTENDED), 0);
    char last[TEMP_NAME_MAX] = "";
    for (int i = 0; i < 200; i++) {
        char name[TEMP_NAME_MAX];
        temp_name(name);
        assert_int_equal(regexec(&form, name, 0, NULL, 0), 0);
        assert_string_not_equal(name, last);
        memcpy(last, name, sizeof last);
    }
    regfree(&form);
    assert_int_equal(mkdir("d", 0777), 0);
    int fd;
    assert_int_equal(temp_open(&fd, last, AT_FDCWD, "d"), 0);
    close(fd);
    assert_int_equal(chdir("d"), 0);
    assert_int_equal(access(last, F_OK), 0);
    assert_int_equal(temp_open(&fd, last, AT_FDCWD, "none"), ERR_NOT_FOUND);
    err_clear();
}

/* What a killed writer left goes with the next write of the same file; a living one is let be. */
static void test_temp_of_a_file(void **state) {
    (void)state;
    char name[TEMP_NAME_MAX], mine[TEMP_NAME_MAX], other[TEMP_NAME_MAX];
    int fd, second;
    temp_name_for(name, "f");
    assert_int_equal(strlen(name), TEMP_NAME_MAX - 1);
    temp_name_for(other, "g");
    assert_string_not_equal(name, other);

    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(temp_open_for(&fd, mine, AT_FDCWD, "d", "f"), 0);
    assert_string_equal(mine, name);
    assert_int_equal(temp_open_for(&second, other, AT_FDCWD, "d", "f"), 0);
    assert_string_not_equal(other, name);
    close(second);
    close(fd);
    assert_int_equal(chdir("d"), 0);
    assert_int_equal(unlink(other), 0);

    assert_int_equal(access(name, F_OK), 0);
    assert_int_equal(chmod(name, 0), 0);
    assert_int_equal(file_write_atomic(AT_FDCWD, "f", "new", 3), 0);
    assert_int_equal(access(name, F_OK), geteuid() == 0 ? -1 : 0);
    (void)unlink(name);

    /* Not a file: neither opened nor touched. */
    assert_int_equal(mkfifo(name, 0666), 0);
    assert_int_equal(file_write_atomic(AT_FDCWD, "f", "newer", 5), 0);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(symlink("f", name), 0);
    assert_int_equal(file_write_atomic(AT_FDCWD, "f", "newest", 6), 0);
    assert_true(file_is_link(AT_FDCWD, name));
}

static void test_file_system(void **state) {
    (void)state;
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    assert_int_equal(fs_sync(fd), 0);
    uint64_t bytes = fs_free_bytes(fd);
    assert_true(bytes > 0 && bytes < UINT64_MAX);
    assert_int_equal(dir_sync(AT_FDCWD, ""), 0);
    assert_int_equal(dir_sync(fd, "."), 0);
    assert_int_equal(dir_sync(fd, "none"), ERR_NOT_FOUND);
    err_clear();
    close(fd);
    assert_int_equal(fs_free_bytes(-1), UINT64_MAX);
    int proc = open("/proc", O_RDONLY | O_DIRECTORY);
    assert_false(fs_is_network(proc));
    close(proc);
}

static void test_real_paths(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(symlink("d", "l"), 0);
    assert_string_equal(file_real_path(arena, "l"), at("d"));
    assert_null(file_real_path(arena, "none"));
    assert_string_equal(dir_current(arena), scratch);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(test_read_whole),
        IN_SCRATCH(test_read_refuses),
        IN_SCRATCH(test_write_is_atomic_and_keeps_the_mode),
        IN_SCRATCH(test_write_replaces_a_link),
        IN_SCRATCH(test_failed_write_leaves_nothing),
        IN_SCRATCH(test_questions),
        IN_SCRATCH(test_dir_make),
        IN_SCRATCH(test_remove_tree_follows_no_link),
        IN_SCRATCH(test_remove_deep_tree),
        IN_SCRATCH(test_remove_and_prune),
        IN_SCRATCH(test_temp_names),
        IN_SCRATCH(test_temp_of_a_file),
        IN_SCRATCH(test_file_system),
        IN_SCRATCH(test_real_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
