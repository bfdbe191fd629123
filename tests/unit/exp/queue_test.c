#include "../scratch.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "os/file.h"
#include "os/lock.h"
#include "git/gitref.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "model/repo.h"
#include "batch/slurm.h"
#include "exp/exp_ref.h"
#include "exp/queue.h"
#include "exp/queue_files.h"
#include "exp/queue_job.h"
#include "exp/queue_task.h"

static struct arena *arena;
static struct repo *r;
static struct gitrev head;

static int queue_setup(void **state) {
    int rc = scratch_setup(state);
    sh("git init -q -b main r && mkdir -p r/.dvc/tmp/exps/celery/broker/in && touch r/.dvc/config "
       "&& cd r && "
       "git commit -q --allow-empty -m 1");
    arena = arena_new();
    assert_int_equal(repo_open(&r, at("r"), false), 0);
    assert_int_equal(gitrev_find(&head, r->git, arena, "HEAD"), 0);
    return rc;
}

static int queue_teardown(void **state) {
    repo_close(r);
    arena_free(arena);
    return scratch_teardown(state);
}

/* Queues a task called `name`, whose stash commit is HEAD with another last digit. */
static void queue(const char *name, int number) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct queue_task task = {.name = name};
    struct queue_order order = {.wdir = "", .message = "why", .repro = {.force = true, .jobs = 3}};
    char id[QUEUE_ID_MAX];

    memcpy(task.rev, head.id, sizeof task.rev);
    task.rev[39] = (char)('0' + number);
    memcpy(task.baseline, head.id, sizeof task.baseline);
    vec_push(&order.repro.targets, "t");
    queue_task_id(id);
    queue_task_write(&text, r, id, &task, &order);
    vec_release(&order.repro.targets);
    put(arena_printf(arena, "r/.dvc/tmp/exps/celery/broker/in/%d_%s.celery.msg", number, id),
        text.buf);
}

static struct queue_tasks list(void) {
    struct queue_tasks tasks = {0};
    assert_int_equal(queue_list(&tasks, arena, r), 0);
    return tasks;
}

static void expect_state(const char *name, enum queue_state state) {
    struct queue_tasks tasks = list();
    assert_non_null(queue_find(&tasks, name, 1u << state));
    vec_release(&tasks);
}

static void test_order_survives(void **state) {
    (void)state;
    queue("one", 1);
    struct queue_tasks tasks = list();
    assert_int_equal(tasks.len, 1);
    const struct queue_task *t = &tasks.at[0];
    struct queue_order order CLEANUP(queue_order_release) = {0};
    assert_string_equal(t->name, "one");
    assert_int_equal(t->state, QUEUE_WAITING);
    assert_string_equal(t->baseline, head.id);
    assert_int_equal(queue_order_read(&order, t->ours), 0);
    assert_string_equal(order.message, "why");
    assert_int_equal(order.repro.targets.len, 1);
    assert_string_equal(order.repro.targets.at[0], "t");
    assert_true(order.repro.force && !order.repro.pull);
    assert_int_equal(order.repro.jobs, 3);
    vec_release(&tasks);
}

static void test_taken_in_order_and_once(void **state) {
    (void)state;
    queue("b", 2);
    queue("a", 1);
    struct queue_task first, second, none;
    struct file_lock one = FILE_LOCK_INIT, two = FILE_LOCK_INIT, three = FILE_LOCK_INIT;
    int attempt;
    bool found;
    assert_int_equal(queue_take(&first, &one, &attempt, &found, arena, r), 0);
    assert_true(found && attempt == 1);
    assert_string_equal(first.name, "a");
    expect_state("a", QUEUE_RUNNING);
    assert_int_equal(queue_take(&second, &two, &attempt, &found, arena, r), 0);
    assert_string_equal(second.name, "b");
    assert_int_equal(queue_take(&none, &three, &attempt, &found, arena, r), 0);
    assert_false(found);
    first.ref = exp_ref_name(arena, head.id, "a");
    assert_int_equal(queue_finish(r, &first), 0);
    expect_state("a", QUEUE_SUCCESS);
    second.ended = true;
    second.status = 255;
    assert_int_equal(queue_finish(r, &second), 0);
    expect_state("b", QUEUE_FAILED);
    file_lock_release(&one);
    file_lock_release(&two);
}

static void test_dead_are_tried_again(void **state) {
    (void)state;
    queue("dead", 1);
    struct queue_task task;
    int attempt;
    bool found;
    for (int i = 1; i <= QUEUE_TRIES; i++) {
        struct file_lock lock = FILE_LOCK_INIT;
        assert_int_equal(queue_take(&task, &lock, &attempt, &found, arena, r), 0);
        assert_true(found && attempt == i);
        file_lock_release(&lock); /* as if it were killed */
        expect_state("dead", QUEUE_WAITING);
    }
    struct file_lock lock = FILE_LOCK_INIT;
    assert_int_equal(queue_take(&task, &lock, &attempt, &found, arena, r), 0);
    assert_false(found);
    expect_state("dead", QUEUE_FAILED);
    char id[41];
    assert_int_equal(gitref_read(id, r->git, EXP_QUEUE_FAILED), 0);
}

static void test_given_back_does_not_count(void **state) {
    (void)state;
    queue("again", 1);
    struct queue_task task;
    int attempt;
    bool found;
    for (int i = 0; i < 2 * QUEUE_TRIES; i++) {
        struct file_lock lock = FILE_LOCK_INIT;
        assert_int_equal(queue_take(&task, &lock, &attempt, &found, arena, r), 0);
        assert_true(found && attempt == 1);
        assert_int_equal(queue_put_back(r, &task), 0);
        file_lock_release(&lock);
    }
}

static void test_a_job_owns_its_task(void **state) {
    (void)state;
    queue("far", 1);
    struct queue_task task, mine, none;
    struct file_lock lock = FILE_LOCK_INIT, here = FILE_LOCK_INIT;
    int attempt;
    bool found;
    assert_int_equal(queue_take(&task, &lock, &attempt, &found, arena, r), 0);
    task.job_name = "cairn-1-queue";
    task.job_index = 3;
    assert_int_equal(queue_note_job(r, &task), 0);
    file_lock_release(&lock); /* who handed it over is gone, and nobody here may take it */
    expect_state("far", QUEUE_WAITING);
    assert_int_equal(queue_take(&none, &here, &attempt, &found, arena, r), 0);
    assert_false(found);
    assert_int_equal(
        queue_job_take(&mine, &here, &attempt, &found, arena, r, task.file, "cairn-2-queue"), 0);
    assert_false(found);
    assert_int_equal(
        queue_job_take(&mine, &here, &attempt, &found, arena, r, task.file, "cairn-1-queue"), 0);
    assert_true(found && attempt == 1 && mine.job_index == 3);
    mine.pid = 12345;
    assert_int_equal(queue_note(r, &mine), 0);
    file_lock_release(&here);
    expect_state("far", QUEUE_RUNNING);
    /* The node fails, and the scheduler begins the job anew. */
    assert_int_equal(
        queue_job_take(&mine, &here, &attempt, &found, arena, r, task.file, "cairn-1-queue"), 0);
    assert_true(found && attempt == 2);
    file_lock_release(&here);
    /* Cancelled by hand: it is not tried again, and its log says why. */
    struct slurm_job job = {.id = 7, .index = 3, .state = SLURM_CANCELLED, .reason = "None"};
    struct str log CLEANUP(str_release) = STR_INIT;
    assert_int_equal(queue_job_lost(r, &mine, &job), 0);
    expect_state("far", QUEUE_FAILED);
    assert_int_equal(file_read(&log, AT_FDCWD, queue_file(arena, r, mine.rev, "out"), 1000), 0);
    assert_string_equal(log.buf, "The job 7_3 has ended: cancelled.\n");
}

static void test_what_dvc_took_is_left_alone(void **state) {
    (void)state;
    queue("theirs", 1);
    sh("cd r/.dvc/tmp/exps/celery/broker && mkdir processed && mv in/* processed/");
    expect_state("theirs", QUEUE_RUNNING);
    struct queue_task task;
    struct file_lock lock = FILE_LOCK_INIT;
    int attempt;
    bool found;
    assert_int_equal(queue_take(&task, &lock, &attempt, &found, arena, r), 0);
    assert_false(found);
}

#define QUEUE_TEST(fn) cmocka_unit_test_setup_teardown(fn, queue_setup, queue_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        QUEUE_TEST(test_order_survives),       QUEUE_TEST(test_taken_in_order_and_once),
        QUEUE_TEST(test_dead_are_tried_again), QUEUE_TEST(test_given_back_does_not_count),
        QUEUE_TEST(test_a_job_owns_its_task),  QUEUE_TEST(test_what_dvc_took_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
