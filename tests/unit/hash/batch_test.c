#include "../scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>

#include "hash/batch.h"
#include "job/progress.h"

#define MIB ((size_t)1 << 20)

/* A sink that keeps copies as "copies/<item>" and plays what it is told. */
struct shelf {
    size_t known_item;        /* the item that needs no copy, SIZE_MAX: none */
    atomic_size_t small_seen; /* bytes handed out with a digest */
    atomic_size_t asked_late; /* asked after the copy was written */
    size_t touch_item;        /* append to this file when its copy is opened */
    int touches;
    atomic_int opened;
    int fail_with;
};

static int shelf_known(void *ctx, size_t item, const struct digest *d, const void *data,
                       size_t len) {
    struct shelf *s = ctx;
    assert_true(digest_is_set(d));
    s->small_seen += data ? len : 0;
    s->asked_late += !data;
    return item == s->known_item;
}

static int shelf_open(void *ctx, size_t item, int *fd) {
    struct shelf *s = ctx;
    char name[32];
    s->opened++;
    if (s->fail_with) {
        errno = s->fail_with;
        return err_errno("no room");
    }
    if (item == s->touch_item && s->touches > 0) {
        s->touches--;
        sh("echo more >>big");
    }
    snprintf(name, sizeof name, "copies/%zu", item);
    *fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
    return *fd < 0 ? err_errno("open") : 0;
}

static struct shelf shelf;
static struct hash_sink sink;
static struct hash_spec spec;

static int setup(void **state) {
    scratch_setup(state);
    sh("mkdir copies");
    shelf = (struct shelf){.known_item = SIZE_MAX, .touch_item = SIZE_MAX};
    sink = (struct hash_sink){
        .known = shelf_known, .open = shelf_open, .ctx = &shelf, .where = "the shelf"};
    spec = (struct hash_spec){.dirfd = AT_FDCWD, .algo = HASH_MD5};
    return 0;
}

static void assert_md5(const struct digest *d, const char *expected) {
    char text[DIGEST_TEXT_MAX];
    assert_string_equal(digest_text(text, d), expected);
}

/* The digest that coreutils finds. */
static const char *md5_of(const char *name) {
    static char out[4][33];
    static int next;
    char command[512];
    char *text = out[next++ % 4];
    snprintf(command, sizeof command, "md5sum <'%s'", name);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, 32, f), 32);
    pclose(f);
    return text;
}

static void test_many_files(void **state) {
    (void)state;
    enum { N = 500 };
    static struct hash_item items[N];
    static char names[N][16];
    struct progress progress = {0};
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "f%d", i);
        char text[16];
        snprintf(text, sizeof text, "%d", i % 7);
        put(names[i], text);
        items[i] = (struct hash_item){.path = names[i]};
    }
    spec.progress = &progress;
    assert_int_equal(hash_batch(items, N, &spec), 0);
    static const char *const digits[] = {
        "cfcd208495d565ef66e7dff9f98764da", "c4ca4238a0b923820dcc509a6f75849b",
        "c81e728d9d4c2f636f067f89cc14862c", "eccbc87e4b5ce2fe28308fd9f2a7baf3",
        "a87ff679a2f3e71d9181a67b7542122c", "e4da3b7fbbce2345d7772b0674a318d5",
        "1679091c5a880faf6fb5e6087eb1b2dc"};
    for (int i = 0; i < N; i++) {
        assert_md5(&items[i].digest, digits[i % 7]);
        assert_int_equal(items[i].id.size, 1);
        assert_false(items[i].changed || items[i].written);
    }
    assert_int_equal(progress.items, N);
    assert_int_equal(progress.bytes, N);
    assert_int_equal(hash_batch(NULL, 0, &spec), 0);
}

static void test_sizes_around_the_limits(void **state) {
    (void)state;
    static const size_t sizes[] = {0,       1,           MIB - 1, MIB,         MIB + 1,
                                   3 * MIB, 8 * MIB - 1, 8 * MIB, 9 * MIB + 77};
    enum { N = sizeof sizes / sizeof *sizes };
    struct hash_item items[N] = {0};
    char names[N][16];
    for (size_t i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "s%zu", i);
        sh("head -c %zu /dev/urandom >%s", sizes[i], names[i]);
        items[i].path = names[i];
    }
    spec.sink = &sink;
    assert_int_equal(hash_batch(items, N, &spec), 0);
    for (size_t i = 0; i < N; i++) {
        assert_md5(&items[i].digest, md5_of(names[i]));
        assert_true(items[i].written);
        assert_int_equal(items[i].id.size, sizes[i]);
        sh("cmp %s copies/%zu", names[i], i);
    }
}

static void test_known_content_is_not_written(void **state) {
    (void)state;
    put("small", "abc");
    sh("head -c 2000000 /dev/zero >large");
    struct hash_item items[] = {{.path = "small"}, {.path = "large"}};
    spec.sink = &sink;
    shelf.known_item = 0;
    assert_int_equal(hash_batch(items, 1, &spec), 0);
    assert_false(items[0].written);
    assert_int_equal(shelf.opened, 0);
    assert_int_equal(shelf.small_seen, 3);

    /* Of a large file that is known only at its end. */
    shelf.known_item = 1;
    assert_int_equal(hash_batch(items, 2, &spec), 0);
    assert_true(items[0].written);
    assert_false(items[1].written);
    assert_int_equal(shelf.asked_late, 1);
}

static void test_the_identity_of_a_walk_is_used_and_checked(void **state) {
    (void)state;
    put("a", "first");
    struct hash_item item = {.path = "a"};
    assert_int_equal(file_id_get(&item.id, AT_FDCWD, "a"), 0);
    struct file_id seen = item.id;
    assert_int_equal(hash_batch(&item, 1, &spec), 0);
    assert_true(file_id_same(&seen, &item.id));
    assert_md5(&item.digest, "8b04d5e3775d298e78455efc5ca404d5");

    /* Changed since it was seen: read again, not mistaken. */
    put("a", "second");
    item = (struct hash_item){.path = "a", .id = seen};
    assert_int_equal(hash_batch(&item, 1, &spec), 0);
    assert_false(item.changed);
    assert_int_equal(item.id.size, 6);
    assert_md5(&item.digest, "a9f0e61a137d86aa9db53465e0801612");
}

static void test_a_file_that_changes_while_it_is_read(void **state) {
    (void)state;
    sh("head -c 3000000 /dev/zero >big");
    struct hash_item item = {.path = "big"};
    spec.sink = &sink;
    shelf.touch_item = 0;
    shelf.touches = 1;
    assert_int_equal(hash_batch(&item, 1, &spec), 0);
    assert_false(item.changed);
    assert_true(item.written);
    assert_int_equal(shelf.opened, 2);
    assert_md5(&item.digest, md5_of("big"));
    sh("cmp big copies/0");

    shelf.touches = 100;
    item = (struct hash_item){.path = "big"};
    assert_int_equal(hash_batch(&item, 1, &spec), 0);
    assert_true(item.changed);
    assert_false(item.written);
}

static void test_recent_changes_are_told(void **state) {
    (void)state;
    put("old", "x");
    sh("touch -d '2001-01-01' old");
    sh("touch -d '2038-01-01' future 2>/dev/null || touch -d '2037-01-01' future");
    struct hash_item items[] = {{.path = "old"}, {.path = "future"}};
    assert_int_equal(hash_batch(items, 2, &spec), 0);
    assert_false(items[0].recent);
    assert_true(items[1].recent);
}

static void test_what_cannot_be_read(void **state) {
    (void)state;
    put("fine", "abc");
    sh("mkdir folder && mkfifo fifo && ln -s fine link && ln -s nowhere dead");
    struct hash_item one = {.path = "gone"};
    assert_int_equal(hash_batch(&one, 1, &spec), ERR_NOT_FOUND);
    assert_non_null(strstr(err_text(), "'gone'"));
    one.path = "fifo";
    assert_int_equal(hash_batch(&one, 1, &spec), ERR_IO);
    assert_non_null(strstr(err_text(), "'fifo'"));
    one.path = "link";
    assert_int_equal(hash_batch(&one, 1, &spec), 0);
    assert_md5(&one.digest, "900150983cd24fb0d6963f7d28e17f72");

    struct hash_item items[] = {{.path = "gone"}, {.path = "folder"}, {.path = "fifo"},
                                {.path = "link"}, {.path = "dead"},   {.path = "fine"}};
    spec.keep_going = true;
    spec.no_follow = true;
    assert_int_equal(hash_batch(items, 6, &spec), 0);
    assert_int_equal(items[0].error, ENOENT);
    assert_int_equal(items[1].error, EISDIR);
    assert_int_equal(items[2].error, EINVAL);
    assert_int_equal(items[3].error, ELOOP);
    assert_int_equal(items[4].error, ELOOP);
    assert_int_equal(items[5].error, 0);
    assert_md5(&items[5].digest, "900150983cd24fb0d6963f7d28e17f72");
}

static void test_errors_of_the_copy_name_file_and_place(void **state) {
    (void)state;
    put("a", "abc");
    struct hash_item item = {.path = "a"};
    spec.sink = &sink;
    shelf.fail_with = ENOSPC;
    spec.keep_going = true; /* is about reading only */
    assert_int_equal(hash_batch(&item, 1, &spec), ERR_IO);
    assert_non_null(strstr(err_text(), "'a'"));
    assert_non_null(strstr(err_text(), "No space left"));
    err_clear();

    /* A full device takes the open but not the bytes. */
    if (access("/dev/full", W_OK) == 0) {
        shelf.fail_with = 0;
        sh("ln -s /dev/full copies/0");
        assert_int_equal(hash_batch(&item, 1, &spec), ERR_IO);
        assert_non_null(strstr(err_text(), "'a' in the shelf"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_many_files, setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_sizes_around_the_limits, setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_known_content_is_not_written, setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_the_identity_of_a_walk_is_used_and_checked, setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_changes_while_it_is_read, setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_recent_changes_are_told, setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read, setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_errors_of_the_copy_name_file_and_place, setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
