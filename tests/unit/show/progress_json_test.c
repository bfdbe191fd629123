#include "show/progress_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "job/progress.h"

#include "captured.h"

static int count(const char *text, const char *part) {
    int n = 0;

    for (; (text = strstr(text, part)); text++) {
        n++;
    }
    return n;
}

static void test_each_phase_begins_and_ends(void **state) {
    (void)state;
    struct progress p = {0};
    struct captured c = capture_begin(STDERR_FILENO);
    struct progress_json *j = progress_json_start(&p);

    progress_phase(&p, "Looking", 2, 0);
    progress_add(&p, 2, 7);
    progress_request(&p, false);
    progress_phase(&p, "Sending", 1, 100);
    progress_request(&p, true);
    progress_json_failed("a\"b\n", "00ff", "it \\ broke");
    progress_json_result(j, false, 3, 4096, 1);
    progress_json_stop(j);
    char *text = capture_end(&c);

    assert_int_equal(count(text, "\n"), 6);
    assert_int_equal(count(text, "{\"event\": \"begin\", \"phase\": "), 2);
    assert_non_null(strstr(text, "{\"event\": \"begin\", \"phase\": \"Looking\", \"items\": 0, "
                                 "\"items_total\": 2, \"bytes\": 0, \"bytes_total\": 0, "
                                 "\"requests\": 0, \"repeats\": 0, \"seconds\": 0.0"));
    assert_non_null(strstr(text, "{\"event\": \"end\", \"phase\": \"Looking\", \"items\": 2, "
                                 "\"items_total\": 2, \"bytes\": 7, \"bytes_total\": 0, "
                                 "\"requests\": 1, \"repeats\": 0, "));
    assert_non_null(strstr(text, "{\"event\": \"failed\", \"path\": \"a\\\"b\\n\", "
                                 "\"digest\": \"00ff\", \"why\": \"it \\\\ broke\"}\n"));
    assert_non_null(strstr(text, "{\"event\": \"result\", \"ok\": false, \"moved\": 3, "
                                 "\"bytes\": 4096, \"failed\": 1, \"requests\": 2, "
                                 "\"repeats\": 1}\n"));
    free(text);
}

static void test_it_ticks_and_lets_go(void **state) {
    (void)state;
    struct progress p = {0};
    struct captured c = capture_begin(STDERR_FILENO);
    struct progress_json *j = progress_json_start(&p);

    progress_phase(&p, "Sending", 1, 0);
    for (int i = 0; i < 100 && lseek(STDERR_FILENO, 0, SEEK_END) < 200; i++) {
        (void)usleep(50000);
    }
    progress_json_stop(j);
    progress_phase(&p, "Unwatched", 1, 0);
    char *text = capture_end(&c);

    assert_true(count(text, "\"progress\"") >= 1);
    assert_int_equal(count(text, "\"end\""), 1);
    assert_null(strstr(text, "Unwatched"));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_phase_begins_and_ends),
        cmocka_unit_test(test_it_ticks_and_lets_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
