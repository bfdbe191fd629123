#include "../scratch.h"

#include "base/arena.h"
#include "batch/slurm.h"
#include "batch/slurm_parse.h"

static void reads_lines_of_squeue(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct slurm_job job;

    (void)state;
    assert_true(slurm_parse_queue(&job, arena,
                                  "11|3|CANCELLED|36608|1-02:03:04|localhost|JobArrayTaskLimit|"));
    assert_int_equal(job.id, 11);
    assert_int_equal(job.index, 3);
    assert_int_equal(job.state, SLURM_CANCELLED);
    assert_int_equal(job.status, 143);
    assert_int_equal(job.elapsed, 93784);
    assert_string_equal(job.reason, "JobArrayTaskLimit");

    assert_true(slurm_parse_queue(&job, arena, "8|N/A|OUT_OF_MEMORY|9|0:04||None|"));
    assert_int_equal(job.index, SLURM_NO_INDEX);
    assert_int_equal(job.state, SLURM_OUT_OF_MEMORY);
    assert_int_equal(job.status, -9);
    assert_string_equal(job.reason, "");
    assert_string_equal(job.node, "");

    /* A state that nobody has heard of has not ended. */
    assert_true(slurm_parse_queue(&job, arena, "8|N/A|COMPLETING|0|0:04|n1|None|"));
    assert_false(slurm_has_ended(job.state));
    assert_true(slurm_parse_queue(&job, arena, "8|N/A|COMPLETED|0|0:04|n1|None|"));
    assert_int_equal(job.state, SLURM_DONE);
}

static void refuses_what_is_no_job(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    static const char *const lines[] = {
        "",
        "slurm_load_jobs error: Invalid job id specified",
        "0|N/A|RUNNING|0|0:04|n1|None|",
        "8|x|RUNNING|0|0:04|n1|None|",
        "8|-2|RUNNING|0|0:04|n1|None|",
        "8|N/A|RUNNING|70000|0:04|n1|None|",
        "8|N/A|RUNNING|0|0:04",
        "99999999999999999999999|N/A|RUNNING|0|0:04|n1|None|",
    };
    struct slurm_job job;
    bool step;

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_false(slurm_parse_queue(&job, arena, lines[i]));
        assert_false(slurm_parse_account(&job, &step, arena, lines[i]));
    }
}

static void reads_lines_of_sacct(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct slurm_job job;
    bool step;

    (void)state;
    assert_true(slurm_parse_account(&job, &step, arena, "12_3|CANCELLED by 1000|3:0|61|node1|"));
    assert_false(step);
    assert_int_equal(job.id, 12);
    assert_int_equal(job.index, 3);
    assert_int_equal(job.state, SLURM_CANCELLED);
    assert_int_equal(job.status, 3);
    assert_int_equal(job.elapsed, 61);
    assert_true(slurm_parse_account(&job, &step, arena, "12.batch|COMPLETED|0:9|61|node1|1.5M"));
    assert_true(step);
    assert_int_equal(job.status, -9);
    assert_int_equal(job.memory_max, 1572864);
}

static void reads_ids(void **state) {
    uint64_t id;

    (void)state;
    assert_true(slurm_parse_id(&id, "123\n"));
    assert_int_equal(id, 123);
    assert_true(slurm_parse_id(&id, "7;cluster\n"));
    assert_int_equal(id, 7);
    assert_false(slurm_parse_id(&id, ""));
    assert_false(slurm_parse_id(&id, "0"));
    assert_false(slurm_parse_id(&id, "12x"));
}

static void shortens_complaints(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(slurm_parse_complaint(arena,
                                              "sbatch: error: invalid partition specified: nope\n"
                                              "sbatch: error: Batch job submission failed: Invalid "
                                              "partition name specified\n"),
                        "invalid partition specified: nope; Invalid partition name specified");
    assert_string_equal(slurm_parse_complaint(arena, "\n"), "it does not say why");
}

static void names_jobs(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(slurm_name(arena, "3f9a", "sub/dvc.yaml:fe@a,b c"),
                        "cairn-3f9a-sub-dvc.yaml:fe@a-b-c");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines_of_squeue), cmocka_unit_test(refuses_what_is_no_job),
        cmocka_unit_test(reads_lines_of_sacct),  cmocka_unit_test(reads_ids),
        cmocka_unit_test(shortens_complaints),   cmocka_unit_test(names_jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
