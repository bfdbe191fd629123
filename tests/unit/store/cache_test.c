#include "fixture.h"

#include <sys/wait.h>

#include "hash/batch.h"

static struct odb_item items[8];

static void release_items(void) {
    for (size_t i = 0; i < COUNT_OF(items); i++) {
        free(items[i].why);
        items[i] = (struct odb_item){0};
    }
}

static int teardown(void **ignored) {
    release_items();
    return fixture_teardown(ignored);
}

/* Stores files of the working folder. */
static int ingest(const char *names, struct hash_item *out) {
    static char copy[4096];
    struct hash_item list[64] = {0};
    size_t n = 0;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name = strtok(copy, " "); name; name = strtok(NULL, " ")) {
        list[n++].path = name;
    }
    int rc = cache_ingest(cache, list, n, AT_FDCWD, NULL);
    if (out) {
        memcpy(out, list, n * sizeof *out);
    }
    return rc;
}

static void assert_mode(const char *name, mode_t mode) {
    struct stat st;
    assert_int_equal(lstat(at(name), &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
}

static int verify(const char *hex) {
    release_items();
    items[0].digest = digest_of(hex);
    assert_int_equal(cache_verify(cache, items, 1, NULL), 0);
    assert_int_equal(items[0].rc == 0, items[0].why == NULL);
    return items[0].rc;
}

static void test_files_are_stored_once(void **ignored) {
    (void)ignored;
    struct hash_item list[4];
    put("a", "abc");
    put("b", "abc");
    put("e", "");
    assert_false(cache_has(cache, &(struct digest){0}));
    assert_int_equal(access("cache", F_OK), -1); /* made when first written to */
    assert_int_equal(ingest("a b e a", list), 0);
    assert_digest(&list[0].digest, ABC_MD5);
    assert_digest(&list[1].digest, ABC_MD5);
    assert_digest(&list[2].digest, EMPTY_MD5);
    assert_file(ABC_PATH, "abc");
    assert_mode(ABC_PATH, 0444);
    assert_mode("cache/files/md5/90", 0755);
    assert_true(cache_has(cache, &list[0].digest));
    struct str path = STR_INIT;
    cache_path(cache, &list[0].digest, &path);
    assert_string_equal(path.buf, at(ABC_PATH));
    str_release(&path);
    close_state();
    assert_int_equal(count_lines("find cache -type f"), 2);
    assert_no_litter();
    open_state();
}

static void test_what_is_there_and_trusted_is_not_written_again(void **ignored) {
    (void)ignored;
    struct stat before, after;
    put("a", "abc");
    assert_int_equal(ingest("a", NULL), 0);
    assert_int_equal(stat(ABC_PATH, &before), 0);
    assert_int_equal(ingest("a", NULL), 0);
    assert_int_equal(stat(ABC_PATH, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);

    /* Without a record the bytes are compared; the same ones stay. */
    close_state();
    sh("rm -r state");
    open_state();
    assert_int_equal(ingest("a", NULL), 0);
    assert_int_equal(stat(ABC_PATH, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
}

static void test_a_damaged_object_is_healed_by_the_next_add(void **ignored) {
    (void)ignored;
    put("a", "abc");
    assert_int_equal(ingest("a", NULL), 0);
    sh("chmod 644 " ABC_PATH " && printf abX >" ABC_PATH);
    assert_int_equal(ingest("a", NULL), 0);
    assert_file(ABC_PATH, "abc");
    assert_mode(ABC_PATH, 0444);
    sh("head -c 3000000 /dev/zero >big");
    struct hash_item big;
    assert_int_equal(ingest("big", &big), 0);
    struct str path = STR_INIT;
    cache_path(cache, &big.digest, &path);
    sh("chmod 644 '%s' && truncate -s 5 '%s'", path.buf, path.buf);
    assert_int_equal(ingest("big", NULL), 0);
    sh("cmp big '%s'", path.buf);
    str_release(&path);
}

static void test_umask_does_not_change_objects(void **ignored) {
    (void)ignored;
    umask(077);
    put("a", "abc");
    assert_int_equal(ingest("a", NULL), 0);
    assert_mode(ABC_PATH, 0444);
    assert_mode("cache/files/md5/90", 0700);
    umask(022);
}

static void test_shared_with_a_group(void **ignored) {
    (void)ignored;
    put("a", "abc");
    cache_closep(&cache);
    struct cache_config cfg = {.dir = at("cache"), .label = "cache", .group_shared = true};
    assert_int_equal(cache_open(&cache, &cfg), 0);
    assert_int_equal(ingest("a", NULL), 0);
    assert_mode("cache/files/md5/90", 02775);
    assert_mode("cache/files/md5", 02775);
    assert_mode(ABC_PATH, 0444);
}

static void test_legacy_layout_and_names(void **ignored) {
    (void)ignored;
    sh("printf 'a\\r\\nb\\r\\n' >dos");
    cache_closep(&cache);
    struct cache_config cfg = {
        .dir = at("cache"), .label = "cache", .algo = HASH_MD5_DOS2UNIX, .state = state};
    assert_int_equal(cache_open(&cache, &cfg), 0);
    struct hash_item list[1];
    assert_int_equal(ingest("dos", list), 0);
    assert_int_equal(list[0].digest.algo, HASH_MD5_DOS2UNIX);
    assert_digest(&list[0].digest, "dd8c6a395b5dd36c56d23275028f526c");
    sh("cmp dos cache/dd/8c6a395b5dd36c56d23275028f526c");
    items[0].digest = list[0].digest;
    assert_int_equal(cache_verify(cache, items, 1, NULL), 0);
    assert_int_equal(items[0].rc, 0);
}

static void test_verify(void **ignored) {
    (void)ignored;
    put("a", "abc");
    assert_int_equal(ingest("a", NULL), 0);
    assert_int_equal(verify(ABC_MD5), 0);
    assert_int_equal(items[0].size, 3);
    assert_int_equal(verify(EMPTY_MD5), ERR_NOT_FOUND);

    /* Another identity with the same bytes is hashed, and believed from then on. */
    sh("cp " ABC_PATH " x && rm -f " ABC_PATH " && mv x " ABC_PATH);
    age(ABC_PATH);
    assert_int_equal(verify(ABC_MD5), 0);
    reopen();
    sh("chmod 000 " ABC_PATH " 2>/dev/null; touch -d '2001-02-03 04:05:06.789' " ABC_PATH);
    sh("chmod 644 " ABC_PATH " && printf abX >" ABC_PATH);
    assert_int_equal(verify(ABC_MD5), ERR_CORRUPT);
    assert_non_null(strstr(items[0].why, "damaged"));
    assert_int_equal(access(ABC_PATH, F_OK), -1);
    assert_file(ABC_PATH ".corrupt", "abX");
    assert_int_equal(verify(ABC_MD5), ERR_NOT_FOUND);
}

/* The mtime alone can be set back; the ctime cannot. */
static void test_damage_that_keeps_size_and_mtime_is_found(void **ignored) {
    (void)ignored;
    put("a", "abc");
    assert_int_equal(ingest("a", NULL), 0);
    sh("sleep 0.02 && touch -r " ABC_PATH " stamp && chmod 644 " ABC_PATH
       " && printf abX >" ABC_PATH " && touch -r stamp " ABC_PATH " && chmod 444 " ABC_PATH);
    reopen();
    assert_int_equal(verify(ABC_MD5), ERR_CORRUPT);
}

static void test_planted_links_are_not_believed(void **ignored) {
    (void)ignored;
    put("secret", "abc");
    sh("mkdir -p cache/files/md5/90 && ln -s ../../../../secret " ABC_PATH);
    struct digest abc = digest_of(ABC_MD5);
    struct str text = STR_INIT;
    int fd;
    assert_false(cache_has(cache, &abc));
    assert_int_equal(verify(ABC_MD5), ERR_NOT_FOUND);
    assert_int_equal(cache_read(&text, cache, &abc, 100), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(cache_open_object(&fd, cache, &abc), ERR_NOT_FOUND);
    err_clear();
    put("a", "abc");
    assert_int_equal(ingest("a", NULL), 0);
    assert_int_equal(count_lines("find cache -type l"), 0); /* replaced, not written through */
    assert_file("secret", "abc");
}

static void test_planted_folders_are_not_written_through(void **ignored) {
    (void)ignored;
    put("a", "abc");
    sh("mkdir -p outside cache/files/md5 && ln -s ../../../outside cache/files/md5/90");
    assert_true(ingest("a", NULL) < 0);
    assert_non_null(strstr(err_text(), "symlink"));
    assert_int_equal(count_lines("ls -A outside"), 0);

    err_clear();
    sh("rm -r cache && mkdir cache && ln -s ../outside cache/files");
    reopen();
    assert_true(ingest("a", NULL) < 0);
    assert_int_equal(count_lines("ls -A outside"), 0);

    err_clear();
    sh("rm -r cache && ln -s outside cache");
    reopen();
    assert_true(ingest("a", NULL) < 0);
    assert_non_null(strstr(err_text(), "symlink"));
    assert_non_null(err_hint_text());
    assert_int_equal(count_lines("ls -A outside"), 0);

    /* A folder that the user named may be a link. */
    err_clear();
    cache_closep(&cache);
    struct cache_config cfg = {.dir = at("cache"), .label = "cache", .follow = true};
    assert_int_equal(cache_open(&cache, &cfg), 0);
    assert_int_equal(ingest("a", NULL), 0);
    assert_file("outside/files/md5/90/0150983cd24fb0d6963f7d28e17f72", "abc");
}

static void test_texts(void **ignored) {
    (void)ignored;
    struct digest d;
    struct str text = STR_INIT;
    assert_int_equal(cache_write(&d, cache, HASH_MD5, true, "abc", 3), 0);
    assert_digest(&d, ABC_MD5 ".dir");
    assert_file(ABC_PATH ".dir", "abc");
    assert_mode(ABC_PATH ".dir", 0444);
    assert_int_equal(cache_write(&d, cache, HASH_MD5, true, "abc", 3), 0);
    str_adds(&text, "before ");
    assert_int_equal(cache_read(&text, cache, &d, 3), 0);
    assert_string_equal(text.buf, "before abc");
    assert_int_equal(cache_read(&text, cache, &d, 2), ERR_INVALID);
    err_clear();
    sh("chmod 644 " ABC_PATH ".dir && printf abX >" ABC_PATH ".dir");
    assert_int_equal(cache_read(&text, cache, &d, 100), ERR_CORRUPT);
    assert_string_equal(text.buf, "before abc");
    assert_file(ABC_PATH ".dir.corrupt", "abX");
    assert_int_equal(cache_write(&d, cache, HASH_MD5, true, "abc", 3), 0);
    assert_file(ABC_PATH ".dir", "abc");
    str_release(&text);
}

struct listing {
    int n;
    uint64_t bytes;
};

static int count_object(void *ctx, const struct digest *d, uint64_t size) {
    struct listing *l = ctx;
    assert_true(digest_is_set(d));
    l->n++;
    l->bytes += size;
    return l->n == 3 ? 77 : 0;
}

static void test_listing_and_removing(void **ignored) {
    (void)ignored;
    struct listing l = {0};
    struct digest abc = digest_of(ABC_MD5), dir;
    assert_int_equal(cache_list(cache, count_object, &l), 0);
    assert_int_equal(l.n, 0);
    put("a", "abc");
    assert_int_equal(ingest("a", NULL), 0);
    assert_int_equal(cache_write(&dir, cache, HASH_MD5, true, "[]", 2), 0);
    sh("cd cache/files/md5 && mkdir zz ff && echo x >ff/short && echo x "
       ">90/0150983cd24fb0d6963f7d28e17f7G && "
       "echo x >90/0150983cd24fb0d6963f7d28e17f72.corrupt && echo x "
       ">90/0150983CD24FB0D6963F7D28E17F72 && "
       "ln -s ../90 fe && mkdir 90/0150983cd24fb0d6963f7d28e17f73");
    assert_int_equal(cache_list(cache, count_object, &l), 0);
    assert_int_equal(l.n, 2);
    assert_int_equal(l.bytes, 5);
    assert_int_equal(cache_list(cache, count_object, &l), 77);
    assert_int_equal(cache_remove(cache, &abc), 0);
    assert_int_equal(cache_remove(cache, &abc), 0);
    assert_false(cache_has(cache, &abc));
    bool have[2];
    struct digest both[2] = {abc, dir};
    assert_int_equal(cache_has_many(cache, both, 2, have), 0);
    assert_false(have[0]);
    assert_true(have[1]);
}

static struct cache *second_cache(void) {
    struct cache *other;
    struct cache_config cfg = {.dir = at("other"), .label = "other", .state = state};
    assert_int_equal(cache_open(&other, &cfg), 0);
    return other;
}

static void test_copying_checks_every_byte(void **ignored) {
    (void)ignored;
    struct hash_item list[3];
    put("a", "abc");
    put("b", "bcd");
    sh("head -c 2000000 /dev/zero >big");
    assert_int_equal(ingest("a b big", list), 0);
    for (int i = 0; i < 3; i++) {
        items[i].digest = list[i].digest;
    }
    items[3].digest = digest_of(EMPTY_MD5);
    items[4].digest = digest_of(ABC_MD5 ".dir");
    sh("chmod 644 " ABC_PATH " && printf abX >" ABC_PATH " && printf abY >" ABC_PATH ".dir");
    struct str big = STR_INIT;
    cache_path(cache, &list[2].digest, &big);
    sh("chmod 644 '%s' && printf Z >>'%s'", big.buf, big.buf);

    struct cache *other = second_cache();
    assert_int_equal(cache_copy(other, cache, items, 5, true, NULL), 0);
    assert_int_equal(items[0].rc, ERR_CORRUPT);
    assert_int_equal(items[1].rc, 0);
    assert_int_equal(items[2].rc, ERR_CORRUPT);
    assert_int_equal(items[3].rc, ERR_NOT_FOUND);
    assert_int_equal(items[4].rc, ERR_CORRUPT);
    assert_file(ABC_PATH ".corrupt", "abX");
    cache_close(other);
    assert_int_equal(count_lines("find other -type f"), 1);

    /* Without set_aside the damaged side is left as it is. */
    release_items();
    sh("mv " ABC_PATH ".corrupt " ABC_PATH);
    items[0].digest = list[0].digest;
    other = second_cache();
    assert_int_equal(cache_copy(other, cache, items, 1, false, NULL), 0);
    assert_int_equal(items[0].rc, ERR_CORRUPT);
    assert_file(ABC_PATH, "abX");
    cache_close(other);
    str_release(&big);
}

static void test_copying_keeps_the_names_of_listings(void **ignored) {
    (void)ignored;
    struct digest dir;
    put("a", "abc");
    assert_int_equal(ingest("a", NULL), 0);
    assert_int_equal(cache_write(&dir, cache, HASH_MD5, true, "abc", 3), 0);
    items[0].digest = digest_of(ABC_MD5);
    items[1].digest = dir;
    struct cache *other = second_cache();
    assert_int_equal(cache_copy(other, cache, items, 2, true, NULL), 0);
    assert_int_equal(items[0].rc, 0);
    assert_int_equal(items[1].rc, 0);
    assert_int_equal(items[1].size, 3);
    assert_true(cache_has(other, &items[0].digest) && cache_has(other, &items[1].digest));
    cache_close(other);
}

static void test_a_file_that_cannot_be_read_stores_nothing(void **ignored) {
    (void)ignored;
    put("a", "abc");
    assert_int_equal(ingest("a gone", NULL), ERR_NOT_FOUND);
    assert_non_null(strstr(err_text(), "'gone'"));
    close_state();
    assert_int_equal(count_lines("find cache -type f"), 0);
    open_state();
}

static void test_eight_processes_at_once(void **ignored) {
    (void)ignored;
    sh("mkdir in && for i in $(seq 300); do echo $((i %% 100)) >in/$i; done");
    close_state();
    pid_t pid[8];
    for (int p = 0; p < 8; p++) {
        pid[p] = fork();
        assert_true(pid[p] >= 0);
        if (pid[p] == 0) {
            struct hash_item list[300] = {0};
            char names[300][16];
            open_state();
            for (int i = 0; i < 300; i++) {
                snprintf(names[i], sizeof names[i], "in/%d", 1 + (i * 7 + p) % 300);
                list[i].path = names[i];
            }
            int rc = cache_ingest(cache, list, 300, AT_FDCWD, NULL);
            close_state();
            _exit(rc != 0);
        }
    }
    for (int p = 0; p < 8; p++) {
        int status;
        assert_int_equal(waitpid(pid[p], &status, 0), pid[p]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(count_lines("find cache -type f"), 100);
    assert_int_equal(
        count_lines(
            "cd cache/files/md5 && find . -type f | while read f; do m=$(md5sum <$f | cut -c1-32); "
            "[ $f = ./${m%%${m#??}}/${m#??} ] || echo $f; done"),
        0);
    assert_no_litter();
    open_state();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_are_stored_once, fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_there_and_trusted_is_not_written_again,
                                        fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_object_is_healed_by_the_next_add,
                                        fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_umask_does_not_change_objects, fixture_setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_shared_with_a_group, fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_legacy_layout_and_names, fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_verify, fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage_that_keeps_size_and_mtime_is_found,
                                        fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_planted_links_are_not_believed, fixture_setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_planted_folders_are_not_written_through, fixture_setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_texts, fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_listing_and_removing, fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_copying_checks_every_byte, fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_copying_keeps_the_names_of_listings, fixture_setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_cannot_be_read_stores_nothing,
                                        fixture_setup, teardown),
        cmocka_unit_test_setup_teardown(test_eight_processes_at_once, fixture_setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
