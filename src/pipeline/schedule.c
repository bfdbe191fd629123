#include "pipeline/schedule.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/vec.h"
#include "job/progress.h"
#include "os/signal.h"
#include "data/data.h"
#include "model/graph.h"
#include "model/repo_lock.h"
#include "model/stage.h"
#include "pipeline/executor.h"
#include "pipeline/slots.h"

enum turn_state { TURN_WAITS, TURN_RUNS, TURN_OVER };

struct turn {
    enum turn_state state;
    size_t blocked; /* stages it depends on that are not over */
    size_t chain;   /* the longest that waits for it, of stages of the order */
    struct exec_task *task;
};

struct tasks VEC_OF(struct exec_task *);

struct run {
    const struct schedule *s;
    const struct schedule_visitor *v;
    struct turn *turn; /* of each stage of the order */
    size_t *turn_of;   /* by node of the graph; SIZE_MAX: not in the order */
    struct slots slots;
    size_t settled; /* all turns before are over */
    size_t running;
    bool stopping;
    size_t failed_turn;
    struct err_chain *failure; /* of that turn */
};

static const struct graph_node *node_of(const struct run *r, size_t turn) {
    return r->s->graph ? &r->s->graph->node[r->s->order->at[turn]->number] : NULL;
}

static void count_blocked(struct run *r) {
    const struct graph *g = r->s->graph;

    if (!g) {
        return;
    }
    r->turn_of = mem_zalloc(g->len + 1, sizeof *r->turn_of);
    for (size_t i = 0; i < g->len; i++) {
        r->turn_of[i] = SIZE_MAX;
    }
    for (size_t i = 0; i < r->s->order->len; i++) {
        r->turn_of[r->s->order->at[i]->number] = i;
    }
    for (size_t i = 0; i < r->s->order->len; i++) {
        const struct graph_node *n = node_of(r, i);

        for (size_t k = 0; k < n->up.len; k++) {
            r->turn[i].blocked += r->turn_of[n->up.at[k]] != SIZE_MAX;
        }
    }
}

/* What depends on a stage comes after it in the order. */
static void measure_chains(struct run *r) {
    for (size_t i = r->s->order->len; i-- > 0;) {
        const struct graph_node *n = node_of(r, i);

        for (size_t k = 0; n && k < n->down.len; k++) {
            size_t down = r->turn_of[n->down.at[k]];
            if (down != SIZE_MAX && r->turn[down].chain >= r->turn[i].chain) {
                r->turn[i].chain = r->turn[down].chain + 1;
            }
        }
    }
}

static void finish_turn(struct run *r, size_t turn) {
    const struct graph_node *n = node_of(r, turn);

    r->turn[turn].state = TURN_OVER;
    for (size_t k = 0; n && k < n->down.len; k++) {
        size_t down = r->turn_of[n->down.at[k]];
        if (down != SIZE_MAX) {
            r->turn[down].blocked--;
        }
    }
    while (r->settled < r->s->order->len && r->turn[r->settled].state == TURN_OVER) {
        r->settled++;
    }
}

/* The failure of the first stage in order is kept. */
static void note_failure(struct run *r, size_t turn, int rc) {
    struct err_chain *failure = err_take(rc);

    r->stopping = true;
    if (r->failure && r->failed_turn < turn) {
        err_drop(failure);
        return;
    }
    err_drop(r->failure);
    r->failure = failure;
    r->failed_turn = turn;
}

static void settle(struct run *r, size_t turn, int rc) {
    if (rc && r->v->failed(r->v->ctx, turn, rc)) {
        note_failure(r, turn, rc);
    }
    finish_turn(r, turn);
}

/* The tasks at work that the stage waits for, if `after` is not NULL; false: it waits for more than these. */
static bool find_running(struct tasks *after, const struct run *r, size_t turn) {
    const struct graph_node *n = node_of(r, turn);

    for (size_t k = 0; n && k < n->up.len; k++) {
        size_t up = r->turn_of[n->up.at[k]];

        if (up == SIZE_MAX || r->turn[up].state == TURN_OVER) {
            continue;
        }
        if (r->turn[up].state != TURN_RUNS) {
            return false;
        }
        if (after) {
            vec_push(after, r->turn[up].task);
        }
    }
    return true;
}

static bool is_early(const struct run *r, size_t turn) {
    return r->s->graph && r->v->early(r->v->ctx, turn) && find_running(NULL, r, turn);
}

static void begin_turn(struct run *r, size_t turn) {
    const struct stage *s = r->s->order->at[turn];
    struct exec_task *task = NULL;
    struct tasks after = {0};
    int rc = cancel_check();

    rc = rc ? rc : slots_check(s);
    if (r->turn[turn].blocked && find_running(&after, r, turn)) {
        vec_push(&after, NULL);
    }
    rc = rc ? rc : r->v->begin(&task, r->v->ctx, turn, after.at);
    if (!rc && task) {
        rc = r->s->executor->ops->start(r->s->executor, task);
        if (rc) {
            task->failed = true;
            task->why = mem_strdup(err_text());
            err_clear();
            rc = r->v->end(r->v->ctx, turn, task);
            task = NULL;
        } else {
            task->after = NULL;
        }
    }
    vec_release(&after);
    if (rc || !task) {
        slots_give(&r->slots, s);
        settle(r, turn, rc);
        return;
    }
    r->turn[turn].task = task;
    r->turn[turn].state = TURN_RUNS;
    r->running++;
}

static bool use_slots(const struct run *r) {
    return r->s->executor->ops->use_slots(r->s->executor, r->slots.used);
}

/* The one of those that may begin whose turn it is; SIZE_MAX: none. */
static size_t pick_turn(const struct run *r) {
    size_t best = SIZE_MAX;

    if (r->stopping || r->slots.used == r->slots.all) {
        return best;
    }
    for (size_t i = r->settled; i < r->s->order->len; i++) {
        const struct turn *t = &r->turn[i];
        bool may = t->state == TURN_WAITS && (t->blocked == 0 || is_early(r, i));

        if (may && (best == SIZE_MAX || t->chain > r->turn[best].chain) &&
            slots_fit(&r->slots, r->s->order->at[i])) {
            best = i;
            if (r->slots.all == 1) {
                break;
            }
        }
    }
    return best;
}

/* The same with its slots taken; SIZE_MAX also when the executor has no room now. */
static size_t next_turn(struct run *r) {
    size_t turn = pick_turn(r);

    if (turn != SIZE_MAX) {
        slots_take(&r->slots, r->s->order->at[turn]);
    }
    if (!use_slots(r) && turn != SIZE_MAX) {
        slots_give(&r->slots, r->s->order->at[turn]);
        return SIZE_MAX;
    }
    return turn;
}

static size_t turn_of_task(const struct run *r, const struct exec_task *task) {
    size_t i = r->settled;

    while (r->turn[i].task != task) {
        i++;
    }
    return i;
}

static int wait_unlocked(struct exec_task **ended, const struct run *r) {
    struct executor *e = r->s->executor;
    int rc, after;

    progress_done(r->s->data->progress); /* the terminal is the command's */
    repo_lock_pause(&r->s->data->lock);
    rc = e->ops->wait(ended, e, r->v->due(r->v->ctx, r->settled));
    after = rc ? 0 : repo_lock_resume(&r->s->data->lock);
    if (after && *ended) { /* what it made cannot be recorded */
        (*ended)->failed = true;
        (*ended)->why = mem_strdup(err_text());
        err_clear();
        after = 0;
    }
    return rc ? rc : after;
}

/* Until a task has ended, or there is something else to do. */
static int wait_turn(struct run *r, bool *cancelled) {
    struct exec_task *ended = NULL;
    int rc;

    if (signal_cancelled() && !*cancelled) {
        *cancelled = true;
        r->s->executor->ops->cancel(r->s->executor);
    }
    if ((rc = wait_unlocked(&ended, r))) {
        return rc;
    }
    if (ended) {
        size_t turn = turn_of_task(r, ended);

        r->turn[turn].task = NULL;
        r->running--;
        slots_give(&r->slots, r->s->order->at[turn]);
        settle(r, turn, r->v->end(r->v->ctx, turn, ended));
    }
    return 0;
}

static int idle(const struct run *r) {
    return r->v->due(r->v->ctx, r->settled) == 0 ? r->v->idle(r->v->ctx, r->settled) : 0;
}

/* Nothing begins any more; what cannot be waited for is told to end. */
static void give_up(struct run *r, int rc) {
    note_failure(r, 0, rc);
    r->s->executor->ops->cancel(r->s->executor);
}

int schedule_run(const struct schedule *s, const struct schedule_visitor *v) {
    struct run r = {.s = s, .v = v, .slots = {.all = s->graph ? s->jobs : 1}};
    bool cancelled = false;

    r.turn = mem_zalloc(s->order->len + 1, sizeof *r.turn);
    count_blocked(&r);
    measure_chains(&r);
    for (;;) {
        size_t turn = next_turn(&r);
        int rc = 0;

        if (turn != SIZE_MAX) {
            begin_turn(&r, turn);
        } else if (!r.running) {
            break;
        } else if ((rc = wait_turn(&r, &cancelled))) {
            give_up(&r, rc);
            break;
        }
        if (!r.stopping && (rc = idle(&r))) {
            note_failure(&r, 0, rc);
        }
    }
    free(r.turn);
    free(r.turn_of);
    slots_release(&r.slots);
    return err_give(r.failure);
}
