#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "model/config.h"

static struct arena *arena;
static struct config *config;

static int setup(void **state) {
    int rc = scratch_setup(state);
    arena = arena_new();
    sh("mkdir -p .dvc glob sys");
    setenv("DVC_SYSTEM_CONFIG_DIR", at("sys"), 1);
    setenv("DVC_GLOBAL_CONFIG_DIR", at("glob"), 1);
    return rc;
}

static int teardown(void **state) {
    config_close(config);
    config = NULL;
    arena_free(arena);
    return scratch_teardown(state);
}

static int load(bool lenient) {
    config_close(config);
    config = NULL;
    return config_load(&config, arena, at(".dvc"), lenient);
}

static void loaded(void) {
    if (load(false)) {
        fail_msg("%s", err_text());
    }
}

static void refused(const char *part) {
    assert_int_equal(load(false), ERR_CONFIG);
    if (!strstr(err_text(), part)) {
        fail_msg("\"%s\" lacks \"%s\"", err_text(), part);
    }
    err_clear();
}

static void levels_shadow(void **state) {
    (void)state;
    put("sys/config", "[core]\nremote = s\ncheck_update = false\n[cache]\ndir = c\n");
    put("glob/config", "[core]\nremote = g\n[remote \"g\"]\nurl = rel\njobs = 2\n");
    put(".dvc/config",
        "[core]\nremote = r\n[remote \"r\"]\nurl = ../data\n[remote \"g\"]\njobs = 3\n");
    put(".dvc/config.local", "[remote \"l\"]\nurl = ~/there\n");
    loaded();
    assert_string_equal(config_get(config, CONFIG_MERGED, "core.remote"), "r");
    assert_string_equal(config_get(config, CONFIG_GLOBAL, "core.remote"), "g");
    assert_null(config_get(config, CONFIG_LOCAL, "core.remote"));
    assert_int_equal(config_int(config, "remote.g.jobs", 9), 3);
    assert_int_equal(config_int(config, "remote.r.jobs", 9), 9);
    assert_false(config_bool(config, "core.check_update", true));
    assert_true(config_bool(config, "core.analytics", true));
    assert_string_equal(config_path(config, arena, "remote.r.url"), at("data"));
    assert_string_equal(config_path(config, arena, "remote.g.url"), at("glob/rel"));
    assert_string_equal(config_path(config, arena, "remote.l.url"), at(".home/there"));
    assert_string_equal(config_path(config, arena, "cache.dir"), at("sys/c"));
    struct strv names = {0};
    config_remotes(config, CONFIG_MERGED, &names);
    assert_int_equal(names.len, 3);
    assert_string_equal(names.at[0], "g");
    assert_string_equal(names.at[2], "l");
    strv_release(&names);
    struct config_entries all = {0};
    config_each(config, CONFIG_GLOBAL, &all); /* remotes come first, as DVC lists them */
    assert_int_equal(all.len, 3);
    assert_string_equal(all.at[0].option, "url");
    assert_int_equal(all.at[1].line, 5);
    assert_string_equal(all.at[2].option, "remote");
    vec_release(&all);
}

static void finds_the_folders(void **state) {
    (void)state;
    unsetenv("DVC_GLOBAL_CONFIG_DIR");
    unsetenv("DVC_SYSTEM_CONFIG_DIR");
    loaded();
    assert_string_equal(config_file(config, CONFIG_GLOBAL, "core.remote"),
                        at(".home/.config/dvc/config"));
    assert_string_equal(config_file(config, CONFIG_GLOBAL, "cairn.fsync"),
                        at(".home/.config/dvc/cairn"));
    assert_string_equal(config_file(config, CONFIG_LOCAL, "cairn.fsync"), at(".dvc/cairn.local"));
    setenv("XDG_CONFIG_HOME", at("xdg"), 1);
    setenv("XDG_CONFIG_DIRS", "/one:/two", 1);
    loaded();
    assert_string_equal(config_file(config, CONFIG_GLOBAL, "core.remote"), at("xdg/dvc/config"));
    assert_string_equal(config_file(config, CONFIG_SYSTEM, "core.remote"), "/one/dvc/config");
    unsetenv("XDG_CONFIG_DIRS");
}

static void validates(void **state) {
    (void)state;
    static const struct {
        const char *text, *error; /* error NULL: good */
    } cases[] = {
        {"[core]\nautostage = TRUE\n[cache]\ntype = copy , symlink\nshared = Group\n", NULL},
        {"[cache]\nprotected = true\nlocal = x\n[state]\nrow_limit = 5\n[exp]\ncode = c\n", NULL},
        {"[feature]\nwhatever = 1\nmachine = true\n", NULL},
        {"['machine \"m\"']\ncloud = aws\nspot_price = 1e-3\n", NULL},
        {"[remote \"r\"]\nurl = s3://b\nregion = x\nssl_verify = /ca\njobs = 1_0\nread_timeout = "
         "\" 7 \"\n",
         NULL},
        {"[remote \"r\"]\nurl = remote://other/p\nanything = at all\n", NULL},
        {"[remote \"r\"]\nurl = http://h\nconnect_timeout = 0.5\nauth = Basic\n", NULL},
        {"[nosuch]\n", "config:1: there is no section 'nosuch'"},
        {"[core]\nnosuch = 1\n", "config:2: there is no option 'nosuch' in section 'core'"},
        {"[core]\nautostage = yes\n", "config:2: 'autostage' is 'yes': expected true or false"},
        {"[core]\nchecksum_jobs = 0\n", "from 1 up"},
        {"[core]\nsite_cache_dir = a,b\n", "not a list"},
        {"[cache]\ntype = copy,rsync\n", "reflink, hardlink, symlink, copy"},
        {"[cache]\nshared = all\n", "expected one of group"},
        {"[state]\nrow_cleanup_quota = 101\n", "from 0 to 100"},
        {"[remote \"r\"]\njobs = 2\n", "config:1: remote 'r' has no url"},
        {"['remote \"r\"']\n", "remote 'r' has no url"},
        {"[remote \"r\"]\nurl = /x\nregion = y\n", "kind folder"},
        {"[remote \"r\"]\nurl = s3://b\nkeyfile = y\n", "kind s3"},
        {"[remote \"r\"]\nurl = ftp://h\n", "'ftp://'"},
        {"[remote \"r\"]\nurl = a,b\n", "needs quotes"},
        {"[remote \"r\"]\nurl = hdfs://h\nreplication = 3\n", "DVC refuses"},
        {"[remote]\nurl = x\n", "has no name"},
        {"[core]\n[[sub]]\nx = 1\n", "no sections in it"},
        {"remote = x\n", "before the first [section]"},
        {"[hydra]\nconfig_dir = a\nconfig_module = b\n", "not both"},
        {"[cairn]\nfsync = false\n", "belongs in the file 'cairn'"},
        {"[studio]\ntoken = a%(b)s\n", "reference to another option"},
        {"[studio]\ntoken = a%20b%(c)\n", NULL},
        {"[core\n", "config:1: neither"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        put(".dvc/config", cases[i].text);
        if (cases[i].error) {
            refused(cases[i].error);
        } else {
            loaded();
        }
    }
    put(".dvc/config", "[core]\nnosuch = 1\n");
    assert_int_equal(load(true), 0);
    assert_int_equal(config_validate(config), ERR_CONFIG);
    err_clear();
    put(".dvc/config", "");
    put(".dvc/config.local", "[core]\nautostage = 1\n");
    refused("config.local:2");
}

static void has_options_of_its_own(void **state) {
    (void)state;
    put(".dvc/cairn", "[cairn]\nfsync = false\nlock_timeout = 2.5\n");
    loaded();
    assert_false(config_bool(config, "cairn.fsync", true));
    assert_true(config_float(config, "cairn.lock_timeout", 60) == 2.5);
    put(".dvc/cairn", "[cairn]\nfsnc = false\n");
    refused("cairn:2: there is no option 'fsnc'");
    put(".dvc/cairn", "[core]\nremote = x\n");
    refused("belongs in the file 'config'");
    put(".dvc/cairn", "");
    put(".dvc/.gitignore", "/config.local\n/tmp\n/cache");
    loaded();
    assert_int_equal(config_set(config, CONFIG_REPO, "cairn.fsync", "false"), 0);
    assert_file(".dvc/.gitignore", "/config.local\n/tmp\n/cache");
    assert_int_equal(config_set(config, CONFIG_LOCAL, "cairn.fsync", "false"), 0);
    assert_int_equal(config_set(config, CONFIG_LOCAL, "cairn.fsync", "true"), 0);
    assert_file(".dvc/.gitignore", "/config.local\n/tmp\n/cache\n/cairn.local\n");
    assert_file(".dvc/cairn", "[cairn]\n    fsync = false\n");
    assert_file(".dvc/cairn.local", "[cairn]\n    fsync = true\n");
    assert_file(".dvc/config", NULL);
}

static void sets(void **state) {
    (void)state;
    loaded();
    assert_int_equal(config_set(config, CONFIG_REPO, "core.remote", "r"), 0);
    assert_int_equal(config_set(config, CONFIG_REPO, "remote.a.b.url", "here"), 0);
    sh("mkdir -p sub");
    assert_int_equal(chdir(at("sub")), 0);
    assert_int_equal(config_set(config, CONFIG_REPO, "remote.r.url", "../x/./y/"), 0);
    assert_int_equal(config_set(config, CONFIG_LOCAL, "remote.r.url", "s3://b/./p"), 0);
    assert_int_equal(config_set(config, CONFIG_GLOBAL, "cache.dir", "c"), 0);
    assert_file(".dvc/config",
                "[core]\n    remote = r\n['remote \"a.b\"']\n    url = ../here\n['remote \"r\"']\n"
                "    url = ../x/y\n");
    assert_file(".dvc/config.local", "['remote \"r\"']\n    url = s3://b/./p\n");
    assert_file("glob/config", "[cache]\n    dir = ../sub/c\n");
    assert_string_equal(config_get(config, CONFIG_MERGED, "remote.r.url"), "s3://b/./p");
    assert_int_equal(config_set(config, CONFIG_REPO, "core.remote", NULL), 0);
    assert_int_equal(config_set(config, CONFIG_REPO, "core.remote", NULL), ERR_CONFIG);
    err_clear();
    assert_null(config_get(config, CONFIG_MERGED, "core.remote"));
    assert_string_equal(config_store_path(config, arena, CONFIG_REPO, "/a", "~/x"), "~/x");
    assert_string_equal(config_store_path(config, arena, CONFIG_REPO, at(".dvc"), ""), ".");
}

static void changes_nothing_on_error(void **state) {
    (void)state;
    put(".dvc/config", "[remote \"r\"]\nurl = x\n");
    loaded();
    static const struct {
        const char *name, *value;
    } cases[] = {
        {"core.autostage", "maybe"}, {"core.nosuch", "1"},     {"remote.r.url", NULL},
        {"remote.new.jobs", "3"},    {"remote.r.region", "x"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(config_set(config, CONFIG_REPO, cases[i].name, cases[i].value),
                         ERR_CONFIG);
        err_clear();
    }
    /* what is good here would break all other repositories */
    assert_int_equal(config_set(config, CONFIG_GLOBAL, "remote.r.jobs", "3"), ERR_CONFIG);
    err_clear();
    assert_file(".dvc/config", "[remote \"r\"]\nurl = x\n");
    assert_file("glob/config", NULL);
    assert_string_equal(config_get(config, CONFIG_MERGED, "remote.r.url"), "x");
    assert_int_equal(config_validate(config), 0);
}

static void repairs_one_by_one(void **state) {
    (void)state;
    put(".dvc/config", "[core]\nnosuch = 1\nautostage = maybe\n");
    assert_int_equal(load(true), 0);
    assert_int_equal(config_set(config, CONFIG_REPO, "core.autostage", "perhaps"), ERR_CONFIG);
    err_clear();
    assert_int_equal(config_set(config, CONFIG_REPO, "remote.r.jobs", "1"), ERR_CONFIG);
    err_clear();
    assert_int_equal(config_set(config, CONFIG_REPO, "core.nosuch", NULL), 0);
    assert_int_equal(config_set(config, CONFIG_REPO, "core.autostage", "true"), 0);
    assert_file(".dvc/config", "[core]\nautostage = true\n");
    assert_int_equal(config_validate(config), 0);
}

static void moves_and_removes_remotes_everywhere(void **state) {
    (void)state;
    put(".dvc/config", "[remote \"a\"]\nurl = x\n[remote \"b\"]\nurl = y\n");
    put(".dvc/config.local", "[remote \"a\"]\njobs = 1\n");
    loaded();
    assert_int_equal(config_rename_section(config, CONFIG_REPO, "remote", "a", "c"), 0);
    assert_file(".dvc/config", "[remote \"b\"]\nurl = y\n['remote \"c\"']\nurl = x\n");
    assert_file(".dvc/config.local", "['remote \"c\"']\njobs = 1\n");
    assert_int_equal(config_remove_section(config, CONFIG_REPO, "remote", "c"), 0);
    assert_file(".dvc/config", "[remote \"b\"]\nurl = y\n");
    assert_file(".dvc/config.local", "\n");
    assert_int_equal(config_rename_section(config, CONFIG_REPO, "remote", "b", "it's"), ERR_CONFIG);
    err_clear();
    assert_file(".dvc/config", "[remote \"b\"]\nurl = y\n");
    loaded();
}

static void judges_names(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int rc;
    } cases[] = {
        {"core.remote", 0},          {"remote.x.url", 0},      {"remote.x.keyfile", 0},
        {"db.d.password", 0},        {"cairn.fsync", 0},       {"feature.any", 0},
        {"nodot", ERR_USAGE},        {".x", ERR_USAGE},        {"core.", ERR_USAGE},
        {"remote.a.b.c", ERR_USAGE}, {"core.a.b", ERR_USAGE},  {"remote..url", ERR_USAGE},
        {"core.nosuch", ERR_CONFIG}, {"nosuch.x", ERR_CONFIG}, {"remote.x.nosuch", ERR_CONFIG},
        {"remote.url", ERR_CONFIG},  {"", ERR_USAGE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(config_check_name(cases[i].name), cases[i].rc);
        err_clear();
    }
    assert_true(config_is_secret("remote.r.password"));
    assert_true(config_is_secret("remote.r.secret_access_key"));
    assert_true(config_is_secret("studio.token"));
    assert_false(config_is_secret("remote.r.user"));
    assert_false(config_is_secret("core.remote"));
    assert_true(config_url_has_secret("https://u:p@h/x"));
    assert_false(config_url_has_secret("https://u@h:80/x"));
    assert_false(config_url_has_secret("https://h:80/a@b"));
    assert_false(config_url_has_secret("/a:b@c"));
}

static void survives_twenty_thousand_sections(void **state) {
    (void)state;
    sh("awk 'BEGIN { for (i = 0; i < 20000; i++) printf \"[remote \\\"r%%d\\\"]\\nurl = "
       "s3://b%%d\\n\", i, i }' >.dvc/config");
    loaded();
    assert_string_equal(config_get(config, CONFIG_MERGED, "remote.r19999.url"), "s3://b19999");
}

static void works_outside_of_a_repository(void **state) {
    (void)state;
    assert_int_equal(config_load(&config, arena, NULL, false), 0);
    assert_false(config_has_level(config, CONFIG_REPO));
    assert_true(config_has_level(config, CONFIG_GLOBAL));
    assert_int_equal(config_set(config, CONFIG_REPO, "core.remote", "x"), ERR_CONFIG);
    err_clear();
    assert_int_equal(config_set(config, CONFIG_GLOBAL, "core.analytics", "false"), 0);
    assert_file("glob/config", "[core]\n    analytics = false\n");
}

static void shows_values_as_dvc(void **state) {
    (void)state;
    put(".dvc/config", "[cache]\ntype = reflink, copy\ndir = ../c\n");
    loaded();
    struct config_entry e;
    assert_true(config_find(&e, config, CONFIG_MERGED, "cache.type"));
    assert_string_equal(config_shown(arena, &e), "['reflink', 'copy']");
    assert_string_equal(e.value, "reflink,copy");
    assert_true(config_find(&e, config, CONFIG_MERGED, "cache.dir"));
    assert_string_equal(config_shown(arena, &e), at("c"));
    assert_false(config_find(&e, config, CONFIG_LOCAL, "cache.dir"));
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(levels_shadow),
        CASE(finds_the_folders),
        CASE(validates),
        CASE(has_options_of_its_own),
        CASE(sets),
        CASE(changes_nothing_on_error),
        CASE(repairs_one_by_one),
        CASE(moves_and_removes_remotes_everywhere),
        CASE(judges_names),
        CASE(survives_twenty_thousand_sections),
        CASE(works_outside_of_a_repository),
        CASE(shows_values_as_dvc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
