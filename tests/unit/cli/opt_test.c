#include "cli/opt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "cli/cmd.h"

struct args {
    bool force, relink;
    int jobs, verbose;
    const char *name, *rev, *type;
    struct strv deps, targets;
};

#define AT(member) offsetof(struct args, member)

static const char *const types[] = {"csv", "json", NULL};
static const struct opt table[] = {
    {'f', "force", OPT_FLAG, AT(force), .help = "f"},
    {0, "relink", OPT_FLAG, AT(relink), .help = "r"},
    {0, "no-relink", OPT_UNSET, AT(relink), .help = "r"},
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "j"},
    {'n', "name", OPT_TEXT, AT(name), "<name>", .help = "n"},
    {0, "name-only", OPT_FLAG, AT(force), .alias = "names-only", .help = "n"},
    {0, "rev", OPT_MAYBE, AT(rev), "<rev>", .help = "r"},
    {'t', "type", OPT_TEXT, AT(type), .choices = types, .help = "t"},
    {'d', "deps", OPT_LIST, AT(deps), "<path>", .help = "d"},
    {0, "targets", OPT_MANY, AT(targets), "<path>", .help = "t"},
    {'v', "verbose", OPT_COUNT, AT(verbose), .help = "v"},
    OPT_END,
};

/* The line is split at '|'. */
struct parsed {
    char line[256];
    const char *argv[32];
    size_t argc;
    struct args args;
    struct opt_result result;
    int rc;
};

static void parse_mode(struct parsed *p, const char *line, enum opt_words mode) {
    memset(p, 0, sizeof *p);
    (void)snprintf(p->line, sizeof p->line, "%s", line);
    for (char *at = p->line; at && *line; p->argc++) {
        p->argv[p->argc] = at;
        at = strchr(at, '|');
        if (at) {
            *at++ = '\0';
        }
    }
    struct opt_set set = {table, &p->args};
    p->rc = opt_parse(&p->result, &set, 1, mode, p->argv, p->argc);
}

static void parse(struct parsed *p, const char *line) {
    parse_mode(p, line, OPT_WORDS_ANYWHERE);
}

static void expect_words(const struct strv *words, const char *expected) {
    char text[256] = "";
    for (size_t i = 0; i < words->len; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? "|" : "",
                       words->at[i]);
    }
    assert_string_equal(text, expected);
}

static void drop(struct parsed *p) {
    opt_result_release(&p->result);
    opt_set_release(&(struct opt_set){table, &p->args});
    err_clear();
}

static void expect_error(const char *line, const char *text) {
    struct parsed p;
    parse(&p, line);
    assert_int_equal(p.rc, ERR_USAGE);
    assert_string_equal(err_text(), text);
    drop(&p);
}

static void test_kinds(void **state) {
    (void)state;
    struct parsed p;
    parse(&p, "-f|--jobs|3|--name=x=y|--rev|HEAD|-d|a|--deps|b|-t|json|-vv|--verbose");
    assert_int_equal(p.rc, 0);
    assert_true(p.args.force);
    assert_int_equal(p.args.jobs, 3);
    assert_string_equal(p.args.name, "x=y");
    assert_string_equal(p.args.rev, "HEAD");
    assert_string_equal(p.args.type, "json");
    assert_int_equal(p.args.verbose, 3);
    expect_words(&p.args.deps, "a|b");
    expect_words(&p.result.words, "");
    drop(&p);
}

static void test_words_and_options_mix(void **state) {
    (void)state;
    struct parsed p;
    parse(&p, "a|-f|b|-|-5|-1.5e3|--|-f|--|c");
    assert_int_equal(p.rc, 0);
    expect_words(&p.result.words, "a|b|-|-5|-1.5e3|-f|--|c");
    drop(&p);
}

static void test_letters(void **state) {
    (void)state;
    struct parsed p;
    parse(&p, "-vfj4|-nx|-d=y|-j|-7");
    assert_int_equal(p.rc, 0);
    assert_true(p.args.force);
    assert_int_equal(p.args.jobs, -7);
    assert_string_equal(p.args.name, "x");
    expect_words(&p.args.deps, "y");
    drop(&p);
}

static void test_long_names_may_be_cut_short(void **state) {
    (void)state;
    struct parsed p;
    parse(&p, "--fo|--no-r|--na|x|--names");
    assert_int_equal(p.rc, ERR_USAGE); /* --na: name or name-only */
    drop(&p);
    parse(&p, "--forc|--rel|--name|x|--names");
    assert_int_equal(p.rc, 0);
    assert_true(p.args.relink);
    assert_string_equal(p.args.name, "x");
    drop(&p);
    expect_error("--re", "option --re could be any of --relink, --rev");
}

static void test_last_of_a_pair_wins(void **state) {
    (void)state;
    struct parsed p;
    parse(&p, "--no-relink|--relink");
    assert_true(p.args.relink);
    drop(&p);
    parse(&p, "--relink|--no-relink");
    assert_false(p.args.relink);
    drop(&p);
}

static void test_optional_and_many_values(void **state) {
    (void)state;
    struct parsed p;
    parse(&p, "--rev|-f|--targets|a|b|-f|w|--targets|--targets=c|x");
    assert_int_equal(p.rc, 0);
    assert_string_equal(p.args.rev, "");
    expect_words(&p.args.targets, "a|b|c");
    expect_words(&p.result.words, "w|x");
    drop(&p);
    parse(&p, "--targets|a|--|w");
    expect_words(&p.args.targets, "a");
    expect_words(&p.result.words, "w");
    drop(&p);
}

static void test_text_with_blanks(void **state) {
    (void)state;
    struct parsed p;
    parse(&p, "-ntwo words|--rev=two words|-x y|--no such");
    assert_int_equal(p.rc, 0);
    assert_string_equal(p.args.name, "two words");
    assert_string_equal(p.args.rev, "two words");
    expect_words(&p.result.words, "-x y|--no such");
    drop(&p);
}

static void test_where_words_end_it(void **state) {
    (void)state;
    struct parsed p;
    parse_mode(&p, "-f|sub|-j", OPT_WORDS_STOP);
    assert_int_equal(p.rc, 0);
    assert_int_equal(p.result.used, 1);
    drop(&p);
    parse_mode(&p, "-d|x|python|-f|--|--nope", OPT_WORDS_REST);
    assert_int_equal(p.rc, 0);
    assert_false(p.args.force);
    expect_words(&p.result.words, "python|-f|--|--nope");
    drop(&p);
}

static void test_errors(void **state) {
    (void)state;
    expect_error("-j", "option -j/--jobs: a value is missing");
    expect_error("-j|-f", "option -j/--jobs: a value is missing");
    expect_error("--jobs=x", "option -j/--jobs: not a whole number: 'x'");
    expect_error("-j|99999999999", "option -j/--jobs: not a whole number: '99999999999'");
    expect_error("--force=3", "option -f/--force: takes no value, but was given '3'");
    expect_error("-t|xml", "option -t/--type: there is no choice 'xml'");
}

static void test_unknown_options(void **state) {
    (void)state;
    struct parsed p;
    parse(&p, "--forse|a|-fz");
    assert_int_equal(p.rc, 0);
    assert_true(p.args.force);
    struct opt_set set = {table, &p.args};
    assert_int_equal(opt_unknown_error(&p.result, &set, 1), ERR_USAGE);
    assert_string_equal(err_text(), "unknown options --forse -fz");
    assert_string_equal(err_hint_text(), "did you mean --force?");
    drop(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_words_and_options_mix),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_long_names_may_be_cut_short),
        cmocka_unit_test(test_last_of_a_pair_wins),
        cmocka_unit_test(test_optional_and_many_values),
        cmocka_unit_test(test_text_with_blanks),
        cmocka_unit_test(test_where_words_end_it),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_unknown_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
