#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

static void test_mem_never_null(void **state) {
    (void)state;
    void *data = mem_alloc(0);
    assert_non_null(data);
    data = mem_realloc(data, 0, 8);
    assert_non_null(data);
    mem_freep(&data);
    unsigned char *zeros = mem_zalloc(100, 3);
    for (size_t i = 0; i < 300; i++) {
        assert_int_equal(zeros[i], 0);
    }
    mem_freep(&zeros);
    char *text = mem_strndup("abc", 2);
    assert_string_equal(text, "ab");
    mem_freep(&text);
}

static void test_mem_overflow_ends_the_process(void **state) {
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(STDERR_FILENO);
        (void)mem_zalloc(SIZE_MAX / 2, 3);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 255);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mem_never_null),
        cmocka_unit_test(test_mem_overflow_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
