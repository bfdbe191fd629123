#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "model/configobj.h"
#include "model/configobj_edit.h"

static struct arena *arena;
static struct configobj parsed;

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    configobj_release(&parsed);
    arena_free(arena);
    err_clear();
    return 0;
}

static int parse(const char *text) {
    configobj_release(&parsed);
    return configobj_parse(&parsed, arena, text, strlen(text), "f");
}

static const char *value(const char *kind, const char *name, const char *option) {
    const struct configobj_option *o =
        configobj_option(configobj_section(&parsed, kind, name), option);
    return o ? o->value : NULL;
}

static void assert_value(const char *written, const char *want, bool is_list) {
    const char *text = arena_printf(arena, "[s]\n    k = %s\n    after = 1\n", written);
    if (parse(text)) {
        fail_msg("%s: %s", written, err_text());
    }
    const struct configobj_option *o = configobj_option(configobj_section(&parsed, "s", NULL), "k");
    assert_non_null(o);
    assert_string_equal(o->value, want);
    assert_int_equal(o->is_list, is_list);
    assert_string_equal(value("s", NULL, "after"), "1");
}

static void reads_values(void **state) {
    (void)state;
    static const struct {
        const char *written, *value;
        bool is_list;
    } cases[] = {
        {"a b", "a b", false},
        {"\"a, b\"", "a, b", false},
        {"'say \"hi\"'", "say \"hi\"", false},
        {"it's", "it's", false},
        {"a # comment", "a", false},
        {"a#comment", "a", false},
        {"\"a # b\" # c", "a # b", false},
        {"", "", false},
        {"\"\"", "", false},
        {"# only a comment", "", false},
        {"a=b", "a=b", false},
        {"[x]", "[x]", false},
        {"a, b", "a,b", true},
        {"a,", "a", true},
        {",", "", true},
        {"a , \"b, c\" # d", "a,b, c", true},
        {"\"a\"b\"", "a\"b", false},
        {"'''tr'ip\"le'''", "tr'ip\"le", false},
        {"\"\"\"two\n  lines\"\"\" # c", "two\n  lines", false},
        {"'''x''''", "x'", false},
        {"e\xcc\x81\xc3\xa9", "e\xcc\x81\xc3\xa9", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_value(cases[i].written, cases[i].value, cases[i].is_list);
    }
}

static void reads_sections(void **state) {
    (void)state;
    assert_int_equal(
        parse("top = 1\r\n[Core]\r\nRemote=x\r\n  ['remote \"My One\"'] # c\n\turl = u\n"
              "[db \"d\"]\nurl = e\n[remote]\n[[two]]\nurl = v\n[[[deep]]]\nx = 1\n"
              "[core]\nremote = y\nREMOTE = z\n[ \"a]b\" ]\n"),
        0);
    assert_string_equal(value("", NULL, "top"), "1");
    assert_string_equal(value("core", NULL, "remote"), "z"); /* the last spelling counts */
    assert_string_equal(value("remote", "my one", "url"), "u");
    assert_string_equal(value("remote", "two", "url"), "v");
    assert_string_equal(value("db", "d", "url"), "e");
    assert_null(value("remote", "two.deep", "x"));
    assert_non_null(configobj_section(&parsed, "a]b", NULL));
    assert_null(configobj_section(&parsed, "b", NULL));
    assert_int_equal(configobj_section(&parsed, "remote", "my one")->line, 4);
}

static void names_the_line_of_an_error(void **state) {
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"[a]\nx\n", "f:2: neither a [section] nor an option = value"},
        {"[a\n", "f:1: neither a [section] nor an option = value"},
        {"= v\n", "f:1: neither a [section] nor an option = value"},
        {"[a]\n[[[b]]]\n", "f:2: the section is nested deeper than the one above it allows"},
        {"[a]]\n", "f:1: the brackets of the section do not match"},
        {"[a]\nk = 1\n[b]\n[a]\n", "f:4: a section of this name stands above already"},
        {"[a]\nk = 1\nk = 2\n", "f:3: an option of this name stands above already"},
        {"[a]\n\nk = \"x\n", "f:3: the quotes do not match"},
        {"[a]\nk = 'x' y\n", "f:2: the quotes do not match"},
        {"[a]\nk = a,,b\n", "f:2: a comma without a value before it"},
        {"[a]\nk = '''x\ny\n", "f:2: the three quotes are never closed"},
        {"[a]\nk = '''x\ny''' z\n", "f:3: something follows the closing quotes"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(parse(cases[i].text), ERR_CONFIG);
        assert_string_equal(err_text(), cases[i].error);
        err_clear();
    }
    configobj_release(&parsed);
    assert_int_equal(configobj_parse(&parsed, arena, "a\0b", 3, "f"), ERR_CONFIG);
    err_clear();
    configobj_release(&parsed);
    assert_int_equal(configobj_parse(&parsed, arena, "[\xff]\n", 4, "f"), ERR_CONFIG);
}

/* The text after an edit; checked to be readable. */
static const char *edited(struct str *out, int rc) {
    assert_int_equal(rc, 0);
    const char *text = arena_strdup(arena, out->buf);
    str_release(out);
    assert_int_equal(parse(text), 0);
    return text;
}

static const char *set(const char *text, const char *kind, const char *name, const char *option,
                       const char *to) {
    struct str out = STR_INIT;
    assert_int_equal(parse(text), 0);
    const char *after = edited(&out, configobj_set(&out, &parsed, kind, name, option, to));
    assert_string_equal(value(kind, name, option), to);
    return after;
}

static const char *unset(const char *text, const char *kind, const char *name, const char *option) {
    struct str out = STR_INIT;
    assert_int_equal(parse(text), 0);
    configobj_unset(&out, &parsed, kind, name, option);
    return edited(&out, 0);
}

static const char *rename_section(const char *text, const char *kind, const char *name,
                                  const char *to) {
    struct str out = STR_INIT;
    assert_int_equal(parse(text), 0);
    return edited(&out, configobj_rename(&out, &parsed, kind, name, to));
}

static void writes_as_dvc_from_nothing(void **state) {
    (void)state;
    const char *text = set("", "cache", NULL, "type", "reflink,copy");
    text = set(text, "remote", "b", "url", "s3://b");
    text = set(text, "core", NULL, "remote", "b");
    text = set(text, "db", "d", "url", "x");
    text = set(text, "remote", "a", "url", "abc # \"q\"");
    text = set(text, "remote", "b", "region", "");
    assert_string_equal(
        text, "[cache]\n    type = \"reflink,copy\"\n[core]\n    remote = b\n['remote \"b\"']\n"
              "    url = s3://b\n    region = \"\"\n['remote \"a\"']\n    url = 'abc # \"q\"'\n"
              "['db \"d\"']\n    url = x\n");
    text = rename_section(text, "remote", "b", "c");
    text = unset(text, "cache", NULL, "type");
    text = unset(text, "db", "d", "url"); /* a named section stays */
    assert_string_equal(
        text,
        "[core]\n    remote = b\n['remote \"a\"']\n    url = 'abc # \"q\"'\n['remote \"c\"']\n"
        "    url = s3://b\n    region = \"\"\n['db \"d\"']\n");
    assert_string_equal(unset("[core]\n    x = 1\n", "core", NULL, "x"), "\n");
    assert_string_equal(set("\n", "core", NULL, "x", "1"), "[core]\n    x = 1\n");
}

static void quotes_as_needed(void **state) {
    (void)state;
    static const struct {
        const char *value, *written;
    } cases[] = {
        {"it's", "it's"},
        {" sp", "\" sp\""},
        {"'q'", "\"'q'\""},
        {"a'b\"c", "'''a'b\"c'''"},
        {"x#y", "\"x#y\""},
        {"l1\nl2", "'''l1\nl2'''"},
        {"\"\"\"", "'\"\"\"'"},
        {"a\"b'''c", "\"\"\"a\"b'''c\"\"\""},
        {"=", "="},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_string_equal(set("", "s", NULL, "k", cases[i].value),
                            arena_printf(arena, "[s]\n    k = %s\n", cases[i].written));
    }
    static const char *const never[] = {"a\rb", "a\x01", "'''\"\"\"'"};
    for (size_t i = 0; i < COUNT_OF(never); i++) {
        struct str out CLEANUP(str_release) = STR_INIT;
        assert_int_equal(configobj_set(&out, &parsed, "s", NULL, "k", never[i]), ERR_CONFIG);
        err_clear();
    }
    struct str out CLEANUP(str_release) = STR_INIT;
    assert_int_equal(configobj_set(&out, &parsed, "remote", "it's", "k", "v"), ERR_CONFIG);
}

static void keeps_what_people_wrote(void **state) {
    (void)state;
    const char *text = "# ours\n\n[core]   # main\nremote=one#x\n\n# about two\n[remote "
                       "\"two\"]\n\n  url   =  a  # there\n"
                       "  # options\n  jobs = '''1'''\n# end\n";
    assert_string_equal(set(text, "core", NULL, "remote", "two"),
                        "# ours\n\n[core]   # main\nremote= two#x\n\n# about two\n[remote "
                        "\"two\"]\n\n  url   =  a  # "
                        "there\n  # options\n  jobs = '''1'''\n# end\n");
    assert_string_equal(set(text, "remote", "two", "jobs", "4"),
                        "# ours\n\n[core]   # main\nremote=one#x\n\n# about two\n[remote "
                        "\"two\"]\n\n  url   =  a  # "
                        "there\n  # options\n  jobs = 4\n# end\n");
    assert_string_equal(set(text, "cache", NULL, "dir", "d"),
                        "# ours\n\n[core]   # main\nremote=one#x\n[cache]\n    dir = d\n\n# about "
                        "two\n[remote \"two\"]\n"
                        "\n  url   =  a  # there\n  # options\n  jobs = '''1'''\n# end\n");
    assert_string_equal(set(text, "remote", "two", "region", "r"),
                        "# ours\n\n[core]   # main\nremote=one#x\n\n# about two\n[remote "
                        "\"two\"]\n\n  url   =  a  # "
                        "there\n  # options\n  jobs = '''1'''\n  region = r\n# end\n");
    assert_string_equal(
        unset(text, "remote", "two", "url"),
        "# ours\n\n[core]   # main\nremote=one#x\n\n# about two\n[remote \"two\"]\n\n  # options\n"
        "  jobs = '''1'''\n# end\n");
    assert_string_equal(rename_section(text, "remote", "two", "three"),
                        "# ours\n\n[core]   # main\nremote=one#x\n\n# about two\n['remote "
                        "\"three\"']\n\n  url   =  a  # "
                        "there\n  # options\n  jobs = '''1'''\n# end\n");
    assert_string_equal(set("[core]\r\nremote = a\r\n", "core", NULL, "x", "1"),
                        "[core]\r\nremote = a\r\nx = 1\r\n");
    assert_string_equal(set("[core]\nremote = a", "cache", NULL, "x", "1"),
                        "[core]\nremote = a\n[cache]\n    x = 1\n");
    assert_string_equal(unset("[core]\n# why\nremote = a\n", "core", NULL, "remote"),
                        "[core]\n# why\n");
    assert_string_equal(set(text, "core", NULL, "remote", "one"), text);
}

static void moves_a_renamed_section_with_its_comment(void **state) {
    (void)state;
    assert_string_equal(
        rename_section("# top\n\n# first\n[remote \"a\"] # x\nurl = 1\n[remote \"b\"]\nurl = 2\n"
                       "[db \"a\"]\nurl = 3",
                       "remote", "a", "z"),
        "# top\n\n[remote \"b\"]\nurl = 2\n# first\n['remote \"z\"'] # x\nurl = 1\n[db \"a\"]\nurl "
        "= 3");
    assert_string_equal(
        rename_section("[remote \"a\"]\nurl = 1\n[remote \"b\"]\nurl = 2", "remote", "a", "z"),
        "[remote \"b\"]\nurl = 2\n['remote \"z\"']\nurl = 1\n");
    assert_string_equal(rename_section("[remote]\n[[a]]\nurl = 1\n", "remote", "a", "z"),
                        "[remote]\n[[\"z\"]]\nurl = 1\n");
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(reads_values),
        CASE(reads_sections),
        CASE(names_the_line_of_an_error),
        CASE(writes_as_dvc_from_nothing),
        CASE(quotes_as_needed),
        CASE(keeps_what_people_wrote),
        CASE(moves_a_renamed_section_with_its_comment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
