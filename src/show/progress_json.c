#include "show/progress_json.h"

#include <inttypes.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/cpu.h"
#include "job/progress.h"
#include "job/ticker.h"
#include "doc/write.h"
#include "show/out.h"

#define EVERY_MS 200

struct progress_json {
    struct progress *progress;
    struct ticker *ticker; /* NULL: only begins and ends are told */
    atomic_flag busy;      /* held while a line is made */
    bool open;             /* between "begin" and "end" */
};

static void lock(struct progress_json *j) {
    while (atomic_flag_test_and_set(&j->busy)) {
        sched_yield();
    }
}

static void unlock(struct progress_json *j) {
    atomic_flag_clear(&j->busy);
}

static void send(struct str *line) {
    str_adds(line, "}\n");
    show_aside(line->buf, line->len);
    str_release(line);
}

static void add_text(struct str *line, const char *key, const char *value) {
    str_addf(line, ", \"%s\": ", key);
    json_write_text(line, value ? value : "");
}

static void add_requests(struct str *line, struct progress *p) {
    str_addf(line, ", \"requests\": %" PRIuFAST64 ", \"repeats\": %" PRIuFAST64,
             atomic_load(&p->requests), atomic_load(&p->repeats));
}

static void send_phase(struct progress_json *j, const char *event) {
    struct progress *p = j->progress;
    struct str line = STR_INIT;
    double seconds = (double)(clock_monotonic_ns() - atomic_load(&p->started_ns)) / 1e9;

    str_addf(&line, "{\"event\": \"%s\"", event);
    add_text(&line, "phase", atomic_load(&p->phase));
    str_addf(&line, ", \"items\": %" PRIuFAST64 ", \"items_total\": %" PRIuFAST64,
             atomic_load(&p->items), atomic_load(&p->items_total));
    str_addf(&line, ", \"bytes\": %" PRIuFAST64 ", \"bytes_total\": %" PRIuFAST64,
             atomic_load(&p->bytes), atomic_load(&p->bytes_total));
    add_requests(&line, p);
    str_addf(&line, ", \"seconds\": %.3f", seconds);
    send(&line);
}

static void on_turn(void *ctx, enum progress_turn turn) {
    struct progress_json *j = ctx;

    lock(j);
    if (turn == PROGRESS_BEGINS || j->open) {
        send_phase(j, turn == PROGRESS_BEGINS ? "begin" : "end");
    }
    j->open = turn == PROGRESS_BEGINS;
    unlock(j);
}

static void on_tick(void *ctx) {
    struct progress_json *j = ctx;

    lock(j);
    if (j->open) {
        send_phase(j, "progress");
    }
    unlock(j);
}

struct progress_json *progress_json_start(struct progress *p) {
    struct progress_json *j = mem_zalloc(1, sizeof *j);

    j->progress = p;
    atomic_flag_clear(&j->busy);
    p->watch = on_turn;
    p->watch_ctx = j;
    j->ticker = ticker_start(EVERY_MS, EVERY_MS, on_tick, j);
    return j;
}

void progress_json_stop(struct progress_json *j) {
    if (j) {
        progress_done(j->progress);
        ticker_stop(j->ticker);
        j->progress->watch = NULL;
        free(j);
    }
}

void progress_json_failed(const char *path, const char *digest, const char *why) {
    struct str line = STR_INIT;

    str_adds(&line, "{\"event\": \"failed\"");
    add_text(&line, "path", path);
    add_text(&line, "digest", digest);
    add_text(&line, "why", why);
    send(&line);
}

void progress_json_result(struct progress_json *j, bool ok, uint64_t moved, uint64_t bytes,
                          uint64_t failed) {
    struct str line = STR_INIT;

    progress_done(j->progress);
    str_addf(&line, "{\"event\": \"result\", \"ok\": %s", ok ? "true" : "false");
    str_addf(&line, ", \"moved\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"failed\": %" PRIu64, moved,
             bytes, failed);
    add_requests(&line, j->progress);
    send(&line);
}
