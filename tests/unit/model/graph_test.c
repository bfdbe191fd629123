#include "project.h"

#include "model/graph.h"
#include "model/index.h"
#include "model/stage.h"

static struct index *idx;
static struct graph *graph;

static int build(const char *text) {
    graph_freep(&graph);
    index_freep(&idx);
    put("dvc.yaml", text);
    assert_int_equal(index_load(&idx, repo, NULL), 0);
    return graph_build(&graph, idx);
}

static int teardown(void **state) {
    graph_freep(&graph);
    index_freep(&idx);
    return project_teardown(state);
}

typedef int order_fn(struct stages *out, const struct graph *g, const struct stages *targets);

/* `targets` and `order` are names with blanks between. */
static void expect(order_fn *fn, const char *targets, const char *order) {
    struct stages named = {0}, out = {0};
    struct str seen = STR_INIT;
    char *words = strdup(targets), *rest = words;

    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        if (*word) {
            struct stage *s = index_find_stage(idx, "dvc.yaml", word);

            assert_non_null(s);
            vec_push(&named, s);
        }
    }
    assert_int_equal(fn(&out, graph, &named), 0);
    for (size_t i = 0; i < out.len; i++) {
        str_addf(&seen, "%s%s", i ? " " : "", out.at[i]->name);
    }
    assert_string_equal(seen.buf, order);
    str_release(&seen);
    vec_release(&named);
    vec_release(&out);
    free(words);
}

/* c needs b and a, b needs a; x and y stand apart. Written so that the order of the file is not
 * that of the run. */
#define CHAIN                                                                                      \
    "stages:\n  c: {cmd: x, deps: [b.out, a.out], outs: [c.out]}\n  y: {cmd: x, deps: [x.out]}\n"  \
    "  b: {cmd: x, deps: [a.out], outs: [b.out]}\n  a: {cmd: x, outs: [a.out]}\n  x: {cmd: x, "    \
    "outs: [x.out]}\n"

static void orders_stages(void **state) {
    (void)state;
    assert_int_equal(build(CHAIN), 0);
    expect(graph_order, "", "a b c x y");
    expect(graph_order, "b", "a b");
    expect(graph_order, "y b", "x y a b");
    expect(graph_downstream, "b", "b c");
    expect(graph_downstream, "a", "a b c");
    expect(graph_downstream, "x", "x y");
    expect(graph_pipeline, "", "a b c x y");
    expect(graph_pipeline, "b", "a b c");
    expect(graph_pipeline, "x b y", "x y a b c");
}

static void links_folders(void **state) {
    (void)state;
    assert_int_equal(build("stages:\n  in: {cmd: x, deps: [d/a/b]}\n  over: {cmd: x, deps: [e]}\n  "
                           "d: {cmd: x, outs: [d]}\n"
                           "  e2: {cmd: x, outs: [e/b/2]}\n  e1: {cmd: x, outs: [e/a/1]}\n  near: "
                           "{cmd: x, outs: [e-x]}\n"),
                     0);
    expect(graph_order, "in", "d in");
    expect(graph_order, "over", "e2 e1 over");
    expect(graph_order, "", "d in e2 e1 over near");
}

static void links_params_files(void **state) {
    (void)state;
    assert_int_equal(build("stages:\n  use: {cmd: x, params: [{made.yaml: [a]}]}\n  make: {cmd: x, "
                           "outs: [made.yaml]}\n"),
                     0);
    expect(graph_order, "use", "make use");
}

static void names_cycles(void **state) {
    (void)state;
    assert_error(build("stages:\n  a: {cmd: x, deps: [c.o], outs: [a.o]}\n  b: {cmd: x, deps: "
                       "[a.o], outs: [b.o]}\n"
                       "  c: {cmd: x, deps: [b.o], outs: [c.o]}\n  d: {cmd: x, deps: [c.o]}\n"),
                 ERR_FAILED, "dvc.yaml:2:6: stages depend on each other: 'a' -> 'c' -> 'b' -> 'a'");
    assert_error(build("stages:\n  a: {cmd: x, deps: [d/x], outs: [d]}\n"), ERR_FAILED,
                 "dvc.yaml:2:6: a stage depends on its own output: 'a' -> 'a'");
    assert_error(build("stages:\n  a: {cmd: x, outs: [d]}\n  b: {cmd: x, outs: [d/e]}\n"),
                 ERR_FAILED, "dvc.yaml:3:22: output 'd/e' of 'b' lies within output 'd' of 'a'");
}

static void walks_long_chains(void **state) {
    (void)state;
    struct str text = STR_INIT;
    struct stages out = {0};

    str_adds(&text, "stages:\n");
    for (int i = 20000; i > 0; i--) {
        str_addf(&text, "  s%d: {cmd: x, deps: [o%d], outs: [o%d]}\n", i, i - 1, i);
    }
    assert_int_equal(build(text.buf), 0);
    assert_int_equal(graph_order(&out, graph, NULL), 0);
    assert_int_equal(out.len, 20000);
    assert_string_equal(out.at[0]->name, "s1");
    assert_string_equal(out.at[19999]->name, "s20000");
    vec_release(&out);
    str_release(&text);
}

#define GRAPH_TEST(f) cmocka_unit_test_setup_teardown(f, project_setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        GRAPH_TEST(orders_stages), GRAPH_TEST(links_folders),     GRAPH_TEST(links_params_files),
        GRAPH_TEST(names_cycles),  GRAPH_TEST(walks_long_chains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
