#include "../scratch.h"

#include "base/arena.h"
#include "doc/node.h"
#include "exp/table.h"

static void which_metrics_descend(void **state) {
    (void)state;
    assert_true(exp_metric_descends("train.Loss"));
    assert_true(exp_metric_descends("rmse"));
    assert_true(exp_metric_descends("time.train"));
    assert_false(exp_metric_descends("acc"));
    assert_false(exp_metric_descends("f1"));
}

static void values_as_cells(void **state) {
    (void)state;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct node *list = node_list(arena);
    node_append(arena, list, node_int(arena, 8));
    node_append(arena, list, node_float(arena, 0.123456789));
    assert_string_equal(exp_value_text(arena, node_float(arena, 1234567.891), 5), "1.2346e+06");
    assert_string_equal(exp_value_text(arena, node_float(arena, 1234567.891), -1), "1234567.891");
    assert_string_equal(exp_value_text(arena, node_float(arena, 1.0), 5), "1");
    assert_string_equal(exp_value_text(arena, node_bool(arena, true), 5), "True");
    assert_string_equal(exp_value_text(arena, list, 5), "[8, '0.12346']");
    assert_string_equal(exp_value_text(arena, list, -1), "[8, 0.123456789]");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_metrics_descend),
        cmocka_unit_test(values_as_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
