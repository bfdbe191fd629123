#include "exp/dispatch.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/proc.h"
#include "os/random.h"
#include "os/signal.h"
#include "batch/slurm.h"
#include "model/config.h"
#include "model/repo.h"
#include "pipeline/slurm_options.h"
#include "exp/queue.h"
#include "exp/queue_files.h"
#include "exp/queue_job.h"

enum {
    ARRAY_MAX = 100,      /* tasks handed over at once */
    GLANCE_MS = 100,      /* between looks at folders, while something changes */
    GLANCE_MAX_MS = 1000, /* while nothing does */
    LOOK_MS = 1000,       /* between questions to Slurm; doubled while nothing changes */
    LOOK_MAX_MS = 10000,
    SILENT_MS = 30000, /* a job ended well: its result may still be on its way through a network */
    ENDED_MS = 1000,   /* the same after another end */
    RETRY_MS = 5000,   /* between submissions that fail */
    TROUBLES_MAX = 60
};

/* ---- handing over */

struct batch {
    struct queue_task tasks[ARRAY_MAX];
    struct file_lock locks[ARRAY_MAX];
    size_t len;
};

static void batch_release(struct batch *b) {
    for (size_t i = 0; i < b->len; i++) {
        file_lock_release(&b->locks[i]);
    }
}

static int take_batch(struct batch *b, struct arena *arena, struct repo *r, size_t max) {
    bool found = true;
    int rc = 0, attempt;

    while (!rc && found && b->len < max && b->len < ARRAY_MAX) {
        b->locks[b->len] = (struct file_lock)FILE_LOCK_INIT;
        rc = queue_take(&b->tasks[b->len], &b->locks[b->len], &attempt, &found, arena, r);
        b->len += !rc && found;
    }
    return rc;
}

static int note_batch(struct batch *b, struct repo *r, const char *name, uint64_t id) {
    int rc = 0;

    for (size_t i = 0; !rc && i < b->len; i++) {
        b->tasks[i].job_name = name;
        b->tasks[i].job_index = b->len > 1 ? (int64_t)i : SLURM_NO_INDEX;
        b->tasks[i].job = id;
        rc = queue_note_job(r, &b->tasks[i]);
    }
    return rc;
}

/* $1 is this file, $2 our program, $3 the job's name; the messages of the tasks follow. The statuses
 * are of exp/queue_job.h. */
static const char script[] = "#!/bin/sh\n"
                             "[ -e \"$1\" ] || exit 125\n"
                             "[ -x \"$2\" ] || exit 127\n"
                             "cairn=$2 job=$3\n"
                             "shift 3\n"
                             "shift \"${SLURM_ARRAY_TASK_ID:-0}\"\n"
                             "exec \"$cairn\" queue task \"$1\" \"$job\"\n";

static void ask_release(struct slurm_ask *ask) {
    strv_release(&ask->args);
}

static int submit_batch(struct batch *b, struct arena *arena, struct repo *r) {
    struct slurm_ask ask CLEANUP(ask_release) = {0};
    const char *path = path_join(arena, queue_folder(arena, r), "celery/cairn-job.sh");
    struct str own CLEANUP(str_release) = STR_INIT;
    const char *argv[ARRAY_MAX + 4] = {0};
    uint64_t id, key;
    int rc;

    if (!proc_own_path(&own)) {
        return err_set(ERR_FAILED, "the system does not tell where our own program is");
    }
    random_fill(&key, sizeof key);
    slurm_options_repo(&ask, arena, r);
    ask.name = slurm_name(arena, arena_printf(arena, "%016llx", (unsigned long long)key), "queue");
    ask.dir = r->root;
    ask.log = "/dev/null"; /* each has its own */
    ask.tasks = b->len > 1 ? b->len : 0;
    ask.requeue = true;
    argv[0] = path;
    argv[1] = own.buf;
    argv[2] = ask.name;
    for (size_t i = 0; i < b->len; i++) {
        argv[3 + i] = b->tasks[i].file;
    }
    if ((rc = file_write_replace(AT_FDCWD, path, script, sizeof script - 1)) ||
        (rc = note_batch(b, r, ask.name, 0)) || (rc = slurm_submit(&id, &ask, path, argv))) {
        return rc;
    }
    return note_batch(b, r, ask.name, id);
}

/* If the job is there all the same, it finds that the tasks are not its own. */
static void put_back(struct batch *b, struct repo *r) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();

    for (size_t i = 0; i < b->len; i++) {
        if (queue_put_back(r, &b->tasks[i])) {
            log_warn("%s", err_text());
            err_clear();
        }
    }
}

static bool is_flying(const struct queue_task *t) {
    return t->job_name && (t->state == QUEUE_WAITING || t->state == QUEUE_RUNNING);
}

static int hand_over(size_t *submitted, struct repo *r, size_t room) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct batch batch CLEANUP(batch_release) = {0};
    int rc = take_batch(&batch, arena, r, room);

    *submitted = 0;
    if (!rc && batch.len) {
        rc = submit_batch(&batch, arena, r);
    }
    if (rc) {
        put_back(&batch, r);
        return rc;
    }
    *submitted = batch.len;
    return 0;
}

int dispatch_submit(size_t *submitted, struct repo *r, size_t jobs) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct queue_tasks tasks = {0};
    size_t flying = 0, more = 1;
    int rc = queue_list(&tasks, arena, r);

    *submitted = 0;
    for (size_t i = 0; i < tasks.len; i++) {
        flying += is_flying(&tasks.at[i]);
    }
    vec_release(&tasks);
    while (!rc && more && (!jobs || flying + *submitted < jobs)) {
        rc = hand_over(&more, r, jobs ? jobs - flying - *submitted : SIZE_MAX);
        *submitted += more;
    }
    return rc;
}

/* ---- following */

struct follow {
    struct repo *repo;
    struct queue_tasks tasks; /* as they were when we looked last */
    struct arena *arena;      /* of the tasks */
    struct queue_stamp stamp; /* from before that */
    int64_t look_at, look_ms; /* when Slurm is asked again, in ms, and the pause after that */
    bool changed;
    VEC(struct silence) silences;
};

/* A job that had ended, and its task had not. */
struct silence {
    char rev[41];
    int64_t since;
    bool seen;
};

static int64_t now_ms(void) {
    return clock_monotonic_ns() / 1000000;
}

static int64_t at_most(int64_t value, int64_t cap) {
    return value < cap ? value : cap;
}

static int list_tasks(struct follow *f) {
    arena_freep(&f->arena);
    f->arena = arena_new();
    f->tasks.len = 0;
    queue_stamp(&f->stamp, f->repo);
    return queue_list(&f->tasks, f->arena, f->repo);
}

/* A submission of which we do not know what became. */
static int find_job(struct follow *f, struct queue_task *t) {
    int rc = slurm_find(&t->job, t->job_name);

    if (rc) {
        return rc;
    }
    f->changed = true;
    return t->job ? queue_note_job(f->repo, t) : queue_put_back(f->repo, t);
}

/* How long the task has been silent after its job's end. */
static int64_t silent_for(struct follow *f, const struct queue_task *t) {
    struct silence new = {.since = now_ms(), .seen = true};

    for (size_t i = 0; i < f->silences.len; i++) {
        if (strcmp(f->silences.at[i].rev, t->rev) == 0) {
            f->silences.at[i].seen = true;
            return now_ms() - f->silences.at[i].since;
        }
    }
    memcpy(new.rev, t->rev, sizeof new.rev);
    vec_push(&f->silences, new);
    return 0;
}

static void forget_silences(struct follow *f) {
    size_t kept = 0;

    for (size_t i = 0; i < f->silences.len; i++) {
        if (f->silences.at[i].seen) {
            f->silences.at[kept] = f->silences.at[i];
            f->silences.at[kept++].seen = false;
        }
    }
    f->silences.len = kept;
}

static int judge(struct follow *f, struct queue_task *t, const struct slurm_job *job) {
    struct queue_task now;

    if (!slurm_has_ended(job->state) && job->state != SLURM_UNKNOWN) {
        return 0;
    }
    if (queue_task_load(&now, f->arena, f->repo, t->file, true) || !is_flying(&now)) {
        err_clear();
        f->changed = true;
        return 0;
    }
    if (silent_for(f, t) < (job->state == SLURM_DONE ? SILENT_MS : ENDED_MS)) {
        f->look_ms = LOOK_MS / 2;
        return 0;
    }
    f->changed = true;
    return queue_job_lost(f->repo, &now, job);
}

/* Asks Slurm what became of the jobs. */
static int look(struct follow *f) {
    struct slurm_job *jobs = arena_alloc(f->arena, (f->tasks.len + 1) * sizeof *jobs);
    int rc = 0;

    for (size_t i = 0; !rc && i < f->tasks.len; i++) {
        if (is_flying(&f->tasks.at[i]) && !f->tasks.at[i].job) {
            rc = find_job(f, &f->tasks.at[i]);
        }
    }
    rc = rc ? rc : queue_job_look(jobs, f->arena, &f->tasks);
    for (size_t i = 0; !rc && i < f->tasks.len; i++) {
        if (jobs[i].id) {
            rc = judge(f, &f->tasks.at[i], &jobs[i]);
        }
    }
    forget_silences(f);
    if (rc == ERR_LOCKED) {
        log_debug("%s", err_text());
        err_clear();
        rc = 0;
    }
    return rc;
}

/* Jobs that have not begun are not wanted any more. */
static int withdraw(struct follow *f) {
    int rc = 0;

    for (size_t i = 0; !rc && i < f->tasks.len; i++) {
        struct queue_task *t = &f->tasks.at[i];
        if (is_flying(t) && t->state == QUEUE_WAITING && !(rc = queue_job_cancel(t))) {
            /* One that begins in this moment finds that the task is not its own. */
            rc = queue_put_back(f->repo, t);
            f->changed = true;
        }
    }
    return rc;
}

/* Until Slurm is to be asked again, a task has ended, or one has been queued. */
static int await(struct follow *f, dispatch_stopped_fn *stopped, void *ctx) {
    struct queue_stamp now;
    bool was_stopped = stopped(ctx);
    int rc = 0;

    for (int64_t ms = GLANCE_MS; !rc && now_ms() < f->look_at;
         ms = at_most(ms * 2, GLANCE_MAX_MS)) {
        int64_t left = f->look_at - now_ms();
        rc = cancel_pause((int)at_most(ms, left));
        queue_stamp(&now, f->repo);
        if (!queue_stamp_equal(&now, &f->stamp) || stopped(ctx) != was_stopped) {
            break;
        }
    }
    return rc;
}

static size_t count_flying(const struct follow *f) {
    size_t n = 0;

    for (size_t i = 0; i < f->tasks.len; i++) {
        n += is_flying(&f->tasks.at[i]);
    }
    return n;
}

static int look_if_due(struct follow *f) {
    int64_t cap =
        (int64_t)(1000 * config_float(f->repo->config, "exec.slurm.poll", LOOK_MAX_MS / 1000.0));
    int rc;

    if (now_ms() < f->look_at) {
        return 0;
    }
    f->changed = false;
    f->look_ms = at_most(f->look_ms * 2, cap < GLANCE_MS ? GLANCE_MS : cap);
    if ((rc = look(f))) {
        return rc;
    }
    f->look_ms = f->changed ? LOOK_MS : f->look_ms;
    f->look_at = now_ms() + f->look_ms;
    return f->changed ? list_tasks(f) : 0;
}

/* Slurm may be away for a while. */
static int submit_again(size_t *submitted, struct follow *f, size_t jobs, int *troubles) {
    int rc = dispatch_submit(submitted, f->repo, jobs);

    *troubles = rc ? *troubles + 1 : 0;
    if (!rc || rc == ERR_INTERRUPTED || *troubles == TROUBLES_MAX) {
        return rc;
    }
    log_warn("%s", err_text());
    err_clear();
    return cancel_pause(RETRY_MS);
}

static int follow(struct follow *f, size_t jobs, dispatch_stopped_fn *stopped, void *ctx) {
    int rc = 0, troubles = 0;

    while (!rc && !(rc = list_tasks(f)) && !(rc = look_if_due(f))) {
        bool stop = stopped(ctx);
        size_t submitted = 0;
        rc = stop ? withdraw(f) : submit_again(&submitted, f, jobs, &troubles);
        if (!rc && (submitted || f->changed)) {
            f->look_ms = LOOK_MS;
            f->changed = false;
            rc = list_tasks(f);
        }
        if (rc || (!count_flying(f) && (stop || !troubles))) {
            return rc;
        }
        rc = await(f, stopped, ctx);
    }
    return rc;
}

int dispatch_follow(struct repo *r, size_t jobs, dispatch_stopped_fn *stopped, void *ctx) {
    struct follow f = {.repo = r, .arena = arena_new(), .look_ms = LOOK_MS};
    int rc = follow(&f, jobs, stopped, ctx);

    vec_release(&f.tasks);
    vec_release(&f.silences);
    arena_freep(&f.arena);
    return rc;
}
