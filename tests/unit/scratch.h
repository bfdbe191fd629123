/*
 * A scratch folder for tests that need a real repository: made before a test, the working folder during it, gone after it.
 * Git's surroundings are pinned. Use scratch_setup and scratch_teardown as cmocka fixtures.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"

/* libgit2 1.5 forgets what its regular expressions allocate when they do not match. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libpcre2";
}

static char scratch[PATH_MAX]; /* absolute, real */

__attribute__((unused)) static int scratch_setup(void **state) {
    (void)state;
    char name[] = "/tmp/cairn-unit.XXXXXX";
    assert_non_null(mkdtemp(name));
    assert_non_null(realpath(name, scratch));
    assert_int_equal(chdir(scratch), 0);
    char home[PATH_MAX + 8];
    snprintf(home, sizeof home, "%s/.home", scratch);
    assert_int_equal(mkdir(home, 0777), 0);
    setenv("HOME", home, 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    setenv("DVC_SYSTEM_CONFIG_DIR", "/nonexistent", 1);
    static const char *const unset[] = {
        "XDG_CONFIG_HOME",       "GIT_CONFIG_GLOBAL", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS",
        "DVC_GLOBAL_CONFIG_DIR", "GIT_DIR",           "SUDO_UID"};
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) {
        unsetenv(unset[i]);
    }
    static const char *const who[] = {"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME",
                                      "GIT_COMMITTER_EMAIL"};
    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        setenv(who[i], "t@example.com", 1);
    }
    return 0;
}

__attribute__((unused)) static int scratch_teardown(void **state) {
    (void)state;
    char command[2 * PATH_MAX + 64];
    err_clear();
    assert_int_equal(chdir("/"), 0);
    snprintf(command, sizeof command, "chmod -R u+rwX '%s' && rm -rf '%s'", scratch, scratch);
    return system(command);
}

/* Runs a shell command in the scratch folder; it must succeed. */
__attribute__((unused, format(printf, 1, 2))) static void sh(const char *fmt, ...) {
    char command[8192];
    va_list args;
    va_start(args, fmt);
    vsnprintf(command, sizeof command, fmt, args);
    va_end(args);
    if (system(command) != 0) {
        fail_msg("command failed: %s", command);
    }
}

/* "<scratch>/<name>", valid until the eighth call from now. */
__attribute__((unused)) static const char *at(const char *name) {
    static char paths[8][PATH_MAX + 256];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s%s%s", scratch, name[0] ? "/" : "", name);
    return path;
}

__attribute__((unused)) static void put(const char *name, const char *text) {
    FILE *f = fopen(at(name), "wb");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* The file holds exactly this text; NULL: there is no file. */
__attribute__((unused)) static void assert_file(const char *name, const char *text) {
    static char seen[65536];
    FILE *f = fopen(at(name), "rb");
    if (!text) {
        assert_null(f);
        return;
    }
    assert_non_null(f);
    seen[fread(seen, 1, sizeof seen - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(seen, text);
}

#endif
