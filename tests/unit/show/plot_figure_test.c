#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "show/html_text.h"
#include "show/plot_figure.h"
#include "show/plot_svg.h"

/* A figure of points that are written as JSON, of the revision "w". */
struct drawn {
    struct arena *arena;
    struct strv revs;
    struct figure figure;
};

static void draw(struct drawn *d, enum figure_kind kind, const char *json) {
    struct node *points;

    d->arena = arena_new();
    d->revs = (struct strv){0};
    vec_push(&d->revs, "w");
    assert_int_equal(json_read(&points, d->arena, json, strlen(json), "points"), 0);
    const struct figure_spec spec = {.kind = kind,
                                     .title = "t",
                                     .x = "x",
                                     .y = "y",
                                     .variant = "field",
                                     .revs = &d->revs,
                                     .points = points};

    figure_init(&d->figure, d->arena, &spec);
}

static void drawn_release(struct drawn *d) {
    figure_release(&d->figure);
    strv_release(&d->revs);
    arena_free(d->arena);
}

static void test_lines_go_by_x(void **state) {
    struct drawn d CLEANUP(drawn_release) = {0};
    const struct figure_series *s;

    (void)state;
    draw(&d, FIGURE_LINE,
         "[{\"rev\": \"w\", \"x\": \"2\", \"y\": 5}, {\"rev\": \"w\", \"x\": 1, \"y\": \"-0.5\"},"
         " {\"rev\": \"w\", \"x\": 3, \"y\": \"\"}, {\"rev\": \"w\", \"x\": 3, \"y\": 1e999}]");
    assert_int_equal(d.figure.series.len, 1);
    s = &d.figure.series.at[0];
    assert_int_equal(s->values.len, 2);
    assert_true(s->values.at[0].x == 1 && s->values.at[0].y == -0.5 && s->values.at[1].x == 2);
    assert_int_equal(d.figure.left_out, 2);
    assert_true(d.figure.x_min == 1 && d.figure.x_max == 2 && d.figure.y_max == 5);
    assert_string_equal(figure_series_name(&d.figure, d.arena, s), "w");
}

static void test_names_on_an_axis(void **state) {
    struct drawn d CLEANUP(drawn_release) = {0};

    (void)state;
    draw(&d, FIGURE_LINE,
         "[{\"rev\": \"w\", \"x\": \"2024-01\", \"y\": 1}, {\"rev\": \"w\", \"x\": \"2024-02\", "
         "\"y\": 2}]");
    assert_int_equal(d.figure.x_names.len, 2);
    assert_string_equal(d.figure.x_names.at[1], "2024-02");
    assert_true(d.figure.series.at[0].values.at[1].x == 1);
}

static void test_variants(void **state) {
    struct drawn d CLEANUP(drawn_release) = {0};

    (void)state;
    draw(&d, FIGURE_SCATTER,
         "[{\"rev\": \"w\", \"field\": \"a\", \"x\": 1, \"y\": 1},"
         " {\"rev\": \"w\", \"field\": \"b\", \"x\": 1, \"y\": 1}]");
    assert_int_equal(d.figure.series.len, 2);
    assert_int_equal(d.figure.series.at[1].variant_at, 1);
    assert_int_equal(d.figure.series.at[1].rev_at, 0);
    assert_string_equal(figure_series_name(&d.figure, d.arena, &d.figure.series.at[1]), "b");
}

static void test_bars_are_sorted_and_summed(void **state) {
    struct drawn d CLEANUP(drawn_release) = {0};

    (void)state;
    draw(&d, FIGURE_BARS_SORTED,
         "[{\"rev\": \"w\", \"x\": 1, \"y\": \"a\"}, {\"rev\": \"w\", \"x\": 5, \"y\": \"b\"},"
         " {\"rev\": \"w\", \"x\": 6, \"y\": \"a\"}, {\"rev\": \"w\", \"x\": 6, \"y\": \"c\"}]");
    assert_string_equal(d.figure.y_names.at[0], "a");
    assert_string_equal(d.figure.y_names.at[1], "c");
    assert_true(d.figure.series.at[0].values.at[0].x == 7);
    assert_true(d.figure.x_min == 0 && d.figure.x_max == 7);
}

static void test_matrices(void **state) {
    struct drawn d CLEANUP(drawn_release) = {0};
    const struct figure_series *s;

    (void)state;
    draw(&d, FIGURE_MATRIX_NORMALIZED,
         "[{\"rev\": \"w\", \"x\": 10, \"y\": \"n\"}, {\"rev\": \"w\", \"x\": 9, \"y\": \"n\"},"
         " {\"rev\": \"w\", \"x\": 9, \"y\": \"n\"}, {\"rev\": \"w\", \"x\": 9, \"y\": \"m\"}]");
    s = &d.figure.series.at[0];
    assert_string_equal(d.figure.x_names.at[0], "9"); /* as numbers, where they are */
    assert_true(s->cells[0] == 1 && s->cells[1] == 0);
    assert_true(fabs(s->cells[2] - 2.0 / 3) < 1e-9 && fabs(s->cells[3] - 1.0 / 3) < 1e-9);
}

static void test_one_value_is_drawn(void **state) {
    struct drawn d CLEANUP(drawn_release) = {0};
    struct str svg CLEANUP(str_release) = STR_INIT;

    (void)state;
    draw(&d, FIGURE_LINE, "[{\"rev\": \"<w>\", \"x\": 0, \"y\": 0}]");
    plot_svg(&svg, d.arena, &d.figure, "id");
    assert_non_null(strstr(svg.buf, "<circle cx=\""));
    assert_null(strstr(svg.buf, "nan"));
    assert_null(strstr(svg.buf, "<w>"));
}

static void test_ticks(void **state) {
    static const struct {
        double min, max;
        int wanted;
        double first, step;
        int count;
    } cases[] = {
        {0, 10, 5, 0, 2, 6}, {-0.3, 0.31, 6, -0.2, 0.2, 3}, {95, 1005, 6, 200, 200, 5},
        {1, 1, 5, 1, 1, 1},  {0, 1e-9, 4, 0, 5e-10, 3},
    };
    char number[FIGURE_NUMBER_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct figure_ticks t = figure_ticks(cases[i].min, cases[i].max, cases[i].wanted);

        assert_true(fabs(t.first - cases[i].first) <= 1e-9 * fabs(t.step));
        assert_true(fabs(t.step - cases[i].step) <= 1e-9 * t.step);
        assert_int_equal(t.count, cases[i].count);
    }
    assert_string_equal(figure_number(number, 1234567), "1.23457e+06");
    assert_string_equal(figure_number(number, -0.0), "0");
}

static void test_text_in_html(void **state) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str out CLEANUP(str_release) = STR_INIT;

    (void)state;
    html_text(&out, "a<b>&\"'\x1b\xff\xc3\xa9");
    assert_string_equal(out.buf, "a&lt;b&gt;&amp;&quot;&#39;\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9");
    str_clear(&out);
    html_json(&out, node_str(arena, "</script><!--"));
    assert_string_equal(out.buf, "\"\\u003c/script>\\u003c!--\"");
    str_clear(&out);
    html_data_uri(&out, "image/png", "\x89PNG", 4);
    html_data_uri(&out, "x", "abcde", 5);
    html_data_uri(&out, "x", "", 0);
    assert_string_equal(out.buf,
                        "data:image/png;base64,iVBORw==data:x;base64,YWJjZGU=data:x;base64,");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_go_by_x), cmocka_unit_test(test_names_on_an_axis),
        cmocka_unit_test(test_variants),      cmocka_unit_test(test_bars_are_sorted_and_summed),
        cmocka_unit_test(test_matrices),      cmocka_unit_test(test_one_value_is_drawn),
        cmocka_unit_test(test_ticks),         cmocka_unit_test(test_text_in_html),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
