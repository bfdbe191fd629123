#include "../scratch.h"

#include "pipeline/exec_local.h"

static void expect(const char *shell, bool no_config, const char *words) {
    const char *argv[EXEC_ARGV_MAX];
    char seen[200] = "";

    exec_shell_argv(argv, shell, no_config, "true");
    for (size_t i = 0; argv[i]; i++) {
        strcat(seen, i ? " " : "");
        strcat(seen, argv[i]);
    }
    assert_string_equal(seen, words);
}

static void shells_read_no_startup_files(void **state) {
    (void)state;
    expect("/bin/sh", false, "/bin/sh -c true");
    expect("/bin/bash", false, "/bin/bash --noprofile --norc -c true");
    expect("/usr/bin/zsh", false, "/usr/bin/zsh --no-rcs -c true");
    expect("fish", false, "fish -c true");
    expect("fish", true, "fish --no-config -c true");
    expect("/opt/bash/dash", true, "/opt/bash/dash -c true");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(shells_read_no_startup_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
