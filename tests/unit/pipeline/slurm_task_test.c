#include "../scratch.h"

#include "base/arena.h"
#include "base/err.h"
#include "doc/node.h"
#include "doc/read.h"
#include "batch/slurm.h"
#include "model/stage.h"
#include "pipeline/executor.h"
#include "pipeline/slurm_options.h"
#include "pipeline/slurm_task.h"

static void tasks_come_back_as_they_went(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const char *const commands[] = {"echo \"x\"", "false", NULL};
    const char *const env[] = {"A=b", NULL};
    struct dep dep = {.kind = DEP_FILE, .written = "in", .path = "in"};
    struct out out = {.written = "out", .path = "out", .persist = true};
    struct stage stage = {.file = "dvc.yaml",
                          .name = "one",
                          .wdir = "",
                          .cmd = "x",
                          .cmd_node = node_str(arena, "x"),
                          .deps = &dep,
                          .ndeps = 1,
                          .outs = &out,
                          .nouts = 1};
    struct exec_task task = {.commands = commands, .dir = "/r", .env = env, .stage = &stage};
    struct slurm_task one, two;
    const char *text;

    (void)state;
    assert_true(
        digest_from_text(&dep.recorded.digest, HASH_MD5, "d41d8cd98f00b204e9800998ecf8427e.dir"));
    slurm_task_from(&one, arena, &task);
    one.name = "cairn-x";
    one.index = 3;
    text = slurm_task_write(arena, &one);
    assert_int_equal(slurm_task_parse(&two, arena, text, strlen(text)), 0);
    assert_string_equal(two.name, "cairn-x");
    assert_int_equal(two.index, 3);
    assert_string_equal(two.address, "one");
    assert_string_equal(two.commands[1], "false");
    assert_null(two.commands[2]);
    assert_string_equal(two.env[0], "A=b");
    assert_true(digest_equal(&two.deps[0].digest, &dep.recorded.digest));
    assert_true(two.outs[0].keep);
    assert_true(node_equal(one.work, two.work));

    /* Other inputs are other work. */
    dep.recorded.digest.byte[0] ^= 1;
    slurm_task_from(&two, arena, &task);
    assert_false(node_equal(one.work, two.work));
}

static void results_come_back_as_they_went(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const off_t from[] = {0, 5, 9};
    struct slurm_path out = {.path = "out"};
    struct slurm_result one = {.job = "12_3",
                               .node = "n1",
                               .begun = 2,
                               .status = -9,
                               .from = from,
                               .seconds = 7,
                               .memory_max = 4096,
                               .outs = &out,
                               .nouts = 1};
    struct slurm_result two;
    char *text = arena_strdup(arena, slurm_result_write(arena, &one));

    (void)state;
    assert_int_equal(slurm_result_parse(&two, arena, text, strlen(text)), 0);
    assert_string_equal(two.job, "12_3");
    assert_int_equal(two.begun, 2);
    assert_int_equal(two.status, -9);
    assert_int_equal(two.from[2], 9);
    assert_int_equal(two.memory_max, 4096);
    assert_string_equal(two.outs[0].path, "out");

    /* Not whole, or changed. */
    for (size_t i = 0; i < strlen(text); i++) {
        assert_int_equal(slurm_result_parse(&two, arena, text, i), ERR_INVALID);
        err_clear();
    }
    *strchr(text, '7') = '8';
    assert_int_equal(slurm_result_parse(&two, arena, text, strlen(text)), ERR_INVALID);
    err_clear();
}

/* The ask of `meta: {slurm: TEXT}`; the error, or "". */
static const char *ask_of(struct slurm_ask *ask, bool *array, struct arena *arena,
                          const char *slurm) {
    const char *text = arena_printf(arena, "slurm: %s\n", slurm);
    struct node *meta;

    *ask = (struct slurm_ask){.mem = "1G"};
    assert_int_equal(yaml_read(&meta, arena, text, strlen(text), "x"), 0);
    if (slurm_options_meta(ask, array, arena, meta, "dvc.yaml")) {
        const char *said = arena_strdup(arena, err_text());
        err_clear();
        return said;
    }
    return "";
}

static void reads_what_a_stage_asks_for(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct slurm_ask ask;
    bool array;

    (void)state;
    assert_string_equal(ask_of(&ask, &array, arena,
                               "{cpus: 8, gpus: 1, time: '2:00:00', array: false, args: [-x, 3]}"),
                        "");
    assert_int_equal(ask.cpus, 8);
    assert_string_equal(ask.gpus, "1");
    assert_string_equal(ask.mem, "1G");
    assert_string_equal(ask.time, "2:00:00");
    assert_false(array);
    assert_int_equal(ask.args.len, 2);
    assert_string_equal(ask.args.at[1], "3");
    strv_release(&ask.args);

    assert_string_equal(ask_of(&ask, &array, arena, "{cpus: 0}"),
                        "dvc.yaml:1:15: meta.slurm.cpus has to be a whole number from 1 up");
    assert_non_null(strstr(ask_of(&ask, &array, arena, "{memory: 1G}"),
                           "dvc.yaml:1:9: meta.slurm has no key 'memory'"));
    assert_string_equal(ask_of(&ask, &array, arena, "{mem: [1]}"),
                        "dvc.yaml:1:14: meta.slurm.mem has to be text or a number");
    assert_string_equal(ask_of(&ask, &array, arena, "8"),
                        "dvc.yaml:1:8: meta.slurm has to be a mapping");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_come_back_as_they_went),
        cmocka_unit_test(results_come_back_as_they_went),
        cmocka_unit_test(reads_what_a_stage_asks_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
