/*
 * A cache, its state tables and an arena in the scratch folder: "cache", "state/tmp/cairn".
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include "../scratch.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/str.h"
#include "store/cache.h"
#include "store/odb.h"
#include "store/scan.h"
#include "store/statcache.h"

#define ABC_MD5   "900150983cd24fb0d6963f7d28e17f72" /* of "abc" */
#define ABC_PATH  "cache/files/md5/90/0150983cd24fb0d6963f7d28e17f72"
#define EMPTY_MD5 "d41d8cd98f00b204e9800998ecf8427e"

static struct arena *arena;
static struct statcache *state;
static struct cache *cache;

__attribute__((unused)) static void open_state(void) {
    sh("mkdir -p state");
    state = statcache_open(at("state/tmp/cairn"));
    struct cache_config cfg = {.dir = at("cache"), .label = "cache", .state = state};
    assert_int_equal(cache_open(&cache, &cfg), 0);
}

__attribute__((unused)) static void close_state(void) {
    cache_closep(&cache);
    statcache_close(state);
    state = NULL;
}

/* As the next process sees it. */
__attribute__((unused)) static void reopen(void) {
    close_state();
    open_state();
}

__attribute__((unused)) static int fixture_setup(void **ignored) {
    scratch_setup(ignored);
    umask(022);
    arena = arena_new();
    open_state();
    return 0;
}

__attribute__((unused)) static int fixture_teardown(void **ignored) {
    close_state();
    arena_freep(&arena);
    return scratch_teardown(ignored);
}

__attribute__((unused)) static struct digest digest_of(const char *hex) {
    struct digest d;
    assert_true(digest_from_text(&d, HASH_MD5, hex));
    return d;
}

__attribute__((unused)) static void assert_digest(const struct digest *d, const char *hex) {
    char text[DIGEST_TEXT_MAX];
    assert_string_equal(digest_text(text, d), hex);
}

/* So old that nobody doubts its identity. */
__attribute__((unused)) static void age(const char *name) {
    sh("touch -h -d '2001-02-03 04:05:06.789' %s", name);
}

__attribute__((unused)) static int count_lines(const char *command) {
    char line[4096];
    int n = 0;
    FILE *f = popen(command, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        n++;
    }
    assert_int_equal(pclose(f), 0);
    return n;
}

/* Nothing temporary is left anywhere. */
__attribute__((unused)) static void assert_no_litter(void) {
    assert_int_equal(count_lines("find . -name '*.tmp' -o -name lock"), 0);
}

#endif
