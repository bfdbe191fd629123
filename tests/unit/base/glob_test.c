#include "../scratch.h"

#include <time.h>

#include "base/attr.h"
#include "base/glob.h"
#include "base/str.h"
#include "base/vec.h"

struct match_case {
    const char *pattern, *text;
    bool plain, path; /* without and with GLOB_PATHNAME */
};

static void test_matches(void **state) {
    (void)state;
    static const struct match_case cases[] = {
        {"foo", "foo", true, true},
        {"foo", "bar", false, false},
        {"", "", true, true},
        {"???", "foo", true, true},
        {"*", "foo", true, true},
        {"*", "a/b", true, false},
        {"f*", "foo", true, true},
        {"*ob*a*r*", "foobar", true, true},
        {"*ab", "aaaaaaabababab", true, true},
        {"foo\\*", "foo*", true, true},
        {"foo\\*bar", "foobar", false, false},
        {"f\\\\oo", "f\\oo", true, true},
        {"*[al]?", "ball", true, true},
        {"[ten]", "ten", false, false},
        {"t[a-g]n", "ten", true, true},
        {"t[!a-g]n", "ten", false, false},
        {"t[!a-g]n", "ton", true, true},
        {"t[^a-g]n", "ton", true, true},
        {"a[]]b", "a]b", true, true},
        {"a[]-]b", "a-b", true, true},
        {"a[]-]b", "aab", false, false},
        {"]", "]", true, true},
        {"**", "a/b", true, true},
        {"a**b", "a/b", true, false},
        {"a?b", "a/b", true, false},
        {"a[/]b", "a/b", true, false},
        {"a[!x]b", "a/b", true, false},
        {"a/b", "a/b", true, true},
        {"**/foo", "foo", false, true},
        {"**/foo", "a/b/foo", true, true},
        {"**/foo", "a/foob", false, false},
        {"foo/**", "foo/a/b", true, true},
        {"foo/**", "foo", false, false},
        {"foo/**/bar", "foo/bar", false, true},
        {"foo/**/bar", "foo/a/b/bar", true, true},
        {"foo/**/**/bar", "foo/bar", false, true},
        {"**/**/foo", "a/foo", false, true},
        {"foo**bar", "foo/bar", true, false},
        {"foo/*", "foo/a/b", true, false},
        {"*/foo", "a/foo", true, true},
        {"*/foo", "a/b/foo", true, false},
        {"**/a/*/b", "x/a/y/b", true, true},
        {"**/a*/b", "a/x/ab/b", true, true},
        {"**/*a*b/c", "x/axb/axb/c", true, true},
        {"*/*/*", "a/b/c", true, true},
        {"*/*/*", "a/b", false, false},
        {"[[:alpha:]][[:digit:]][[:upper:]]", "a1B", true, true},
        {"[[:digit:][:upper:][:space:]]", "A", true, true},
        {"[[:digit:][:upper:][:spaci:]]", "1", false, false},
        {"[[:xdigit:]]", "f", true, true},
        {"[[:xdigit:]]", "g", false, false},
        {"[[:punct:]]", "_", true, true},
        {"[a-c[:digit:]x-z]", "5", true, true},
        {"[a-c[:digit:]x-z]", "q", false, false},
        {"[[:a]", ":", true, true},
        {"[\\\\-^]", "]", true, true},
        {"[\\-_]", "-", true, true},
        {"[\\]]", "]", true, true},
        {"[a-", "a", false, false},
        {"[!", "a", false, false},
        {"a\\", "a", false, false},
        {"[,-.]", "-", true, true},
        {"[-.]", "-", true, true},
        {"[a-\\]", "b", false, false},
        {"*\\", "a\\", false, false},
        {"\xc3\xa9*", "\xc3\xa9t\xc3\xa9", true, true},
        {"?", "\xc3\xa9", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct match_case *c = &cases[i];
        if (glob_match(c->pattern, c->text, 0) != c->plain) {
            fail_msg("'%s' against '%s'", c->pattern, c->text);
        }
        if (glob_match(c->pattern, c->text, GLOB_PATHNAME) != c->path) {
            fail_msg("'%s' against the path '%s'", c->pattern, c->text);
        }
    }
}

static void test_magic(void **state) {
    (void)state;
    assert_true(glob_has_magic("a*"));
    assert_true(glob_has_magic("a?"));
    assert_true(glob_has_magic("[a"));
    assert_false(glob_has_magic("a\\b]c{d}"));
}

/* Patterns on which a plain recursion would not come back. */
static void test_hostile_patterns_are_bounded(void **state) {
    (void)state;
    struct str pattern = STR_INIT, text = STR_INIT;
    static const struct {
        const char *pattern, *text;
        int patterns, texts;
    } cases[] = {
        {"a*", "a", 1000, 4000},        {"*a", "a", 1000, 4000},
        {"**/", "a/", 1000, 2000},      {"**/a*", "a/", 300, 2000},
        {"*a/", "aaaaaaaa/", 400, 400}, {"**/*a*a*/", "aaaaaaaaaaaaaaaa/", 50, 200},
        {"[a-z]*", "a", 800, 4000},     {"?*", "a", 1500, 4000},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        str_clear(&pattern);
        str_clear(&text);
        for (int k = 0; k < cases[i].patterns; k++) {
            str_adds(&pattern, cases[i].pattern);
        }
        for (int k = 0; k < cases[i].texts; k++) {
            str_adds(&text, cases[i].text);
        }
        str_adds(&pattern, "b");
        clock_t start = clock();
        assert_false(glob_match(pattern.buf, text.buf, GLOB_PATHNAME));
        assert_false(glob_match(pattern.buf, text.buf, 0));
        assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
        str_adds(&text, "b");
        pattern.len = 0;
    }
    str_release(&pattern);
    str_release(&text);
}

static bool rule_of(struct glob_rule *rule, const char *line) {
    static char text[256];
    snprintf(text, sizeof text, "%s", line);
    return glob_rule_parse(rule, text);
}

static void test_rule_lines(void **state) {
    (void)state;
    struct glob_rule r;
    static const char *const nothing[] = {"", "#a", "   ", "/", "//", "!", "\r", " \r", "!/"};
    for (size_t i = 0; i < COUNT_OF(nothing); i++) {
        assert_false(rule_of(&r, nothing[i]));
    }
    assert_true(rule_of(&r, "a.txt"));
    assert_string_equal(r.pattern, "a.txt");
    assert_false(r.negated || r.dir_only || r.anchored);
    assert_true(rule_of(&r, "!/a/b/  \r"));
    assert_string_equal(r.pattern, "a/b");
    assert_true(r.negated && r.dir_only && r.anchored);
    assert_true(rule_of(&r, "dir/"));
    assert_true(r.dir_only && !r.anchored);
    assert_true(rule_of(&r, "/top"));
    assert_string_equal(r.pattern, "top");
    assert_true(r.anchored);
    assert_true(rule_of(&r, "\\#x"));
    assert_true(glob_rule_match(&r, "#x", false));
    assert_true(rule_of(&r, "\\!x"));
    assert_true(glob_rule_match(&r, "d/!x", false));
    assert_true(rule_of(&r, "a\\ "));
    assert_true(glob_rule_match(&r, "a ", false));
    assert_true(rule_of(&r, "a\t"));
    assert_string_equal(r.pattern, "a\t");
}

static const char *pick(const char *const *from, size_t count) {
    return from[(size_t)rand() % count];
}

static void random_pattern(struct str *out) {
    static const char *const parts[] = {
        "a",  "b",           "ab",          "*",         "**",    "?",   "/",
        "/",  "[ab]",        "[!a]",        "[^b]",      "[a-c]", "\\",  "\\*",
        "[]", "[[:alpha:]]", "[[:upper:]]", "[[:bad:]]", "[a",    "A",   ".",
        " ",  "!",           "#",           "[]-]",      "**/",   "/**", "[[:digit:]-b]",
        "-",  "1",           "[\\]]",       "[[:]",      "\\/",   "[/]", "a**",
        "**b"};
    str_clear(out);
    for (int n = 1 + rand() % 7; n > 0; n--) {
        str_adds(out, pick(parts, COUNT_OF(parts)));
    }
}

/* A path that Git takes: no empty component, no ".", no ".git". */
static void random_path(struct str *out) {
    static const char *const parts[] = {"a", "b",  "ab", "c", "A", "-", "1",
                                        "]", "aa", "[",  "*", " ", "a."};
    str_clear(out);
    for (int n = 1 + rand() % 4; n > 0; n--) {
        for (int k = 1 + rand() % 3; k > 0; k--) {
            str_adds(out, pick(parts, COUNT_OF(parts)));
        }
        str_adds(out, n > 1 ? "/" : "");
    }
}

/* Whether the rule takes the path or a folder above it. */
static bool rule_takes(const struct glob_rule *rule, const char *path) {
    char part[256];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (glob_rule_match(rule, part, true)) {
            return true;
        }
    }
    return glob_rule_match(rule, path, false);
}

/* Each pattern is the .gitignore of a folder of its own, so that Git is asked but once. */
static void test_as_git_check_ignore(void **state) {
    (void)state;
    enum { PATTERNS = 500, PATHS = 40 };
    sh("git init -q .");
    srand(20);
    struct str pattern = STR_INIT, path = STR_INIT, paths = STR_INIT, expected = STR_INIT;
    int hits = 0;
    for (int i = 0; i < PATTERNS; i++) {
        char name[64];
        random_pattern(&pattern);
        snprintf(name, sizeof name, "p%d", i);
        assert_int_equal(mkdir(name, 0777), 0);
        snprintf(name, sizeof name, "p%d/.gitignore", i);
        put(name, pattern.buf);
        struct glob_rule rule;
        bool rules = glob_rule_parse(&rule, pattern.buf);
        for (int k = 0; k < PATHS; k++) {
            random_path(&path);
            str_addf(&paths, "p%d/%s", i, path.buf);
            str_addc(&paths, '\0');
            if (rules && !rule.negated && rule_takes(&rule, path.buf)) {
                str_addf(&expected, "p%d/%s\n", i, path.buf);
                hits++;
            }
        }
    }
    FILE *f = fopen("paths", "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(paths.buf, 1, paths.len, f), paths.len);
    assert_int_equal(fclose(f), 0);
    put("ours", expected.buf);
    sh("git check-ignore --no-index -z --stdin <paths | tr '\\0' '\\n' >git; diff ours git >&2");
    assert_true(hits > 500);
    str_release(&pattern);
    str_release(&path);
    str_release(&paths);
    str_release(&expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_magic),
        cmocka_unit_test(test_hostile_patterns_are_bounded),
        cmocka_unit_test(test_rule_lines),
        cmocka_unit_test_setup_teardown(test_as_git_check_ignore, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
