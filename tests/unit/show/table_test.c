#include "show/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "doc/node.h"
#include "captured.h"
#include "show/out.h"

static void expect_table(struct table *t, bool markdown, const char *expected) {
    struct show *s = show_new();
    struct captured c = capture_begin(STDOUT_FILENO);
    table_print(t, s, markdown);
    int rc = show_flush(s);
    char *text = capture_end(&c);
    assert_int_equal(rc, 0);
    assert_string_equal(text, expected);
    free(text);
    show_free(s);
    table_free(t);
}

static struct table *metrics_table(void) {
    struct table *t = table_new();
    table_column(t, "Path");
    table_column(t, "acc");
    table_column(t, "loss");
    table_row(t);
    table_cell(t, "m.json");
    table_cell_float(t, 0.123456789, 5);
    table_cell(t, "-");
    table_row(t);
    table_cell(t, "m2.json");
    table_cell_value(t, NULL, 5);
    table_cell_float(t, 1e-7, 5);
    return t;
}

/* Both as `dvc metrics show` prints them. */
static void test_plain(void **state) {
    (void)state;
    expect_table(metrics_table(), false,
                 "Path     acc      loss\n"
                 "m.json   0.12346  -\n"
                 "m2.json  -        0.0\n");
}

static void test_markdown(void **state) {
    (void)state;
    expect_table(metrics_table(), true,
                 "| Path    | acc     | loss   |\n"
                 "|---------|---------|--------|\n"
                 "| m.json  | 0.12346 | -      |\n"
                 "| m2.json | -       | 0.0    |\n"
                 "\n");
}

static void test_empty(void **state) {
    (void)state;
    struct table *t = table_new();
    table_column(t, "Path");
    expect_table(t, false, "");
    t = table_new();
    table_column(t, "Path");
    table_column(t, "HEAD");
    expect_table(t, true, "| Path   | HEAD   |\n|--------|--------|\n\n");
}

static void test_wide_characters_take_two_columns(void **state) {
    (void)state;
    struct table *t = table_new();
    table_column(t, "z");
    table_column(t, "日本");
    table_row(t);
    table_cell(t, "日本語");
    table_cell(t, "é");
    expect_table(t, false, "z       日本\n日本語  é\n");
}

static void test_short_rows_and_odd_cells(void **state) {
    (void)state;
    struct table *t = table_new();
    table_column(t, "a");
    table_column(t, "b");
    table_row(t);
    table_cell(t, "  blanks around\t");
    table_row(t);
    table_cell(t, "two\nlines \033[31m");
    table_cell(t, "x");
    expect_table(t, false,
                 "a                    b\n"
                 "blanks around        -\n"
                 "two\\nlines \\x1b[31m  x\n");
}

static void test_without_titles(void **state) {
    (void)state;
    struct table *t = table_new();
    table_untitled(t, TABLE_RIGHT);
    table_untitled(t, TABLE_LEFT);
    table_untitled(t, TABLE_LEFT);
    table_keep_blanks(t);
    table_row(t);
    table_cell(t, "1");
    table_cell(t, "-");
    table_cell(t, "    x");
    table_row(t);
    table_cell(t, "144");
    table_cell(t, "b1b1");
    table_cell(t, "y");
    expect_table(t, false, "  1  -         x\n144  b1b1  y\n");
}

static void test_values_are_python_text(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct node *list = node_list(arena);
    node_append(arena, list, node_float(arena, 0.123456));
    node_append(arena, list, node_str(arena, "x"));
    struct node *map = node_map(arena);
    node_put(arena, map, "k", node_float(arena, 2.0));
    struct table *t = table_new();
    const char *const titles[] = {"1", "2", "3", "4", "5", "6", "7"};
    for (size_t i = 0; i < 7; i++) {
        table_column(t, titles[i]);
    }
    table_row(t);
    table_cell_value(t, node_bool(arena, true), 5);
    table_cell_value(t, node_null(arena), 5);
    table_cell_value(t, list, 3);
    table_cell_value(t, map, 3);
    table_cell_value(t, node_float(arena, 123456789.123), 5);
    table_cell_value(t, node_float(arena, 0.123456789), -1);
    table_cell_float(t, NAN, 5);
    expect_table(t, false,
                 "1     2    3             4           5              6            7\n"
                 "True  -    [0.123, 'x']  {'k': 2.0}  123456789.123  0.123456789  nan\n");
    assert_true(list->list.at[0]->real > 0.1234); /* the value itself is not rounded */
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_wide_characters_take_two_columns),
        cmocka_unit_test(test_short_rows_and_odd_cells),
        cmocka_unit_test(test_without_titles),
        cmocka_unit_test(test_values_are_python_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
