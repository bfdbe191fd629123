#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "model/lockscan.h"

/* "name:start-end …|end", or "no". */
static void expect(const char *text, const char *found) {
    struct arena *arena = arena_new();
    struct lockscan scan = {0};
    struct str seen = STR_INIT;

    if (lockscan_read(&scan, arena, text, strlen(text))) {
        for (size_t i = 0; i < scan.entries.len; i++) {
            str_addf(&seen, "%s:%zu-%zu ", scan.entries.at[i].name, scan.entries.at[i].start,
                     scan.entries.at[i].end);
        }
        str_addf(&seen, "|%zu", scan.end);
    } else {
        str_adds(&seen, "no");
    }
    assert_string_equal(seen.buf, found);
    lockscan_release(&scan);
    arena_free(arena);
    str_release(&seen);
}

#define HEAD "schema: '2.0'\nstages:\n"

static void finds_entries(void **state) {
    (void)state;
    expect(HEAD "  a:\n    cmd: x\n", "a:22-38 |38");
    expect(HEAD "  a:\n    cmd: x\n  b c:\n    cmd: y\n", "a:22-38 b c:38-56 |56");
    expect(HEAD "  'it''s: x':\n    cmd: x\n", "it's: x:22-47 |47");
    expect(HEAD "  f@1:\n    cmd: x\ndatasets:\n- name: d\n", "f@1:22-40 |40");
    expect("schema: '2.0'\ndatasets:\n- name: d\n  type: dvc\nstages:\n  a:\n    cmd: x\n",
           "a:54-70 |70");
}

static void follows_long_texts(void **state) {
    (void)state;
    expect(HEAD "  a:\n    cmd: echo\n      'x: y' > z # no\n", "no"); /* a comment */
    expect(HEAD "  a:\n    cmd: echo\n      'x: y' > z\n      {a [b\n    deps:\n    - path: x\n",
           "a:22-94 |94");
    expect(HEAD "  a:\n    cmd: 'echo: x\n      b'\n    outs: []\n", "a:22-67 |67");
    expect(HEAD "  a:\n    cmd: \"echo \\\"\n      b\\\n      c\"\n", "a:22-63 |63");
    expect(HEAD "  a:\n    cmd: x\n    params:\n      p.yaml:\n        'q: r': 's\n          t'\n  "
                "      u: {}\n",
           "a:22-110 |110");
    expect(HEAD "  a:\n    cmd:\n    - echo a\n      b: c\n    - 'x\n      y'\n", "a:22-78 |78");
}

static void leaves_alone_what_others_wrote(void **state) {
    (void)state;
    static const char *const cases[] = {
        "",
        "schema: '2.0'\n",
        "schema: '2.0'\nstages: {}\n",
        HEAD,
        HEAD "  a:\n    cmd: x", /* no newline at the end */
        HEAD "# note\n  a:\n    cmd: x\n",
        HEAD "  a:\n    cmd: x # note\n",
        HEAD "  a:\n\n    cmd: x\n",
        HEAD "  a:\r\n    cmd: x\r\n",
        HEAD "  a: {cmd: x}\n",
        HEAD "  a: &x\n    cmd: x\n",
        HEAD "  \"a\":\n    cmd: x\n",
        HEAD "  a:\n    cmd: |\n      x\n",
        HEAD "  a:\n    cmd: [x,\n      y]\n",
        HEAD "  a:\n   cmd: x\n",
        HEAD "    a:\n        cmd: x\n",
        HEAD "  a:\n    cmd: 'x\n  b:\n    '\n", /* a name within a text */
        HEAD "  a:\n    cmd: 'x\n",
        HEAD "  a:\n    cmd: x\nstages:\n  b:\n    cmd: y\n",
        "---\n" HEAD "  a:\n    cmd: x\n",
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect(cases[i], "no");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_entries),
        cmocka_unit_test(follows_long_texts),
        cmocka_unit_test(leaves_alone_what_others_wrote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
