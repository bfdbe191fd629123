#include "pipeline/slurm_group.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "os/file.h"
#include "os/random.h"
#include "batch/slurm.h"
#include "model/repo.h"
#include "pipeline/slurm_flight.h"

#define NAMES_SHOWN 5

static const char script_text[] =
    "#!/bin/sh\n"
    "# Runs one task of those named: in an array the one of its index.\n"
    "program=$1 root=$2\n"
    "shift 2\n"
    "shift \"${SLURM_ARRAY_TASK_ID:-0}\"\n"
    "if [ ! -x \"$program\" ]; then\n"
    "    echo \"there is no program $program on this node\"\n"
    "    exit 127\n"
    "fi\n"
    "exec \"$program\" --cd \"$root\" exec-stage \"$1\"\n";

int slurm_script_write(const struct slurm_place *place) {
    return file_write_replace(place->fd, "run.sh", script_text, sizeof script_text - 1);
}

static bool words_equal(const struct strv *a, const struct strv *b) {
    bool same = a->len == b->len;

    for (size_t i = 0; same && i < a->len; i++) {
        same = str_eq(a->at[i], b->at[i]);
    }
    return same;
}

static bool asks_equal(const struct slurm_ask *a, const struct slurm_ask *b) {
    return str_eq(a->partition, b->partition) && str_eq(a->account, b->account) &&
           str_eq(a->qos, b->qos) && str_eq(a->time, b->time) && str_eq(a->mem, b->mem) &&
           str_eq(a->gpus, b->gpus) && a->cpus == b->cpus && words_equal(&a->args, &b->args) &&
           words_equal(&a->after, &b->after);
}

bool flight_is_ready(struct flight *f) {
    vec_clear(&f->ask.after);
    for (size_t i = 0; i < f->after.len; i++) {
        const struct flight *before = f->after.at[i];

        if (before->state == FLIGHT_WAITS) {
            return false;
        }
        if (before->state == FLIGHT_FLIES) {
            vec_push(&f->ask.after, flight_ref(before));
        }
    }
    return true;
}

void flights_like(struct flights *group, const struct flights *all, size_t first) {
    struct flight *f = all->at[first];

    vec_push(group, f);
    for (size_t i = first + 1; f->array && i < all->len; i++) {
        struct flight *other = all->at[i];

        if (other->state == FLIGHT_WAITS && !other->tried && other->array &&
            group->len < SLURM_TASKS_MAX && flight_is_ready(other) &&
            asks_equal(&f->ask, &other->ask)) {
            vec_push(group, other);
        }
    }
}

static int prepare(const struct flights *group, const char *name) {
    for (size_t i = 0; i < group->len; i++) {
        struct flight *f = group->at[i];
        int rc = flight_prepare(f, arena_strdup(f->arena, name),
                                group->len > 1 ? (int64_t)i : SLURM_NO_INDEX);

        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* No other submission has it. */
static const char *new_name(const struct flight *f) {
    unsigned char noise[4];

    random_fill(noise, sizeof noise);
    const char *key = arena_printf(f->arena, "%.6s%02x%02x%02x%02x", f->key, noise[0], noise[1],
                                   noise[2], noise[3]);
    return slurm_name(f->arena, key, f->order.address);
}

int flights_submit(uint64_t *id, const struct flights *group, const struct slurm_script *script) {
    struct flight *first = group->at[0];
    const struct slurm_place *place = first->place;
    struct slurm_ask ask = first->ask;
    struct strv argv CLEANUP(strv_release) = {0};
    bool array = group->len > 1;
    int rc;

    ask.name = new_name(first);
    ask.dir = place->repo->root;
    ask.log = arena_printf(first->arena, "%s/%s", place->dir, array ? "%A_%a.out" : "%A.out");
    ask.tasks = array ? group->len : 0;
    ask.requeue = true;
    vec_push(&argv, script->program);
    vec_push(&argv, ask.dir);
    for (size_t i = 0; i < group->len; i++) {
        vec_push(&argv, group->at[i]->key);
    }
    vec_push(&argv, NULL);
    rc = prepare(group, ask.name);
    return rc ? rc : slurm_submit(id, &ask, script->path, argv.at);
}

int flights_find(uint64_t *id, struct flights *group, const struct flights *all, size_t first) {
    const char *name = all->at[first]->order.name;

    for (size_t i = 0; i < all->len; i++) {
        struct flight *f = all->at[i];

        if (f->state == FLIGHT_WAITS && str_eq(f->order.name, name)) {
            vec_push(group, f);
        }
    }
    return slurm_find(id, name);
}

static void tell(const struct flights *group, uint64_t id) {
    struct arena *arena = group->at[0]->arena;
    struct str names CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < group->len && i < NAMES_SHOWN; i++) {
        str_addf(&names, "%s'%s'", i ? ", " : "", group->at[i]->order.address);
    }
    if (group->len > NAMES_SHOWN) {
        str_addf(&names, " and %zu more", group->len - NAMES_SHOWN);
    }
    log_info("Submitted %s as job %s", names.buf, slurm_ref(arena, id, SLURM_NO_INDEX));
}

void flights_take_off(const struct flights *group, uint64_t id) {
    for (size_t i = 0; i < group->len; i++) {
        struct flight *f = group->at[i];

        f->job = (struct slurm_job){
            .id = id, .index = f->order.index, .state = SLURM_PENDING, .reason = "", .node = ""};
        flight_take_off(f);
    }
    tell(group, id);
}
