#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/map.h"

static void test_map_keeps_order_and_replaces(void **state) {
    (void)state;
    struct map map = MAP_INIT;
    assert_null(map_get(&map, "x"));
    assert_false(map_has(&map, ""));
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    enum { COUNT = 5000 };
    static int values[COUNT];
    for (int i = 0; i < COUNT; i++) {
        assert_true(map_add(&map, arena_printf(arena, "key-%d", i), &values[i]));
    }
    assert_false(map_add(&map, "key-7", NULL));
    assert_int_equal(map.len, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_ptr_equal(map_get(&map, arena_printf(arena, "key-%d", i)), &values[i]);
        assert_ptr_equal(map.at[i].value, &values[i]);
    }
    map_put(&map, "key-7", &map);
    assert_ptr_equal(map_get(&map, "key-7"), &map);
    assert_int_equal(map.len, COUNT);
    map_put(&map, "key-7", NULL);
    assert_null(map_get(&map, "key-7"));
    map_put(&map, "new", &map);
    assert_string_equal(map.at[COUNT].key, "new");
    map_release(&map);
    assert_null(map_get(&map, "key-7"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_map_keeps_order_and_replaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
