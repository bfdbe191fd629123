/*
 * A repository without Git in the scratch folder, for tests of model/.
 */
#ifndef TESTS_MODEL_PROJECT_H
#define TESTS_MODEL_PROJECT_H

#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "model/repo.h"

static struct repo *repo;
static struct arena *arena;

__attribute__((unused)) static int project_setup(void **state) {
    int rc = scratch_setup(state);

    assert_int_equal(mkdir(at(".dvc"), 0777), 0);
    put(".dvc/config", "[core]\n    no_scm = True\n");
    assert_int_equal(repo_open(&repo, scratch, false), 0);
    arena = arena_new();
    return rc;
}

__attribute__((unused)) static int project_teardown(void **state) {
    arena_freep(&arena);
    repo_closep(&repo);
    return scratch_teardown(state);
}

/* The error of the thread is this text, and is taken off. */
__attribute__((unused)) static void assert_error(int rc, int code, const char *text) {
    assert_string_equal(err_text(), text);
    assert_int_equal(rc, code);
    err_clear();
}

#define PROJECT_TEST(f) cmocka_unit_test_setup_teardown(f, project_setup, project_teardown)

#endif
