#include "show/dag_draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "captured.h"
#include "show/out.h"

enum form { ASCII, DOT, MERMAID };

static char *draw(enum form form, const char *const *names, size_t n, const struct dag_edge *edges,
                  size_t nedges) {
    struct show *s = show_new();
    struct captured c = capture_begin(STDOUT_FILENO);
    if (form == ASCII) {
        dag_draw_ascii(s, names, n, edges, nedges);
    } else if (form == DOT) {
        dag_draw_dot(s, names, n, edges, nedges);
    } else {
        dag_draw_mermaid(s, names, n, edges, nedges, true);
    }
    int rc = show_flush(s);
    char *text = capture_end(&c);
    show_free(s);
    assert_int_equal(rc, 0);
    return text;
}

static void expect_drawing(enum form form, const char *const *names, size_t n,
                           const struct dag_edge *edges, size_t nedges, const char *expected) {
    char *text = draw(form, names, n, edges, nedges);
    assert_string_equal(text, expected);
    free(text);
}

/* These two are as `dvc dag` prints them, blanks at the ends of lines included. */
static void test_chain(void **state) {
    (void)state;
    const char *const names[] = {"prep", "featurize"};
    const struct dag_edge edges[] = {{0, 1}, {0, 1}};
    expect_drawing(ASCII, names, 2, edges, 2,
                   "  +------+     \n"
                   "  | prep |     \n"
                   "  +------+     \n"
                   "      *        \n"
                   "      *        \n"
                   "      *        \n"
                   "+-----------+  \n"
                   "| featurize |  \n"
                   "+-----------+  \n");
}

static void test_diamond(void **state) {
    (void)state;
    const char *const names[] = {"prep", "a", "bbbb", "ev"};
    const struct dag_edge edges[] = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};
    expect_drawing(ASCII, names, 4, edges, 4,
                   "    +------+        \n"
                   "    | prep |        \n"
                   "    +------+        \n"
                   "     *     *        \n"
                   "    *       *       \n"
                   "   *         *      \n"
                   "+---+     +------+  \n"
                   "| a |     | bbbb |  \n"
                   "+---+     +------+  \n"
                   "     *     *        \n"
                   "      *   *         \n"
                   "       * *          \n"
                   "     +----+         \n"
                   "     | ev |         \n"
                   "     +----+         \n");
}

static void test_parts_and_odd_names(void **state) {
    (void)state;
    const char *const names[] = {"日本", "a\nb"};
    expect_drawing(ASCII, names, 2, NULL, 0,
                   "+------+ \n"
                   "| 日本 | \n"
                   "+------+ \n"
                   "+------+ \n"
                   "| a\\nb | \n"
                   "+------+ \n");
    expect_drawing(ASCII, NULL, 0, NULL, 0, "\n");
}

static void test_cycle_is_listed(void **state) {
    (void)state;
    const char *const names[] = {"a", "b"};
    const struct dag_edge edges[] = {{0, 1}, {1, 0}};
    expect_drawing(ASCII, names, 2, edges, 2, "a\n    needs b\nb\n    needs a\n");
}

static void test_dot(void **state) {
    (void)state;
    const char *const names[] = {"a", "say \"b\"", "c"};
    const struct dag_edge edges[] = {{1, 2}, {0, 2}, {0, 1}, {0, 1}};
    expect_drawing(DOT, names, 3, edges, 4,
                   "strict digraph {\n\"a\";\n\"say \\\"b\\\"\";\n\"c\";\n"
                   "\"a\" -> \"say \\\"b\\\"\";\n\"a\" -> \"c\";\n"
                   "\"say \\\"b\\\"\" -> \"c\";\n}\n\n");
}

static void test_mermaid(void **state) {
    (void)state;
    const char *const names[] = {"z", "lone", "a"};
    const struct dag_edge edges[] = {{0, 2}};
    expect_drawing(MERMAID, names, 3, edges, 1,
                   "```mermaid\nflowchart TD\n\tnode1[\"a\"]\n\tnode2[\"z\"]\n\tnode2-->node1\n"
                   "\tnode3[\"lone\"]\n```\n");
}

/* A box of every name stands whole in the picture: nothing is drawn over another. */
static void test_boxes_do_not_overlap(void **state) {
    (void)state;
    enum { N = 300 };
    char text[N][8], box[N][16];
    const char *names[N];
    struct dag_edge edges[3 * N];
    size_t nedges = 0;
    unsigned seed = 12345;
    for (size_t i = 0; i < N; i++) {
        (void)snprintf(text[i], sizeof text[i], "s%zu", i);
        (void)snprintf(box[i], sizeof box[i], "| %s |", text[i]);
        names[i] = text[i];
        for (int k = 0; i && k < 3; k++) {
            seed = seed * 1103515245 + 12345;
            edges[nedges++] = (struct dag_edge){(seed >> 16) % i, i};
        }
    }
    char *drawing = draw(ASCII, names, N, edges, nedges);
    for (size_t i = 0; i < N; i++) {
        const char *first = strstr(drawing, box[i]);
        assert_non_null(first);
        assert_null(strstr(first + 1, box[i]));
    }
    char *again = draw(ASCII, names, N, edges, nedges);
    assert_string_equal(drawing, again);
    free(again);
    free(drawing);
}

/* All pairs of 1,000 nodes would take 166 million bends: listed, at once. */
static void test_too_large_for_a_picture(void **state) {
    (void)state;
    enum { N = 1000 };
    const char **names = mem_zalloc(N, sizeof *names);
    struct dag_edge *edges = mem_zalloc((size_t)N * N / 2, sizeof *edges);
    size_t nedges = 0;
    for (size_t i = 0; i < N; i++) {
        names[i] = "x";
        for (size_t k = 0; k < i; k += 3) {
            edges[nedges++] = (struct dag_edge){k, i};
        }
    }
    char *drawing = draw(ASCII, names, N, edges, nedges);
    assert_int_equal(strncmp(drawing, "x\nx\n    needs x\n", 16), 0);
    free(drawing);
    free(edges);
    free(names);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_diamond),
        cmocka_unit_test(test_parts_and_odd_names),
        cmocka_unit_test(test_cycle_is_listed),
        cmocka_unit_test(test_dot),
        cmocka_unit_test(test_mermaid),
        cmocka_unit_test(test_boxes_do_not_overlap),
        cmocka_unit_test(test_too_large_for_a_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
