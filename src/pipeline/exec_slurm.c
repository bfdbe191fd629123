#include "pipeline/exec_slurm.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/signal.h"
#include "os/stat.h"
#include "doc/node.h"
#include "batch/slurm.h"
#include "store/folder.h"
#include "model/config.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/executor.h"
#include "pipeline/slurm_flight.h"
#include "pipeline/slurm_group.h"
#include "pipeline/slurm_task.h"

#define MS             INT64_C(1000000) /* nanoseconds */
#define LOOK_NS        (100 * MS)       /* between looks at the folder of what has ended */
#define ASK_NS         (1000 * MS)  /* until squeue is asked for the first time; then it doubles */
#define POLL_NS        (10000 * MS) /* up to this, or exec.slurm.poll */
#define CANCEL_NS      (500 * MS)   /* while jobs are being cancelled */
#define CANCEL_MAX     (60000 * MS) /* for so long: Slurm kills what does not end after KillWait */
#define GRACE_NS       (60000 * MS) /* for the result of a job that has ended */
#define GRACE_SHORT_NS (15000 * MS) /* for one that will hardly come */
#define RETRY_NS       (5000 * MS)  /* between tries to reach the controller */
#define ROOM_MAX       1000         /* jobs in flight: clusters limit them per user, too */
#define OLD_SECONDS    (14 * 24 * 3600)

struct cluster {
    struct executor base;
    struct exec_slurm_options o;
    struct slurm_place place;
    struct arena *arena;
    struct slurm_script script;
    struct flights flights;
    struct map held; /* key -> struct flight *, found before its task began */
    size_t room;     /* jobs at a time: each has a folder that is open */
    int64_t poll_ns, timeout_ns;
    int64_t ask_ns, ask_after_ns, retry_ns, cancelled_ns;
    bool silent; /* the controller did not answer the last time */
};

static int cluster_holds(bool *yes, struct executor *e, struct exec_task *task) {
    struct cluster *c = (struct cluster *)e;
    struct flight *f;
    int rc = flight_new(&f, &c->place, task);

    *yes = false;
    if (rc) {
        return rc;
    }
    if ((rc = flight_find_earlier(yes, f)) || !*yes) {
        flight_free(f);
        return rc;
    }
    map_put(&c->held, arena_strdup(c->arena, f->key), f);
    return 0;
}

static void tell_attached(const struct flight *f) {
    const char *where = f->job.node[0] ? arena_printf(f->arena, " on %s", f->job.node) : "";

    log_info("Stage '%s' goes on as job %s%s (%s)", f->order.address, flight_ref(f), where,
             slurm_state_name(f->job.state));
}

static void find_before(const struct cluster *c, struct flight *f) {
    for (struct exec_task *const *t = f->task->after; t && *t; t++) {
        for (size_t i = 0; i < c->flights.len; i++) {
            if (c->flights.at[i]->task == *t) {
                vec_push(&f->after, c->flights.at[i]);
            }
        }
    }
}

static int cluster_start(struct executor *e, struct exec_task *task) {
    struct cluster *c = (struct cluster *)e;
    const char *key;
    struct flight *f;
    int rc;

    task->output = -1;
    task->begun = 0;
    task->status = 0;
    key = slurm_task_key(c->arena, c->place.repo, stage_address(task->stage, c->arena, ""));
    f = map_get(&c->held, key);
    if (f) {
        map_put(&c->held, key, NULL);
        flight_take_off(f);
        tell_attached(f);
    } else if ((rc = flight_new(&f, &c->place, task))) {
        return rc;
    }
    f->task = task;
    find_before(c, f);
    vec_push(&c->flights, f);
    return 0;
}

/* ---- handing over */

/* The controller does not answer: that passes. True: wait for it. */
static bool note_silence(struct cluster *c, int rc) {
    if (rc != ERR_LOCKED) {
        return false;
    }
    if (!c->silent) {
        log_warn("%s; trying again until it answers", err_text());
    }
    err_clear();
    c->silent = true;
    return true;
}

/* Those whose answer was lost may have a job. */
static int hand_over(uint64_t *id, struct flights *group, struct cluster *c, size_t first) {
    int rc = 0;

    *id = 0;
    if (c->flights.at[first]->tried) {
        rc = flights_find(id, group, &c->flights, first);
    }
    if (rc || *id) {
        return rc;
    }
    vec_clear(group);
    flights_like(group, &c->flights, first);
    return flights_submit(id, group, &c->script);
}

static void submit_group(struct cluster *c, size_t first) {
    struct flights group = {0};
    uint64_t id;
    int rc = hand_over(&id, &group, c, first);

    if (!rc) {
        c->silent = false;
        flights_take_off(&group, id);
        c->ask_after_ns = ASK_NS;
        c->ask_ns = clock_monotonic_ns() + c->ask_after_ns;
    } else if (note_silence(c, rc)) {
        c->retry_ns = clock_monotonic_ns() + RETRY_NS;
        for (size_t i = 0; i < group.len; i++) {
            group.at[i]->tried = true;
        }
    } else {
        for (size_t i = 0; i < group.len; i++) {
            flight_land_failed(group.at[i], err_text());
        }
        err_clear();
    }
    vec_release(&group);
}

static void submit_waiting(struct cluster *c) {
    if (clock_monotonic_ns() < c->retry_ns) {
        return;
    }
    for (size_t i = 0; i < c->flights.len && !signal_cancelled(); i++) {
        struct flight *f = c->flights.at[i];

        if (f->state == FLIGHT_WAITS && flight_is_ready(f) && clock_monotonic_ns() >= c->retry_ns) {
            submit_group(c, i);
        }
    }
}

/* How long what is there after the end may still change: a result comes late over a network file system (of a
 * command that failed, too), and a job whose node failed is started again. */
static int64_t time_to_settle(const struct slurm_job *j) {
    switch (j->state) {
    case SLURM_DONE:
    case SLURM_UNKNOWN:
        return GRACE_NS;
    case SLURM_NODE_FAILED:
        return GRACE_SHORT_NS;
    case SLURM_FAILED:
        return j->status == 1 ? GRACE_SHORT_NS : 0; /* 1: exec-stage itself says so */
    case SLURM_PENDING:
    case SLURM_RUNNING:
    case SLURM_OUT_OF_MEMORY:
    case SLURM_OUT_OF_TIME:
    case SLURM_CANCELLED:
        break;
    }
    return 0;
}

static void judge(struct cluster *c, struct flight *f) {
    int64_t now = clock_monotonic_ns();
    bool patient;

    if (f->job.state == SLURM_PENDING && f->after.len) {
        f->began_ns = now; /* it does not wait for the cluster */
    }
    if (f->job.state == SLURM_PENDING) {
        if (c->timeout_ns > 0 && now - f->began_ns > c->timeout_ns) {
            const char *why =
                arena_printf(f->arena, "job %s waited for %s without starting; Slurm says: %s",
                             flight_ref(f), flight_time(f->arena, c->timeout_ns / (1000 * MS)),
                             f->job.reason[0] ? f->job.reason : "nothing");
            if (slurm_cancel(&f->job, 1)) {
                err_clear();
            }
            flight_land_failed(f, why);
        }
        return;
    }
    if (slurm_is_alive(f->job.state) || flight_follow_claim(f)) {
        f->ended_ns = 0;
        return;
    }
    f->ended_ns = f->ended_ns ? f->ended_ns : now;
    patient = !c->cancelled_ns && now - f->ended_ns < time_to_settle(&f->job);
    if (flight_take_result(f, patient) || patient) {
        return;
    }
    flight_land_lost(f);
}

/* Asks Slurm for all that fly. */
static void ask_all(struct cluster *c) {
    struct slurm_job *jobs CLEANUP(mem_freep) = mem_zalloc(c->flights.len + 1, sizeof *jobs);
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < c->flights.len; i++) {
        if (c->flights.at[i]->state == FLIGHT_FLIES) {
            jobs[n++] = c->flights.at[i]->job;
        }
    }
    if ((rc = n ? slurm_look(jobs, n, scratch) : 0)) {
        if (!note_silence(c, rc)) {
            log_warn("%s", err_text());
            err_clear();
        }
        return;
    }
    c->silent = false;
    n = 0;
    for (size_t i = 0; i < c->flights.len; i++) {
        struct flight *f = c->flights.at[i];

        if (f->state == FLIGHT_FLIES) {
            bool waited = f->job.state == SLURM_PENDING;

            f->job = jobs[n++];
            f->job.reason = arena_strdup(f->arena, f->job.reason);
            f->job.node = arena_strdup(f->arena, f->job.node);
            if (waited && f->job.state == SLURM_RUNNING && f->job.node[0]) {
                log_info("Job %s of '%s' runs on %s", flight_ref(f), f->order.address, f->job.node);
            }
            judge(c, f);
        }
    }
}

static void ask_when_due(struct cluster *c) {
    int64_t now = clock_monotonic_ns(), most = c->cancelled_ns ? CANCEL_NS : c->poll_ns;

    if (now < c->ask_ns) {
        return;
    }
    ask_all(c);
    c->ask_after_ns = c->ask_after_ns * 2 < most ? c->ask_after_ns * 2 : most;
    c->ask_ns = clock_monotonic_ns() + c->ask_after_ns;
}

/* Results that nodes have announced. One without a result: ask Slurm soon. */
static void look_at_ended(struct cluster *c) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};

    if (dir_names(&names, scratch, c->place.fd, "ended")) {
        err_clear();
        return;
    }
    for (size_t i = 0; i < c->flights.len && names.len > 0; i++) {
        struct flight *f = c->flights.at[i];

        if (f->state != FLIGHT_FLIES || !strv_has(&names, f->key)) {
            continue;
        }
        if (file_remove(c->place.fd, arena_printf(scratch, "ended/%s", f->key))) {
            err_clear();
        }
        if (!flight_take_result(f, true)) {
            c->ask_after_ns = CANCEL_NS;
            c->ask_ns = clock_monotonic_ns() + CANCEL_NS;
        }
    }
}

/* ---- waiting */

/* Nobody waits for it any more. What comes behind a failure does not begin. */
static void release_behind(struct cluster *c, const struct flight *f) {
    bool failed = f->task->failed || f->task->status;

    for (size_t i = 0; i < c->flights.len; i++) {
        struct flight *other = c->flights.at[i];

        for (size_t k = 0; k < other->after.len; k++) {
            if (other->after.at[k] != f) {
                continue;
            }
            other->after.at[k--] = other->after.at[--other->after.len];
            if (failed && other->state != FLIGHT_LANDED) {
                if (other->state == FLIGHT_FLIES && slurm_cancel(&other->job, 1)) {
                    err_clear();
                }
                flight_land_failed(other, "what it waits for has failed");
            }
        }
    }
}

static struct exec_task *give_back(struct cluster *c) {
    for (size_t i = 0; i < c->flights.len; i++) {
        struct flight *f = c->flights.at[i];

        if (f->state == FLIGHT_LANDED && f->after.len == 0) {
            struct exec_task *task = f->task;

            release_behind(c, f);
            for (size_t k = i + 1; k < c->flights.len; k++) {
                c->flights.at[k - 1] = c->flights.at[k]; /* in order, for who hands over next */
            }
            c->flights.len--;
            flight_free(f);
            return task;
        }
    }
    return NULL;
}

/* Nobody waits for what will not end: Slurm has been told. */
static void abandon_cancelled(struct cluster *c) {
    if (!c->cancelled_ns || clock_monotonic_ns() - c->cancelled_ns < CANCEL_MAX) {
        return;
    }
    for (size_t i = 0; i < c->flights.len; i++) {
        if (c->flights.at[i]->state == FLIGHT_FLIES) {
            flight_land_failed(c->flights.at[i], "its job does not end");
        }
    }
}

static int64_t sooner(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int pause_until(int64_t when) {
    int64_t ns = when - clock_monotonic_ns();
    size_t none;

    return ns <= 0 ? 0 : proc_wait_any(&none, NULL, 0, -1, (int)(ns / MS) + 1);
}

static int cluster_wait(struct exec_task **ended, struct executor *e, int ms) {
    struct cluster *c = (struct cluster *)e;
    int64_t deadline = ms < 0 ? INT64_MAX : clock_monotonic_ns() + ms * MS;
    bool was_cancelled = signal_cancelled();
    int rc = 0;

    submit_waiting(c);
    for (;;) {
        look_at_ended(c);
        ask_when_due(c);
        abandon_cancelled(c);
        *ended = give_back(c);
        if (*ended || rc || clock_monotonic_ns() >= deadline ||
            was_cancelled != signal_cancelled()) {
            return rc;
        }
        if (c->o.detach) {
            return err_set(ERR_FAILED, "jobs go on");
        }
        if (c->retry_ns && clock_monotonic_ns() >= c->retry_ns) {
            submit_waiting(c);
        }
        rc = pause_until(sooner(deadline, sooner(c->ask_ns, clock_monotonic_ns() + LOOK_NS)));
    }
}

/* The connection to our terminal broke: jobs go on, and the same command finds them. */
static void leave_all(struct cluster *c) {
    for (size_t i = 0; i < c->flights.len; i++) {
        if (c->flights.at[i]->state != FLIGHT_LANDED) {
            flight_land_failed(c->flights.at[i], "it goes on by itself");
        }
    }
}

static void cluster_cancel(struct executor *e) {
    struct cluster *c = (struct cluster *)e;
    VEC(struct slurm_job) jobs = {0};

    if (c->o.detach && !signal_cancelled()) {
        return;
    }
    if (signal_number() == SIGHUP) {
        leave_all(c);
        return;
    }
    for (size_t i = 0; i < c->flights.len; i++) {
        struct flight *f = c->flights.at[i];

        if (f->state == FLIGHT_FLIES) {
            vec_push(&jobs, f->job);
        } else if (f->state == FLIGHT_WAITS) {
            if (f->tried && slurm_cancel_named(f->order.name)) {
                err_clear();
            }
            flight_land_failed(f, "it was not begun");
        }
    }
    if (slurm_cancel(jobs.at, jobs.len)) {
        log_warn("%s", err_text());
        err_clear();
    }
    vec_release(&jobs);
    c->cancelled_ns = clock_monotonic_ns();
    c->ask_after_ns = CANCEL_NS / 2;
    c->ask_ns = c->cancelled_ns + c->ask_after_ns;
}

static bool cluster_use_slots(struct executor *e, size_t slots) {
    const struct cluster *c = (struct cluster *)e;

    return slots <= c->room || c->flights.len == 0;
}

static void cluster_forget(struct executor *e, const struct exec_task *task) {
    const struct cluster *c = (struct cluster *)e;
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const char *key =
        slurm_task_key(scratch, c->place.repo, stage_address(task->stage, scratch, ""));
    bool keep_log = task->failed || task->status;
    static const char *const parts[] = {"task.json", "job", "claim", "result.json"};
    int rc = 0;

    for (size_t i = 0; i < COUNT_OF(parts) && !rc; i++) {
        rc = file_remove(c->place.fd, arena_printf(scratch, "%s/%s", key, parts[i]));
    }
    if (!rc && !keep_log) {
        rc = dir_remove_tree(c->place.fd, key);
    }
    if (rc) {
        log_debug("%s", err_text());
        err_clear();
    }
}

size_t exec_slurm_left(const struct executor *e) {
    const struct cluster *c = (const struct cluster *)e;

    return c->o.detach ? c->flights.len : 0;
}

static void cluster_close(struct executor *e) {
    struct cluster *c = (struct cluster *)e;

    for (size_t i = 0; i < c->flights.len; i++) {
        flight_free(c->flights.at[i]);
    }
    for (size_t i = 0; i < c->held.len; i++) {
        flight_free(c->held.at[i].value);
    }
    vec_release(&c->flights);
    map_release(&c->held);
    fd_closep(&c->place.fd);
    arena_free(c->arena);
    free(c);
}

static const struct executor_ops cluster_ops = {
    .name = "slurm",
    .holds = cluster_holds,
    .start = cluster_start,
    .use_slots = cluster_use_slots,
    .wait = cluster_wait,
    .cancel = cluster_cancel,
    .forget = cluster_forget,
    .close = cluster_close,
};

/* ---- opening */

/* Removes what nobody came back for; *jobs tells whether any folder has a job. */
static int sweep(bool *jobs, struct cluster *c) {
    struct strv names CLEANUP(strv_release) = {0};
    int64_t now = clock_real_ns() / (1000 * MS);
    int rc = dir_names(&names, c->arena, c->place.fd, ".");

    *jobs = false;
    for (size_t i = 0; i < names.len && !rc; i++) {
        const char *name = names.at[i];
        struct file_id id;
        bool is_key = slurm_task_is_key(name);

        if ((!is_key && !str_ends(name, ".out")) || !file_id_peek(&id, c->place.fd, name)) {
            continue;
        }
        if (id.mtime_ns / (1000 * MS) + OLD_SECONDS < now) {
            rc = is_key ? dir_remove_tree(c->place.fd, name) : file_remove(c->place.fd, name);
        } else if (is_key) {
            *jobs |= file_exists(c->place.fd, arena_printf(c->arena, "%s/task.json", name));
        }
    }
    return rc;
}

static int open_folders(struct cluster *c) {
    bool jobs;
    int rc = folder_open_below(&c->place.fd, c->place.repo->dvc_dir, SLURM_TASK_DIR, 0777);

    if (rc || (rc = dir_make(c->place.fd, "ended", 0777)) || (rc = slurm_script_write(&c->place)) ||
        (rc = sweep(&jobs, c))) {
        return rc;
    }
    if (c->o.attach && !jobs) {
        return err_set(ERR_NOT_FOUND, "there is no job of an earlier run to attach to");
    }
    return 0;
}

static int read_limits(struct cluster *c) {
    const char *text = config_get(c->place.repo->config, CONFIG_MERGED, "exec.slurm.timeout");
    double poll = config_float(c->place.repo->config, "exec.slurm.poll", (double)POLL_NS / 1e9);
    int64_t seconds = c->o.timeout;

    c->poll_ns = (int64_t)((poll > 0.1 && poll < 3600 ? poll : 0.1) * 1e9);
    if (!seconds && text && !num_duration(&seconds, text)) {
        return err_set(ERR_CONFIG, "exec.slurm.timeout: '%s' is no time", text);
    }
    c->timeout_ns = seconds * 1000 * MS;
    return 0;
}

int exec_slurm_new(struct executor **out, struct repo *r, const struct exec_slurm_options *o) {
    struct cluster *c = mem_zalloc(1, sizeof *c);
    struct str program CLEANUP(str_release) = STR_INIT;
    int rc;

    c->base.ops = &cluster_ops;
    c->o = *o;
    c->place.repo = r;
    c->place.fd = -1;
    c->arena = arena_new();
    c->place.dir = path_join(c->arena, r->dvc_dir, SLURM_TASK_DIR);
    c->script.path = path_join(c->arena, c->place.dir, "run.sh");
    c->ask_after_ns = ASK_NS;
    c->room = (size_t)fd_limit() / 2;
    c->room = c->room < ROOM_MAX ? c->room : ROOM_MAX;
    rc = proc_own_path(&program) ? 0 : err_set(ERR_IO, "cannot tell where this program lies");
    c->script.program = arena_strdup(c->arena, program.buf);
    if (rc || (rc = read_limits(c)) || (rc = open_folders(c))) {
        cluster_close(&c->base);
        return rc;
    }
    *out = &c->base;
    return 0;
}
