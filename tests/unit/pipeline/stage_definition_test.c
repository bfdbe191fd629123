#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/stage_add.h"
#include "pipeline/stage_definition.h"

#define WORDS(...)                                                                                 \
    ((struct strv){.at = (const char *[]){__VA_ARGS__},                                            \
                   .len = sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)})

static void joins_words_as_dvc_does(void **state) {
    (void)state;
    struct arena *arena = arena_new();

    assert_string_equal(stage_add_command(arena, &WORDS("echo one && two")), "echo one && two");
    assert_string_equal(stage_add_command(arena, &WORDS("echo", "several", "words")),
                        "echo several words");
    assert_string_equal(stage_add_command(arena, &WORDS("a", "two words", "q\"q", "it's", "")),
                        "a \"two words\" q\"q it's \"\"");
    assert_string_equal(stage_add_command(arena, &WORDS("a", "x \"y\"")), "a x \"y\"");
    arena_free(arena);
}

static struct out out(enum out_kind kind, const char *path, bool cache, bool persist) {
    return (struct out){.kind = kind,
                        .written = path,
                        .path = path,
                        .cache = cache,
                        .persist = persist,
                        .push = true};
}

static void expect(const struct stage_add_request *o, const struct stage *s, const char *old_text,
                   const char *text) {
    struct arena *arena = arena_new();
    struct repo r = {.cwd = "sub", .root = "/r"};
    struct str seen = STR_INIT;
    struct node *old = NULL;

    if (old_text) {
        assert_int_equal(yaml_read(&old, arena, old_text, strlen(old_text), "old"), 0);
    }
    yaml_write(&seen, stage_definition(arena, &r, o, s, old));
    assert_string_equal(seen.buf, text);
    str_release(&seen);
    arena_free(arena);
}

static void sorts_and_groups(void **state) {
    (void)state;
    struct stage_add_request o = {
        .name = "full",
        .command = WORDS("run it"),
        .params = WORDS("q.yaml:b,a", "p", "whole.json:", "n.lr,b", "q.yaml:c"),
        .desc = "does things",
        .always_changed = true,
    };
    struct dep deps[] = {{.written = "z", .path = "z"}, {.written = "../a", .path = "a"}};
    struct out outs[] = {
        out(OUT_PLAIN, "keep", true, true),   out(OUT_METRIC, "n.json", false, false),
        out(OUT_PLOT, "pl.csv", true, false), out(OUT_PLAIN, "b", false, true),
        out(OUT_PLAIN, "a", true, false),
    };
    struct stage s = {.wdir = "sub/dir", .deps = deps, .ndeps = 2, .outs = outs, .nouts = 5};

    expect(&o, &s, NULL,
           "desc: does things\ncmd: run it\nwdir: dir\ndeps:\n- ../a\n- z\n"
           "params:\n- b\n- n.lr\n- p\n- q.yaml:\n  - a\n  - b\n  - c\n- whole.json:\n"
           "outs:\n- a\n- b:\n    cache: false\n    persist: true\n- keep:\n    persist: true\n"
           "metrics:\n- n.json:\n    cache: false\nplots:\n- pl.csv\nalways_changed: true\n");
}

static void keeps_what_cannot_be_said(void **state) {
    (void)state;
    struct stage_add_request o = {.name = "s", .command = WORDS("run")};
    struct out outs[] = {out(OUT_PLAIN, "a", false, false), out(OUT_PLAIN, "new", true, false)};
    struct stage s = {.wdir = "sub", .outs = outs, .nouts = 2};

    expect(
        &o, &s,
        "desc: old words\ncmd: old\nfrozen: true\nouts:\n- a:\n    persist: true\n    push: false\n"
        "    remote: r\n    desc: about a\n- gone:\n    remote: r\nmeta: {who: me}\n",
        "desc: old words\ncmd: run\nouts:\n- a:\n    desc: about a\n    cache: false\n"
        "    remote: r\n    push: false\n- new\nmeta:\n  who: me\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_words_as_dvc_does),
        cmocka_unit_test(sorts_and_groups),
        cmocka_unit_test(keeps_what_cannot_be_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
