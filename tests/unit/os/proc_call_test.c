#include "../scratch.h"

#include "base/arena.h"
#include "base/err.h"
#include "os/proc.h"
#include "os/proc_call.h"

static void test_what_it_said(void **state) {
    (void)state;
    struct proc_call c;
    proc_call_init(&c, "sh", 100);
    proc_call_add(&c, "-c");
    proc_call_add_all(&c, (const char *const[]){"echo $0 $1; echo $X >&2; exit 3",
                                                arena_printf(c.arena, "o%s", "ne"), "two", NULL});
    static const char *const env[] = {"X=why", NULL};
    assert_int_equal(proc_call_run(&c, &(struct proc_spec){.env = env}), 0);
    assert_int_equal(c.status, 3);
    assert_string_equal(c.answer.buf, "one two\n");
    assert_false(c.answer.overflow);
    assert_string_equal(c.complaint.buf, "why\n");
    proc_call_release(&c);
}

static void test_more_than_is_wanted(void **state) {
    (void)state;
    struct proc_call c;
    proc_call_init(&c, "seq", 100);
    proc_call_add(&c, "1000");
    assert_int_equal(proc_call_run(&c, &(struct proc_spec){0}), 0);
    assert_int_equal(c.status, 0);
    assert_true(c.answer.overflow && c.answer.len <= 100);
    proc_call_release(&c);
}

static void test_no_such_program(void **state) {
    (void)state;
    struct proc_call c;
    proc_call_init(&c, "no-such-program", 8);
    assert_int_equal(proc_call_run(&c, &(struct proc_spec){0}), ERR_NOT_FOUND);
    err_clear();
    proc_call_release(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_it_said, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_more_than_is_wanted, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_no_such_program, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
