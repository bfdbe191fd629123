#include "show/json.h"

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

static void write_all_kinds(struct json *j) {
    struct arena *arena = arena_new();
    struct node *list = node_list(arena);
    node_append(arena, list, node_int(arena, 1));
    node_append(arena, list, node_str(arena, "\"q\""));
    json_map(j, NULL);
    json_str(j, "é", "日\n\x7f");
    json_map(j, "empty");
    json_close(j);
    json_list(j, "l");
    json_int(j, NULL, -9223372036854775807 - 1);
    json_float(j, NULL, 1e-7);
    json_float(j, NULL, NAN);
    json_float(j, NULL, -INFINITY);
    json_float(j, NULL, 2);
    json_bool(j, NULL, true);
    json_null(j, NULL);
    json_str(j, NULL, NULL);
    json_close(j);
    json_node(j, "n", list);
    json_node(j, "none", NULL);
    json_list(j, "none here");
    json_close(j);
    json_close(j);
    arena_free(arena);
}

/* As Python's json.dumps prints the same value. */
static void test_document(void **state) {
    (void)state;
    struct show *s = show_new();
    struct captured c = capture_begin(STDOUT_FILENO);
    struct json *j = json_begin(s);
    write_all_kinds(j);
    json_end(j);
    int rc = show_flush(s);
    char *text = capture_end(&c);
    assert_int_equal(rc, 0);
    assert_string_equal(text, "{\"\\u00e9\": \"\\u65e5\\n\\u007f\", \"empty\": {}, "
                              "\"l\": [-9223372036854775808, 1e-07, NaN, -Infinity, 2.0, true, "
                              "null, null], \"n\": [1, \"\\\"q\\\"\"], \"none\": null, "
                              "\"none here\": []}\n");
    free(text);
    show_free(s);
}

static void test_end_closes_what_is_open(void **state) {
    (void)state;
    struct show *s = show_new();
    struct captured c = capture_begin(STDOUT_FILENO);
    struct json *j = json_begin(s);
    json_list(j, NULL);
    json_map(j, NULL);
    json_str(j, "a", "b");
    json_end(j);
    int rc = show_flush(s);
    char *text = capture_end(&c);
    assert_int_equal(rc, 0);
    assert_string_equal(text, "[{\"a\": \"b\"}]\n");
    free(text);
    show_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_end_closes_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
