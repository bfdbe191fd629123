#include "fixture.h"

#include "store/place.h"
#include "store/tree.h"

/* The workspace is "ws"; the cache holds what put_in_cache stored. */
static int root = -1;
static struct place_links links;
static struct place_spec spec;
static struct place_result result;
static struct scan now;

static int setup(void **ignored) {
    fixture_setup(ignored);
    sh("mkdir ws");
    root = open("ws", O_RDONLY | O_DIRECTORY);
    links = (struct place_links){.type = {LINK_REFLINK, LINK_COPY}, .n = 2};
    spec = (struct place_spec){.path = "data", .links = &links};
    result = (struct place_result){0};
    return 0;
}

static int teardown(void **ignored) {
    close(root);
    strv_release(&result.missing);
    return fixture_teardown(ignored);
}

static int scan_ws(const char *path, struct cache *into, walk_skip_fn *skip) {
    struct scan_spec s = {.root_fd = root,
                          .path = path,
                          .algo = HASH_MD5,
                          .state = state,
                          .into = into,
                          .skip = skip};
    return scan_path(&now, arena, &s);
}

/* Tracks ws/data as it is; returns its digest. */
static struct digest track(void) {
    assert_int_equal(scan_ws("data", cache, NULL), 0);
    assert_true(now.exists);
    return now.digest;
}

/* The usual data set, tracked and taken away again. */
static struct digest usual(void) {
    sh("mkdir -p ws/data/sub/deep && printf abc >ws/data/a && : >ws/data/sub/e && "
       "printf xy >ws/data/sub/deep/b && printf abc >ws/data/sub/copy");
    struct digest d = track();
    sh("rm -r ws/data");
    return d;
}

static bool skip_ignored(void *ctx, const char *path, bool is_dir) {
    (void)ctx;
    (void)is_dir;
    return strcmp(path, "ignored") == 0 || strcmp(path, "sub/ignored") == 0;
}

static int place(const struct digest *d) {
    err_clear();
    strv_release(&result.missing);
    assert_int_equal(scan_ws(spec.path, NULL, skip_ignored), 0);
    spec.root_fd = root;
    spec.digest = d ? *d : (struct digest){0};
    spec.now = &now;
    spec.cache = cache;
    spec.state = state;
    return place_apply(&result, arena, &spec);
}

static void assert_changes(enum place_change change, int added, int modified, int deleted) {
    assert_int_equal(result.change, change);
    assert_int_equal(result.added, added);
    assert_int_equal(result.modified, modified);
    assert_int_equal(result.deleted, deleted);
}

static void assert_tree(const char *digest_hex) {
    assert_int_equal(scan_ws("data", NULL, skip_ignored), 0);
    assert_digest(&now.digest, digest_hex);
}

static const char *hex(const struct digest *d) {
    static char text[DIGEST_TEXT_MAX];
    return digest_text(text, d);
}

static void snapshot(const char *name) {
    sh("cd ws && find . -printf '%%p %%y %%m %%s %%T@ %%l\\n' | sort >../%s", name);
}

/* Nothing in the workspace changed since snapshot("before"). */
static void assert_untouched(void) {
    snapshot("after");
    sh("diff before after");
}

static void test_a_folder_comes_back(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_ADDED, 4, 0, 0);
    assert_file("ws/data/sub/deep/b", "xy");
    struct stat st;
    assert_int_equal(stat("ws/data/a", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    assert_int_equal(st.st_nlink, 1);
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_NONE, 0, 0, 0);
    assert_tree(hex(&d));
    close_state();
    assert_no_litter();
    open_state();
}

static void test_the_next_look_reads_nothing(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    assert_int_equal(place(&d), 0);
    sh("sleep 0.05");
    reopen();
    /* Changed behind the identity: it would show if it were read. */
    sh("cd ws/data && touch -r a ../stamp && ln a ../second && printf XYZ >a && touch -r ../stamp "
       "a");
    assert_tree(hex(&d));
}

static void test_only_what_differs_is_touched(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    assert_int_equal(place(&d), 0);
    sh("cd ws/data && printf new >new && printf other >sub/e && rm sub/copy && mkdir -p x/y && "
       "printf z >x/y/z");
    struct digest d2 = track();
    struct stat before, after;
    assert_int_equal(stat("ws/data/a", &before), 0);
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_MODIFIED, 1, 1, 2);
    assert_tree(hex(&d));
    assert_int_equal(stat("ws/data/a", &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(access("ws/data/x", F_OK), -1); /* emptied folders go */
    assert_int_equal(place(&d2), 0);
    assert_changes(PLACE_MODIFIED, 2, 1, 1);
    assert_tree(hex(&d2));
}

static void test_the_only_copy_is_kept(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    assert_int_equal(place(&d), 0);
    sh("cd ws/data && rm a && printf mine >sub/copy && printf own >own");
    snapshot("before");
    assert_int_equal(place(&d), ERR_EXISTS);
    assert_non_null(strstr(err_text(), "'data/own'"));
    assert_non_null(err_hint_text());
    assert_untouched(); /* not even the missing one came back */
    sh("rm ws/data/own");
    snapshot("before");
    assert_int_equal(place(&d), ERR_EXISTS);
    assert_non_null(strstr(err_text(), "'data/sub/copy'"));
    assert_untouched();
    spec.force = true;
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_MODIFIED, 1, 1, 0);
    assert_tree(hex(&d));
}

/* An object of that name is no saved copy when its bytes are damaged. */
static void test_a_damaged_copy_is_no_copy(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    assert_int_equal(place(&d), 0);
    sh("cd ws/data && printf other >a");
    track();
    sh("cd cache/files/md5 && chmod 644 79/5f3202b17cb6bc3d4b771d8c6c9eaf && "
       "printf 0ther >79/5f3202b17cb6bc3d4b771d8c6c9eaf");
    snapshot("before");
    assert_int_equal(place(&d), ERR_EXISTS);
    assert_untouched();
}

static void test_what_the_cache_lacks_stops_everything(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    sh("rm -f " ABC_PATH);
    sh("mkdir ws/data && printf xy >ws/data/extra");
    snapshot("before");
    assert_int_equal(place(&d), ERR_NOT_FOUND);
    assert_int_equal(result.missing.len, 1);
    assert_string_equal(result.missing.at[0], ABC_MD5);
    assert_untouched();

    spec.partial = true;
    assert_int_equal(place(&d), 0);
    assert_int_equal(result.missing.len, 1);
    assert_changes(PLACE_MODIFIED, 2, 0, 1);
    assert_file("ws/data/sub/deep/b", "xy");
    assert_file("ws/data/a", NULL);

    sh("find cache -name '*.dir' -delete");
    snapshot("before");
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_NONE, 0, 0, 0);
    assert_string_equal(result.missing.at[0], hex(&d));
    assert_untouched();
    spec.partial = false;
    assert_int_equal(place(&d), ERR_NOT_FOUND);
    assert_untouched();
}

static void test_damaged_objects_are_not_placed(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    sh("chmod 644 " ABC_PATH " && printf abX >" ABC_PATH);
    assert_int_equal(place(&d), ERR_NOT_FOUND);
    assert_int_equal(access("ws/data", F_OK), -1);
    assert_file(ABC_PATH ".corrupt", "abX");
}

static void test_modified_files_stay_when_theirs_is_missing(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    assert_int_equal(place(&d), 0);
    sh("printf own >ws/data/a && rm -f " ABC_PATH);
    spec.partial = true;
    assert_int_equal(place(&d), 0);
    assert_file("ws/data/a", "own");
}

static void test_single_files_and_the_x_bit(void **ignored) {
    (void)ignored;
    put("ws/data", "abc");
    struct digest d = track();
    struct stat st;
    sh("rm ws/data");
    spec.isexec = true;
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_ADDED, 1, 0, 0);
    assert_int_equal(stat("ws/data", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0744);
    sh("chmod 644 ws/data");
    assert_int_equal(place(&d), 0);
    assert_int_equal(stat("ws/data", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0744);
    spec.path = "deep/er/file";
    spec.isexec = false;
    assert_int_equal(place(&d), 0);
    assert_file("ws/deep/er/file", "abc");
}

static void test_between_file_and_folder(void **ignored) {
    (void)ignored;
    struct digest folder = usual();
    put("ws/data", "abc");
    struct digest file = track();
    assert_int_equal(place(&folder), 0);
    assert_changes(PLACE_MODIFIED, 4, 0, 1);
    assert_tree(hex(&folder));
    sh("mkdir ws/data/empty");
    assert_int_equal(place(&file), 0);
    assert_changes(PLACE_MODIFIED, 1, 0, 4);
    assert_file("ws/data", "abc");
    /* Inside of a folder too. */
    sh("rm ws/data && mkdir -p ws/data/sub/copy && printf abc >ws/data/sub/copy/x && printf abc "
       ">ws/data/a");
    track();
    assert_int_equal(place(&folder), 0);
    assert_tree(hex(&folder));
}

static void test_ignored_files_are_never_swept_away(void **ignored) {
    (void)ignored;
    struct digest folder = usual();
    put("ws/data", "abc");
    struct digest file = track();
    assert_int_equal(place(&folder), 0);
    put("ws/data/sub/ignored", "private");
    snapshot("before");
    assert_int_equal(place(&file), ERR_EXISTS);
    assert_untouched();
    assert_int_equal(place(NULL), 0); /* the listed ones go */
    assert_changes(PLACE_DELETED, 0, 0, 4);
    assert_file("ws/data/sub/ignored", "private");
    assert_int_equal(access("ws/data/sub/deep", F_OK), -1);
    spec.force = true;
    assert_true(place(&file) < 0);
    assert_file("ws/data/sub/ignored", "private");

    /* One that stands where a file goes. */
    sh("rm -r ws/data && mkdir ws/data && printf abc >ws/data/ignored");
    struct digest odd = track();
    spec.force = false;
    put("ws/data/ignored", "private");
    assert_int_equal(place(&odd), ERR_EXISTS);
    assert_file("ws/data/ignored", "private");
    spec.force = true;
    assert_int_equal(place(&odd), 0);
    assert_file("ws/data/ignored", "abc");
}

static void test_removal(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    assert_int_equal(place(&d), 0);
    sh("mkdir -p ws/data/hollow/er");
    put("ws/data/a", "mine");
    assert_int_equal(place(NULL), ERR_EXISTS);
    assert_int_equal(place(&d), ERR_EXISTS);
    put("ws/data/a", "abc");
    assert_int_equal(place(NULL), 0);
    assert_changes(PLACE_DELETED, 0, 0, 4);
    assert_int_equal(access("ws/data", F_OK), -1);
    assert_int_equal(place(NULL), 0);
    assert_changes(PLACE_NONE, 0, 0, 0);
}

static void test_an_empty_folder(void **ignored) {
    (void)ignored;
    sh("mkdir ws/data");
    struct digest d = track();
    sh("rmdir ws/data");
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_ADDED, 0, 0, 0);
    assert_int_equal(access("ws/data", F_OK), 0);
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_NONE, 0, 0, 0);
}

static void use_links(enum link_type type) {
    links = (struct place_links){.type = {type}, .n = 1};
}

static void test_hardlinks(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    struct stat st, object;
    use_links(LINK_HARDLINK);
    assert_int_equal(place(&d), 0);
    assert_int_equal(stat("ws/data/a", &st), 0);
    assert_int_equal(stat(ABC_PATH, &object), 0);
    assert_int_equal(st.st_ino, object.st_ino);
    assert_int_equal(st.st_nlink, 3);
    assert_int_equal(st.st_mode & 07777, 0444);
    assert_int_equal(stat("ws/data/sub/e", &st), 0); /* empty: copied */
    assert_int_equal(st.st_nlink, 1);
    assert_int_equal(st.st_mode & 07777, 0644);
    struct digest abc = digest_of(ABC_MD5);
    assert_int_equal(place_link_type(cache, root, "data/a", &abc), LINK_HARDLINK);
    assert_int_equal(place_link_type(cache, root, "data/sub/e", &abc), LINK_COPY);
    /* Replacing one link by another leaves nothing behind. */
    sh("rm -f ws/data/a && ln ws/data/sub/deep/b ws/data/a");
    assert_int_equal(place(&d), 0);
    assert_tree(hex(&d));
    close_state();
    assert_no_litter();
    open_state();
}

static void test_symlinks(void **ignored) {
    (void)ignored;
    struct digest d = usual(), abc = digest_of(ABC_MD5);
    char target[PATH_MAX] = "";
    use_links(LINK_SYMLINK);
    assert_int_equal(place(&d), 0);
    assert_true(readlink("ws/data/a", target, sizeof target - 1) > 0);
    assert_string_equal(target, at(ABC_PATH));
    assert_int_equal(place_link_type(cache, root, "data/a", &abc), LINK_SYMLINK);
    assert_tree(hex(&d));
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_NONE, 0, 0, 0);
}

static void test_linking_anew(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    assert_int_equal(place(&d), 0);
    static const enum link_type types[] = {LINK_HARDLINK, LINK_SYMLINK,  LINK_COPY,
                                           LINK_SYMLINK,  LINK_HARDLINK, LINK_COPY};
    static const char *const counts[] = {"find ws/data -type f -links +1", "find ws/data -type l",
                                         "find ws/data -type f -links 1"};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        use_links(types[i]);
        spec.relink = true;
        assert_int_equal(place(&d), 0);
        assert_changes(PLACE_NONE, 0, 0, 0);
        const char *count = counts[types[i] == LINK_HARDLINK  ? 0
                                   : types[i] == LINK_SYMLINK ? 1
                                                              : 2];
        assert_int_equal(count_lines(count), types[i] == LINK_HARDLINK ? 3 : 4);
        assert_tree(hex(&d));
        sh("cmp ws/data/a " ABC_PATH);
    }
}

static void test_relink_after_add(void **ignored) {
    (void)ignored;
    sh("mkdir ws/data && printf abc >ws/data/a && printf xy >elsewhere && ln -s ../../elsewhere "
       "ws/data/l");
    struct digest d = track();
    spec.root_fd = root;
    spec.digest = d;
    spec.now = &now;
    spec.cache = cache;
    spec.state = state;
    struct stat before, after;
    assert_int_equal(stat("ws/data/a", &before), 0);
    assert_int_equal(place_relink(arena, &spec), 0);
    assert_int_equal(stat("ws/data/a", &after), 0);
    assert_int_equal(before.st_ino, after.st_ino); /* copies stay as they are */
    assert_int_equal(lstat("ws/data/l", &after), 0);
    assert_true(S_ISREG(after.st_mode)); /* the user's link became the file, as with DVC */
    assert_file("elsewhere", "xy");
    use_links(LINK_HARDLINK);
    assert_int_equal(scan_ws("data", NULL, NULL), 0);
    /* A file that changed after it was added is not replaced. */
    sh("printf later >ws/data/a");
    assert_int_equal(place_relink(arena, &spec), ERR_EXISTS);
    assert_file("ws/data/a", "later");
}

static void test_nothing_is_written_behind_links(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    sh("mkdir outside && printf keep >outside/a && ln -s ../outside ws/data");
    spec.force = true;
    assert_int_equal(place(&d), 0); /* the link goes, what it leads to stays */
    assert_tree(hex(&d));
    assert_int_equal(count_lines("ls -A outside"), 1);
    assert_file("outside/a", "keep");

    sh("rm -r ws/data && ln -s ../outside ws/data");
    spec.force = false;
    snapshot("before");
    assert_int_equal(place(&d), ERR_EXISTS);
    assert_untouched();
    assert_int_equal(place(NULL), 0);
    assert_int_equal(access("ws/data", F_OK), -1);
    assert_file("outside/a", "keep");

    spec.force = true;
    sh("mkdir ws/data && ln -s ../../outside ws/data/sub");
    snapshot("before");
    assert_int_equal(place(&d), ERR_FAILED);
    assert_untouched();
    assert_file("outside/a", "keep");

    sh("rm -r ws/data && ln -s ../outside ws/link");
    spec.path = "link/data";
    assert_int_equal(place(&d), ERR_FAILED);
    assert_int_equal(count_lines("ls -A outside"), 1);
}

static void test_hostile_places(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    static const char *const bad[] = {"../data", ".git/hooks", ".dvc/config", "a/../../x"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        spec.path = bad[i];
        assert_int_equal(place(&d), ERR_FAILED);
    }
}

static void test_dead_links_of_ours_give_way(void **ignored) {
    (void)ignored;
    put("ws/data", "abc");
    struct digest d = track();
    sh("rm ws/data");
    use_links(LINK_SYMLINK);
    assert_int_equal(place(&d), 0);
    sh("mv " ABC_PATH " kept && chmod 444 kept");
    assert_int_equal(place(&d), ERR_NOT_FOUND);
    sh("mv kept " ABC_PATH " && rm ws/data && ln -s '%s/cache/files/md5/00/00' ws/data", scratch);
    assert_int_equal(place(&d), 0);
    assert_file("ws/data", "abc");
    sh("rm ws/data && ln -s users/own ws/data");
    assert_int_equal(place(&d), ERR_EXISTS);
    spec.force = true;
    assert_int_equal(place(&d), 0);
    assert_file("ws/data", "abc");
}

static void test_a_part_of_a_folder(void **ignored) {
    (void)ignored;
    struct digest d = usual();
    spec.below = "sub/deep";
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_ADDED, 1, 0, 0);
    assert_int_equal(count_lines("find ws/data -type f"), 1);
    put("ws/data/own", "mine"); /* outside of the part: not looked at */
    spec.below = "sub/copy";
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_MODIFIED, 1, 0, 0);
    assert_file("ws/data/sub/copy", "abc");
    spec.below = "sub";
    put("ws/data/sub/new", "xy");
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_MODIFIED, 1, 0, 1);
    assert_file("ws/data/own", "mine");
    assert_file("ws/data/a", NULL);
}

static void test_another_file_system_than_the_state(void **ignored) {
    (void)ignored;
    struct stat here, shm;
    if (stat(".", &here) || stat("/dev/shm", &shm) || here.st_dev == shm.st_dev ||
        access("/dev/shm", W_OK)) {
        skip();
    }
    char dir[] = "/dev/shm/cairn-unit.XXXXXX", name[64];
    assert_non_null(mkdtemp(dir));
    snprintf(name, sizeof name, "%s/tmp/cairn", dir);
    struct digest d = usual();
    close_state();
    state = statcache_open(name);
    struct cache_config cfg = {.dir = at("cache"), .label = "cache", .state = state};
    assert_int_equal(cache_open(&cache, &cfg), 0);
    assert_int_equal(place(&d), 0);
    assert_changes(PLACE_ADDED, 4, 0, 0);
    sh("rm ws/data/a");
    use_links(LINK_HARDLINK);
    links.type[1] = LINK_COPY, links.n = 2;
    assert_int_equal(place(&d), 0);
    assert_tree(hex(&d));
    close_state();
    assert_no_litter();
    sh("rm -r %s", dir);
    open_state();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_folder_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_next_look_reads_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_what_differs_is_touched, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_only_copy_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_copy_is_no_copy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_the_cache_lacks_stops_everything, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_damaged_objects_are_not_placed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_modified_files_stay_when_theirs_is_missing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_single_files_and_the_x_bit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_between_file_and_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ignored_files_are_never_swept_away, setup, teardown),
        cmocka_unit_test_setup_teardown(test_removal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_empty_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hardlinks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_symlinks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_linking_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(test_relink_after_add, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_written_behind_links, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile_places, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dead_links_of_ours_give_way, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_part_of_a_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_file_system_than_the_state, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
