#include "project.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <fcntl.h>

#include "base/vec.h"
#include "model/repo_lock.h"

/* Another process that holds a flock as DVC does; ends with its pipe. */
struct holder {
    pid_t pid;
    int pipe;
};

static struct holder hold(const char *name) {
    int ready[2], stay[2];
    char c;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(stay), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(stay[1]);
        int fd = open(at(name), O_RDWR | O_CREAT, 0666);
        if (fd >= 0 && flock(fd, LOCK_EX) == 0 && dprintf(fd, " %ld\n", (long)getpid()) > 0 &&
            write(ready[1], "x", 1) == 1) {
            (void)!read(stay[0], &c, 1);
        }
        _exit(0);
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    close(ready[0]);
    close(ready[1]);
    close(stay[0]);
    return (struct holder){pid, stay[1]};
}

static void let_go(struct holder h) {
    close(h.pipe);
    waitpid(h.pid, NULL, 0);
}

static void assert_error_has(int rc, int code, const char *part) {
    assert_int_equal(rc, code);
    if (!strstr(err_text(), part)) {
        fail_msg("\"%s\" lacks \"%s\"", err_text(), part);
    }
    err_clear();
}

static void excludes_other_processes(void **state) {
    (void)state;
    struct repo_lock lock = {.file = FILE_LOCK_INIT};
    char pid[32];
    assert_int_equal(repo_lock_take(&lock, repo, 1), 0);
    snprintf(pid, sizeof pid, " %ld\n", (long)getpid());
    assert_file(".dvc/tmp/lock", pid);
    repo_lock_release(&lock);
    struct holder h = hold(".dvc/tmp/lock");
    snprintf(pid, sizeof pid, "%ld", (long)h.pid);
    assert_error_has(repo_lock_take(&lock, repo, 0.2), ERR_LOCKED, pid);
    let_go(h);
    assert_int_equal(repo_lock_take(&lock, repo, 1), 0);
    repo_lock_pause(&lock);
    let_go(hold(".dvc/tmp/lock"));
    assert_int_equal(repo_lock_resume(&lock), 0);
    repo_lock_release(&lock);
    repo_lock_release(&lock);
}

static void follows_no_planted_link(void **state) {
    (void)state;
    struct repo_lock lock = {.file = FILE_LOCK_INIT};
    struct strv none = {0};
    sh("rm -rf .dvc/tmp && mkdir out && ln -s ../out .dvc/tmp");
    assert_int_equal(repo_lock_take(&lock, repo, 1), ERR_FAILED);
    err_clear();
    assert_int_equal(rwlock_take(repo, "dvc repro", &none, &none), ERR_FAILED);
    err_clear();
    sh("rm .dvc/tmp && mkdir .dvc/tmp && ln -s ../../out/lock .dvc/tmp/lock");
    assert_true(repo_lock_take(&lock, repo, 1) < 0);
    err_clear();
    sh("test -z \"$(ls out)\"");
}

static void take(const char *read, const char *write, int rc) {
    struct strv r = {0}, w = {0};
    if (read) {
        vec_push(&r, read);
    }
    if (write) {
        vec_push(&w, write);
    }
    int got = rwlock_take(repo, "dvc repro", &r, &w);
    if (rc) {
        assert_error_has(got, rc, "dvc other");
    } else {
        assert_int_equal(got, 0);
        assert_int_equal(rwlock_release(repo, &r, &w), 0);
    }
    vec_release(&r);
    vec_release(&w);
}

static void shares_paths_with_dvc(void **state) {
    (void)state;
    char text[512];
    struct strv read = {0}, write = {0};
    vec_push(&read, "/r/in");
    vec_push(&write, "/r/out");
    assert_int_equal(rwlock_take(repo, "dvc repro", &read, &write), 0);
    snprintf(text, sizeof text,
             "{\"write\": {\"/r/out\": {\"pid\": %ld, \"cmd\": \"dvc repro\"}}, \"read\": "
             "{\"/r/in\": [{\"pid\": %ld, "
             "\"cmd\": \"dvc repro\"}]}}",
             (long)getpid(), (long)getpid());
    assert_file(".dvc/tmp/rwlock", text);
    assert_int_equal(rwlock_release(repo, &read, &write), 0);
    assert_file(".dvc/tmp/rwlock", NULL);
    vec_release(&read);
    vec_release(&write);
}

static void keeps_away_from_the_paths_of_others(void **state) {
    (void)state;
    char text[512], seen[600];
    /* our parent lives; process 2^22 is beyond what the kernel gives */
    snprintf(text, sizeof text,
             "{\"read\": {\"/r/in\": [{\"pid\": %ld, \"cmd\": \"dvc other\"}, {\"pid\": 4194304, "
             "\"cmd\": \"dead\"}]},"
             " \"write\": {\"/r/dir/out\": {\"pid\": %ld, \"cmd\": \"dvc other\"}, \"/r/old\": "
             "{\"pid\": 4194304, "
             "\"cmd\": \"dead\"}}}",
             (long)getppid(), (long)getppid());
    sh("mkdir -p .dvc/tmp");
    put(".dvc/tmp/rwlock", text);
    take("/r/dir/out", NULL, ERR_LOCKED);
    take(NULL, "/r/dir/out", ERR_LOCKED);
    take("/r/dir", NULL, ERR_LOCKED);
    take(NULL, "/r/dir/out/below", ERR_LOCKED);
    take(NULL, "/r/in", ERR_LOCKED);
    take("/r/in", "/r/dir/out2", 0);
    take("/r/dir/ou", "/r/old", 0);
    snprintf(seen, sizeof seen,
             "{\"write\": {\"/r/dir/out\": {\"pid\": %ld, \"cmd\": \"dvc other\"}}, \"read\": "
             "{\"/r/in\": [{\"pid\": %ld,"
             " \"cmd\": \"dvc other\"}]}}",
             (long)getppid(), (long)getppid());
    assert_file(".dvc/tmp/rwlock", seen);
    put(".dvc/tmp/rwlock", "{\"write\": torn");
    take("/r/in", "/r/dir", 0);
    put(".dvc/tmp/rwlock",
        "{\"write\": [], \"read\": {\"/r/in\": {\"pid\": \"x\"}, \"/r/x\": [1, null]}}");
    take("/r/in", "/r/x", 0);
}

static void with_hardlinks(void) {
    put(".dvc/config", "[core]\n    no_scm = True\n    hardlink_lock = true\n");
    repo_closep(&repo);
    assert_int_equal(repo_open(&repo, scratch, false), 0);
}

static void takes_hardlink_locks(void **state) {
    (void)state;
    with_hardlinks();
    struct repo_lock lock = {.file = FILE_LOCK_INIT};
    struct stat st;
    assert_int_equal(repo_lock_take(&lock, repo, 1), 0);
    assert_int_equal(stat(at(".dvc/tmp/lock"), &st), 0);
    assert_int_equal(st.st_nlink, 2); /* what DVC looks at */
    repo_lock_release(&lock);
    sh("test -z \"$(ls .dvc/tmp)\"");
    /* a claim of DVC, alive for a year */
    sh("cd .dvc/tmp && printf %%s \"$PWD/claim.lock\" >claim.lock && touch -d '+365 days' "
       "claim.lock && ln claim.lock lock");
    assert_error_has(repo_lock_take(&lock, repo, 0.2), ERR_LOCKED, "held");
    sh("test \"$(ls .dvc/tmp | tr '\\n' ' ')\" = 'claim.lock lock '");
    /* its year is over */
    sh("cd .dvc/tmp && touch -d '-1 day' claim.lock");
    assert_int_equal(repo_lock_take(&lock, repo, 1), 0);
    repo_lock_release(&lock);
    /* one of ours that died */
    sh("cd .dvc/tmp && printf '%%s\\n4194304 %%s' \"$PWD/claim.lock\" \"$(hostname)\" >claim.lock "
       "&&"
       " touch -d '+365 days' claim.lock && ln claim.lock lock");
    assert_int_equal(repo_lock_take(&lock, repo, 1), 0);
    repo_lock_release(&lock);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        PROJECT_TEST(excludes_other_processes), PROJECT_TEST(follows_no_planted_link),
        PROJECT_TEST(shares_paths_with_dvc),    PROJECT_TEST(keeps_away_from_the_paths_of_others),
        PROJECT_TEST(takes_hardlink_locks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
