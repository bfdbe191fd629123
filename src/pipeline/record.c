#include "pipeline/record.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/journal.h"
#include "data/output.h"
#include "doc/node.h"
#include "model/dvcfile.h"
#include "model/lockfile.h"
#include "model/pipefile.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/cpu.h"
#include "os/file.h"
#include "pipeline/runcache.h"

/* How long a finished stage may wait for company; and how little of the time may go into writing:
 * a dvc.lock of 10,000 stages takes its time. */
#define WAIT_NS     INT64_C(200000000)
#define COST_FACTOR 10

struct finished {
    size_t turn;
    struct stage *stage;
    bool keep_run, make_links;
};

struct recorder {
    struct data *data;
    struct arena *arena;
    VEC(struct finished) waiting;
    struct journal *journal;
    struct map told; /* lock files said to be generated */
    size_t least;    /* turn among those that wait */
    bool durable;    /* the objects of all that wait are */
    int64_t due_ns;  /* no flush before */
};

struct recorder *recorder_new(struct data *d) {
    struct recorder *r = mem_zalloc(1, sizeof *r);

    r->data = d;
    r->arena = arena_new();
    r->journal = journal_open(d);
    data_hold(d);
    return r;
}

void recorder_free(struct recorder *r) {
    if (!r) {
        return;
    }
    journal_close(r->journal, r->waiting.len > 0);
    vec_release(&r->waiting);
    map_release(&r->told);
    arena_free(r->arena);
    free(r);
}

void recorder_freep(struct recorder **r) {
    recorder_free(*r);
    *r = NULL;
}

static void tell(struct recorder *r, const struct stage *s) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const struct repo *repo = r->data->repo;
    const char *path = lockfile_path(r->arena, s->file);

    if (s->lock_entry && node_equal(s->lock_entry, stage_lock_entry(scratch, s))) {
        return;
    }
    if (map_add(&r->told, path, r) && !file_exists(repo->root_fd, path)) {
        log_info("Generating lock file '%s'", repo_shown(repo, path));
    }
    log_info("Updating lock file '%s'", repo_shown(repo, path));
}

int recorder_add(struct recorder *r, size_t turn, struct stage *s, unsigned flags) {
    struct finished f = {.turn = turn,
                         .stage = s,
                         .keep_run = flags & RECORD_RUN && s->name,
                         .make_links = flags & RECORD_LINKS};
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    int rc;

    if (f.keep_run && (rc = runcache_take(scratch, r->data, s))) {
        return rc;
    }
    if (s->name) {
        tell(r, s);
    }
    r->least = r->waiting.len && r->least < turn ? r->least : turn;
    vec_push(&r->waiting, f);
    r->durable = false;
    journal_add(r->journal, s);
    return 0;
}

int recorder_due(const struct recorder *r, size_t settled) {
    int64_t left = r->due_ns - clock_monotonic_ns();

    if (!r->waiting.len || (r->durable && r->least >= settled)) {
        return -1;
    }
    return left <= 0 ? 0 : (int)(left / 1000000) + 1;
}

static int compare_turns(const void *a, const void *b) {
    const struct finished *x = a, *y = b;

    return (x->turn > y->turn) - (x->turn < y->turn);
}

static int write_runs(const struct recorder *r, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct arena *scratch CLEANUP(arena_freep) = arena_new();
        const struct finished *f = &r->waiting.at[i];
        int rc = f->keep_run ? runcache_write(scratch, r->data, f->stage) : 0;

        if (rc) {
            return rc;
        }
    }
    return 0;
}

static int write_ignores(const struct recorder *r, size_t n) {
    struct strv paths CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < n; i++) {
        const struct stage *s = r->waiting.at[i].stage;

        for (size_t k = 0; k < s->nouts; k++) {
            if ((s->outs[k].cache || stage_is_repo_import(s)) &&
                digest_is_set(&s->outs[k].recorded.digest)) {
                vec_push(&paths, s->outs[k].path);
            }
        }
    }
    return repo_gitignore_add_many(r->data->repo, &paths);
}

/* The stages of one file at a time, each in its order. */
static int write_pointers(const struct recorder *r, size_t n) {
    struct map done CLEANUP(map_release) = MAP_INIT;
    struct stages same = {0};
    int rc = 0;

    for (size_t i = 0; i < n && !rc; i++) {
        struct stage *s = r->waiting.at[i].stage;

        if (!s->name) {
            rc = dvcfile_save(r->data->repo, s);
        } else if (map_add(&done, s->file, s)) {
            vec_clear(&same);
            for (size_t k = i; k < n; k++) {
                struct stage *other = r->waiting.at[k].stage;
                if (other->name && str_eq(other->file, s->file)) {
                    vec_push(&same, other);
                }
            }
            rc = lockfile_save_quietly(r->data->repo, same.at, same.len);
        }
    }
    vec_release(&same);
    return rc;
}

static void drop_written(struct recorder *r, size_t n) {
    for (size_t i = n; i < r->waiting.len; i++) {
        r->waiting.at[i - n] = r->waiting.at[i];
    }
    r->waiting.len -= n;
    r->least = r->waiting.len ? r->waiting.at[0].turn : 0;
}

/* What still waits stays there, beside the new dvc.lock. */
static void rewrite_journal(const struct recorder *r) {
    journal_clear(r->journal);
    for (size_t i = 0; i < r->waiting.len; i++) {
        journal_add(r->journal, r->waiting.at[i].stage);
    }
}

/* All that wait have their objects now. */
static int publish(struct recorder *r) {
    int rc = data_publish(r->data);

    for (size_t i = 0; !rc && i < r->waiting.len; i++) {
        struct arena *scratch CLEANUP(arena_freep) = arena_new();
        struct finished *f = &r->waiting.at[i];

        for (size_t k = 0; !rc && f->make_links && k < f->stage->nouts; k++) {
            rc = output_relink(scratch, r->data, &f->stage->outs[k]);
        }
        f->make_links = f->make_links && rc;
    }
    r->durable = !rc;
    return rc;
}

int recorder_flush(struct recorder *r, size_t settled) {
    int64_t begin = clock_monotonic_ns(), cost;
    size_t n = 0;
    int rc = 0;

    if (!r->waiting.len) {
        return 0;
    }
    if (!r->durable && (rc = publish(r))) {
        return rc;
    }
    qsort(r->waiting.at, r->waiting.len, sizeof *r->waiting.at, compare_turns);
    while (n < r->waiting.len && r->waiting.at[n].turn < settled) {
        n++;
    }
    if ((rc = write_runs(r, n)) || (rc = write_ignores(r, n)) || (rc = write_pointers(r, n))) {
        return rc;
    }
    drop_written(r, n);
    rewrite_journal(r);
    cost = clock_monotonic_ns() - begin;
    r->due_ns = begin + cost + (cost * COST_FACTOR > WAIT_NS ? cost * COST_FACTOR : WAIT_NS);
    return 0;
}
