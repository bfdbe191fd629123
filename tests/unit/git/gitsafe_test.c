#include "../scratch.h"

#include "git/gitrepo.h"

/* Only root can make a repository that belongs to somebody else. */
static int foreign_setup(void **state) {
    int rc = scratch_setup(state);
    if (rc == 0 && geteuid() == 0) {
        sh("git init -q r && cd r && git commit -q --allow-empty -m 1 && chown -R 12345 .");
    }
    return rc;
}

static bool trusted(void) {
    struct gitrepo *g = NULL;
    bool yes;
    assert_int_equal(gitrepo_open(&g, at("r")), 0);
    int rc = gitrepo_tracks(g, at("r/x"), &yes);
    if (rc) {
        assert_int_equal(rc, ERR_FAILED);
        assert_non_null(strstr(err_hint_text(), "safe.directory"));
        assert_non_null(strstr(err_hint_text(), at("r")));
        err_clear();
    }
    gitrepo_close(g);
    return rc == 0;
}

#define NEEDS_ROOT()                                                                               \
    do {                                                                                           \
        (void)state;                                                                               \
        if (geteuid() != 0) {                                                                      \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

static void refuses_strangers(void **state) {
    NEEDS_ROOT();
    assert_false(trusted());
    sh("cd r && git -c safe.directory='*' config safe.directory '*'"); /* the repository cannot trust itself */
    assert_false(trusted());
    sh("chown -R 0 r");
    assert_true(trusted());
    sh("chown 12345 r/.git");
    assert_false(trusted());
}

static void reads_files(void **state) {
    NEEDS_ROOT();
    sh("git config --global --add safe.directory '%s'", at("r"));
    assert_true(trusted());
    sh("git config --global --add safe.directory ''");
    assert_false(trusted());
    sh("git config --global --add safe.directory '*'");
    assert_true(trusted());
    sh("git config --global --unset-all safe.directory; git config --global --add safe.directory "
       "'%s/'",
       at("r"));
    assert_false(trusted());
    sh("git config --global --replace-all safe.directory '%s/*'", scratch);
    assert_true(trusted());
    setenv("GIT_CONFIG_GLOBAL", at("other"), 1);
    assert_false(trusted());
    put("other", "[safe]\n\tdirectory = *\n");
    assert_true(trusted());
    unsetenv("GIT_CONFIG_GLOBAL");
    sh("rm .home/.gitconfig && mkdir -p .home/.config/git && cp other .home/.config/git/config");
    assert_true(trusted());
}

static void reads_environment(void **state) {
    NEEDS_ROOT();
    setenv("GIT_CONFIG_COUNT", "2", 1);
    setenv("GIT_CONFIG_KEY_0", "safe.directory", 1);
    setenv("GIT_CONFIG_VALUE_0", "*", 1);
    setenv("GIT_CONFIG_KEY_1", "Safe.Directory", 1);
    setenv("GIT_CONFIG_VALUE_1", "", 1);
    assert_false(trusted());
    setenv("GIT_CONFIG_COUNT", "1", 1);
    assert_true(trusted());
    unsetenv("GIT_CONFIG_COUNT");
    setenv("GIT_CONFIG_PARAMETERS", "'a.b'='it'\\''s' 'safe.directory'='*'", 1);
    assert_true(trusted());
    setenv("GIT_CONFIG_PARAMETERS", "'safe.directory=*'", 1);
    assert_true(trusted());
    setenv("GIT_CONFIG_PARAMETERS", "'safe.directory'='*' 'safe.directory'=", 1);
    assert_false(trusted());
    setenv("GIT_CONFIG_PARAMETERS", "'safe.directory'='*", 1);
    assert_false(trusted());
}

static void root_may_use_what_sudo_came_from(void **state) {
    NEEDS_ROOT();
    setenv("SUDO_UID", "12345", 1);
    assert_true(trusted());
    setenv("SUDO_UID", "1234", 1);
    assert_false(trusted());
    setenv("SUDO_UID", "12345x", 1);
    assert_false(trusted());
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, foreign_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        CASE(refuses_strangers),
        CASE(reads_files),
        CASE(reads_environment),
        CASE(root_may_use_what_sudo_came_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
