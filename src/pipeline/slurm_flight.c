#include "pipeline/slurm_flight.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/stat.h"
#include "doc/node.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/executor.h"
#include "pipeline/slurm_options.h"

#define MS            INT64_C(1000000) /* nanoseconds */
#define LOOK_MS       500              /* between looks at a job that has to end first */
#define END_NS        (60000 * MS) /* for so long: Slurm kills what does not end after KillWait */
#define LOG_TAIL      2000         /* bytes shown of the log of a job that left no result */
#define OUT_MAX_BYTES (1u << 20)
#define WORDS_MAX     300 /* bytes shown of what the script said */

/* ---- flights */

void flight_free(struct flight *f) {
    if (!f) {
        return;
    }
    strv_release(&f->ask.args);
    strv_release(&f->ask.after);
    vec_release(&f->after);
    fd_closep(&f->folder);
    arena_free(f->arena);
    free(f);
}

const char *flight_ref(const struct flight *f) {
    return slurm_ref(f->arena, f->job.id, f->job.index);
}

const char *flight_time(struct arena *arena, int64_t seconds) {
    if (seconds < 120) {
        return arena_printf(arena, "%lld s", (long long)seconds);
    }
    return seconds < 7200 ? arena_printf(arena, "%lld min", (long long)seconds / 60)
                          : arena_printf(arena, "%lld h %lld min", (long long)seconds / 3600,
                                         (long long)seconds / 60 % 60);
}

int flight_new(struct flight **out, const struct slurm_place *place, struct exec_task *task) {
    struct flight *f = mem_zalloc(1, sizeof *f);
    const struct stage *s = task->stage;
    int rc;

    f->place = place;
    f->task = task;
    f->arena = arena_new();
    f->folder = -1;
    f->job.index = SLURM_NO_INDEX;
    slurm_task_from(&f->order, f->arena, task);
    f->key = slurm_task_key(f->arena, place->repo, f->order.address);
    slurm_options_repo(&f->ask, f->arena, place->repo);
    rc = slurm_options_meta(&f->ask, &f->array, f->arena, node_get(s->node, "meta"),
                            repo_shown(place->repo, s->file));
    if (!rc && !(rc = dir_make(place->fd, f->key, 0777))) {
        f->folder = openat(place->fd, f->key, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        rc = f->folder < 0 ? err_errno("cannot open '%s/%s'", place->dir, f->key) : 0;
    }
    if (rc) {
        flight_free(f);
        return rc;
    }
    *out = f;
    return 0;
}

void flight_land_failed(struct flight *f, const char *why) {
    f->state = FLIGHT_LANDED;
    f->task->failed = true;
    free((char *)(uintptr_t)f->task->why);
    f->task->why = mem_strdup(why);
}

/* ---- what an earlier run has left */

/* A job that works on other inputs, or for nobody, must not write beside the next one. */
static int end_job(struct flight *f) {
    int64_t until = clock_monotonic_ns() + END_NS;
    int rc = slurm_cancel(&f->job, 1);

    while (!rc && slurm_is_alive(f->job.state)) {
        if (clock_monotonic_ns() > until) {
            return err_set(ERR_FAILED, "job %s does not end: scancel it, then try again",
                           flight_ref(f));
        }
        if (!(rc = cancel_pause(LOOK_MS))) {
            rc = slurm_look(&f->job, 1, f->arena);
        }
    }
    return rc;
}

/* Whether it tells an end that these commands can have. */
static bool result_fits(const struct flight *f, const struct slurm_result *r) {
    size_t n = 0;

    while (f->order.commands[n]) {
        n++;
    }
    return r->refused || (r->begun <= n && (r->status != 0 || r->begun == n));
}

/* Over a network file system we may see for a while what was there before. */
static bool outs_are_here(const struct flight *f, const struct slurm_result *r) {
    struct file_id id;

    for (size_t i = 0; i < r->nouts; i++) {
        if (!file_id_peek(&id, f->place->repo->root_fd, r->outs[i].path)) {
            return false;
        }
    }
    return true;
}

/* A run that went well, and whose outs nobody has taken away since. */
static bool has_good_result(struct flight *f) {
    struct slurm_result r;

    if (slurm_result_load(&r, f->arena, f->folder)) {
        err_clear();
        return false;
    }
    return result_fits(f, &r) && !r.refused && r.status == 0 && r.nouts == f->order.nouts &&
           outs_are_here(f, &r);
}

int flight_find_earlier(bool *held, struct flight *f) {
    struct slurm_task was;
    bool found, same, good;
    int rc = slurm_task_load(&was, f->arena, f->folder);

    *held = false;
    if (rc) {
        err_clear();
        return 0;
    }
    same = slurm_task_same(f->arena, &was, &f->order);
    good = same && has_good_result(f);
    if ((rc = slurm_task_job(&found, &f->job, f->folder, &was)) || (!found && !good) ||
        (found && (rc = slurm_look(&f->job, 1, f->arena)))) {
        return rc;
    }
    f->order.name = was.name;
    f->order.index = was.index;
    *held = good || (same && slurm_is_alive(f->job.state));
    return *held || !slurm_is_alive(f->job.state) ? 0 : end_job(f);
}

static void write_job(const struct flight *f) {
    const char *ref = flight_ref(f);

    if (file_write_atomic(f->folder, "job", ref, strlen(ref))) {
        log_debug("%s", err_text()); /* it is found by its name, too */
        err_clear();
    }
}

int flight_prepare(struct flight *f, const char *name, int64_t index) {
    static const char *const old[] = {"job", "claim", "result.json", "log"};
    const char *text;
    int rc = 0;

    f->order.name = name;
    f->order.index = index;
    text = slurm_task_write(f->arena, &f->order);
    rc = file_remove(f->folder, "task.json");
    for (size_t i = 0; i < COUNT_OF(old) && !rc; i++) {
        rc = file_remove(f->folder, old[i]);
    }
    rc = rc ? rc : file_remove(f->place->fd, arena_printf(f->arena, "ended/%s", f->key));
    return rc ? rc : file_write_atomic(f->folder, "task.json", text, strlen(text));
}

void flight_take_off(struct flight *f) {
    f->state = FLIGHT_FLIES;
    f->began_ns = clock_monotonic_ns();
    f->ended_ns = 0;
    write_job(f);
}

/* ---- how jobs end */

static void open_log(struct flight *f) {
    f->task->output = openat(f->folder, "log", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

/* The end of what the commands printed, as the output of the first. */
static void show_tail(struct flight *f) {
    struct exec_task *t = f->task;
    off_t end = t->output < 0 ? 0 : lseek(t->output, 0, SEEK_END);

    t->begun = 1;
    t->from = mem_zalloc(2, sizeof *t->from);
    t->from[0] = end > LOG_TAIL ? end - LOG_TAIL : 0;
    t->from[1] = end;
}

/* What the script itself printed: nothing, if it came as far as to the commands. */
static const char *script_output(const struct flight *f) {
    return arena_printf(f->arena, "%s.out", flight_ref(f));
}

static void drop_output(const struct flight *f) {
    if (file_remove(f->place->fd, script_output(f))) {
        err_clear();
    }
}

static struct digest *note_made(const struct flight *f, const struct slurm_result *r) {
    const struct stage *s = f->task->stage;
    struct digest *made = mem_zalloc(s->nouts + 1, sizeof *made);

    for (size_t i = 0; i < s->nouts; i++) {
        for (size_t k = 0; k < r->nouts; k++) {
            if (str_eq(s->outs[i].path, r->outs[k].path)) {
                made[i] = r->outs[k].digest;
            }
        }
    }
    return made;
}

bool flight_take_result(struct flight *f, bool patient) {
    struct exec_task *t = f->task;
    struct slurm_result r;
    char memory[24];

    if (slurm_result_load(&r, f->arena, f->folder)) {
        err_clear();
        return false;
    }
    if (!result_fits(f, &r) || (patient && !outs_are_here(f, &r))) {
        return false;
    }
    if (r.refused) {
        flight_land_failed(f, arena_printf(f->arena, "job %s on %s: %s", r.job, r.node, r.refused));
        return true;
    }
    open_log(f);
    t->begun = r.begun;
    t->status = r.status;
    t->from = mem_zalloc(r.begun + 1, sizeof *t->from);
    memcpy(t->from, r.from, (r.begun + 1) * sizeof *t->from);
    t->made = note_made(f, &r);
    t->known = mem_strdup(arena_printf(f->arena, "%s/%s/tmp/cairn", f->place->dir, f->key));
    f->state = FLIGHT_LANDED;
    drop_output(f);
    log_info("Job %s of '%s' ended on %s after %s (memory: at most %s)", r.job, f->order.address,
             r.node, flight_time(f->arena, r.seconds), num_size(memory, r.memory_max));
    return true;
}

/* The last line that the script, not the commands, printed: why they did not begin. */
static const char *last_words(const struct flight *f) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *line;

    if (file_read(&text, f->place->fd, script_output(f), OUT_MAX_BYTES)) {
        err_clear();
        return NULL;
    }
    while (text.len > 0 && text.buf[text.len - 1] == '\n') {
        str_truncate(&text, text.len - 1);
    }
    line = strrchr(text.buf, '\n');
    line = line ? line + 1 : text.buf;
    return *line ? arena_strndup(f->arena, line, strnlen(line, WORDS_MAX)) : NULL;
}

static const char *failure_text(const struct flight *f) {
    const struct slurm_job *j = &f->job;
    const char *asked, *words = last_words(f);
    const char *job =
        arena_printf(f->arena, "job %s%s%s", flight_ref(f), j->node[0] ? " on " : "", j->node);
    const char *after = flight_time(f->arena, j->elapsed);

    switch (j->state) {
    case SLURM_OUT_OF_MEMORY:
        asked = f->ask.mem ? f->ask.mem : "the cluster's default";
        return arena_printf(f->arena, "%s ran out of memory after %s (mem: %s)", job, after, asked);
    case SLURM_OUT_OF_TIME:
        asked = f->ask.time ? f->ask.time : "the cluster's default";
        return arena_printf(f->arena, "%s ran out of time after %s (time: %s)", job, after, asked);
    case SLURM_NODE_FAILED:
        return arena_printf(f->arena, "%s was lost with its node, or gave way to others", job);
    case SLURM_CANCELLED:
        return arena_printf(f->arena, "%s was cancelled%s%s%s", job, j->reason[0] ? " (" : "",
                            j->reason, j->reason[0] ? ")" : "");
    case SLURM_DONE:
        return arena_printf(f->arena,
                            "%s ended, but left no result in '%s/%s': is the folder shared with "
                            "the node?",
                            job, f->place->dir, f->key);
    case SLURM_UNKNOWN:
        return arena_printf(f->arena, "Slurm does not know job %s any more, and it left no result",
                            flight_ref(f));
    case SLURM_FAILED:
    case SLURM_PENDING:
    case SLURM_RUNNING:
        break;
    }
    if (words) {
        return arena_printf(f->arena, "%s: %s", job, words);
    }
    if (j->status < 0) {
        return arena_printf(f->arena, "%s was ended by signal %d (%s)", job, -j->status, j->reason);
    }
    return arena_printf(f->arena,
                        "%s failed (%s) and left nothing in '%s/%s': is the folder shared with "
                        "the node?",
                        job, j->reason[0] ? j->reason : "no reason told", f->place->dir, f->key);
}

bool flight_follow_claim(struct flight *f) {
    struct str text CLEANUP(str_release) = STR_INIT;
    uint64_t id;
    int64_t index;

    if (file_read(&text, f->folder, "claim", 100)) {
        err_clear();
        return false;
    }
    str_truncate(&text, strcspn(text.buf, " "));
    if (!slurm_ref_parse(&id, &index, text.buf) || (id == f->job.id && index == f->job.index)) {
        return false;
    }
    f->job = (struct slurm_job){.id = id, .index = index, .reason = "", .node = ""};
    flight_take_off(f);
    return true;
}

void flight_land_lost(struct flight *f) {
    open_log(f);
    show_tail(f);
    flight_land_failed(f, failure_text(f));
}
