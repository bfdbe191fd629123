#include "model/graph.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"

/* Outs that a dependency needs: those at or above its path, nearest to the root first, then those
 * below it. */
struct needed VEC_OF(struct out *);

static int compare_needed(const void *a, const void *b) {
    const struct out *x = *(struct out *const *)a, *y = *(struct out *const *)b;

    if (x->stage != y->stage) {
        return x->stage->number < y->stage->number ? -1 : 1;
    }
    return (x > y) - (x < y);
}

static void find_above(struct needed *out, const struct index *idx, const char *path) {
    struct str above CLEANUP(str_release) = STR_INIT;

    for (const char *p = path; *p;) {
        size_t n = strcspn(p, "/");

        str_add(&above, p, n);
        struct out *o = map_get(&idx->by_out, above.buf);

        if (o) {
            vec_push(out, o);
        }
        str_addc(&above, '/');
        p += n + (p[n] == '/');
    }
}

static void find_below(struct needed *out, const struct index *idx, const char *path) {
    struct str prefix CLEANUP(str_release) = STR_INIT;
    size_t low = 0, high = idx->outs.len, first = out->len;

    str_addf(&prefix, "%s%s", path, path[0] ? "/" : "");
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (strcmp(idx->outs.at[mid]->path, prefix.buf) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < idx->outs.len && str_starts(idx->outs.at[low]->path, prefix.buf); low++) {
        vec_push(out, idx->outs.at[low]);
    }
    if (out->len > first) {
        qsort(out->at + first, out->len - first, sizeof *out->at, compare_needed);
    }
}

static void find_needed(struct needed *out, const struct index *idx, const struct dep *d) {
    switch (d->kind) {
    case DEP_FILE:
    case DEP_PARAMS:
    case DEP_URL:
        if (!path_is_absolute(d->path)) {
            find_above(out, idx, d->path);
            find_below(out, idx, d->path);
        }
        break;
    case DEP_REPO:
    case DEP_DB:
    case DEP_DATASET:
        break;
    }
}

static void add_edges(struct graph *g) {
    struct needed needed = {0};
    size_t *last =
        mem_zalloc(g->len + 1, sizeof *last); /* the node that pointed here last, plus one */

    for (size_t i = 0; i < g->len; i++) {
        const struct stage *s = g->node[i].stage;

        vec_clear(&needed);
        for (size_t k = 0; k < s->ndeps; k++) {
            find_needed(&needed, g->index, &s->deps[k]);
        }
        for (size_t k = 0; k < needed.len; k++) {
            size_t to = needed.at[k]->stage->number;

            if (last[to] != i + 1) {
                last[to] = i + 1;
                vec_push(&g->node[i].up, to);
                vec_push(&g->node[to].down, i);
            }
        }
    }
    free(last);
    vec_release(&needed);
}

enum colour { WHITE, GREY, BLACK };

/* A depth-first walk along `up` edges, with its own stack: chains may be long. */
struct walk_frame {
    size_t node, edge;
};
struct dfs {
    const struct graph *g;
    uint8_t *colour; /* by node; BLACK from the start: not to be visited */
    VEC(struct walk_frame) stack;
};

static void dfs_open(struct dfs *d, const struct graph *g, enum colour colour) {
    *d = (struct dfs){.g = g, .colour = mem_alloc(g->len + 1)};
    memset(d->colour, colour, g->len + 1);
}

static void dfs_close(struct dfs *d) {
    free(d->colour);
    vec_release(&d->stack);
}

static void dfs_push(struct dfs *d, size_t node) {
    struct walk_frame f = {.node = node};

    d->colour[node] = GREY;
    vec_push(&d->stack, f);
}

/* Visits what hangs below `start` and is WHITE. `out` (may be NULL) gets it in post-order. False
 * when it came upon a GREY node, the stack then being the way to it and *back that node. */
static bool dfs_visit(struct stages *out, struct dfs *d, size_t start, size_t *back) {
    if (d->colour[start] != WHITE) {
        return true;
    }
    dfs_push(d, start);
    while (d->stack.len > 0) {
        struct walk_frame *top = &d->stack.at[d->stack.len - 1];
        const struct graph_node *n = &d->g->node[top->node];

        if (top->edge < n->up.len) {
            size_t next = n->up.at[top->edge++];

            if (d->colour[next] == WHITE) {
                dfs_push(d, next);
            } else if (d->colour[next] == GREY && back) {
                *back = next;
                return false;
            }
            continue;
        }
        d->colour[top->node] = BLACK;
        if (out) {
            vec_push(out, n->stage);
        }
        d->stack.len--;
    }
    return true;
}

static int cycle_error(const struct dfs *d, size_t back) {
    const struct index *idx = d->g->index;
    struct str text CLEANUP(str_release) = STR_INIT;
    size_t i = d->stack.len;

    while (d->stack.at[--i].node != back) {
    }
    bool alone = i + 1 == d->stack.len;

    for (; i < d->stack.len; i++) {
        str_addf(
            &text, "'%s' -> ",
            stage_address(d->g->node[d->stack.at[i].node].stage, idx->arena, idx->view.repo->cwd));
    }
    str_addf(&text, "'%s'", stage_address(d->g->node[back].stage, idx->arena, idx->view.repo->cwd));
    return err_set(ERR_FAILED,
                   alone ? "%s: a stage depends on its own output: %s"
                         : "%s: stages depend on each other: %s",
                   stage_place(d->g->node[back].stage, d->g->node[back].stage->node, idx->arena,
                               idx->view.repo->cwd),
                   text.buf);
}

static int check_acyclic(const struct graph *g) {
    struct dfs d CLEANUP(dfs_close) = {0};
    size_t back;

    dfs_open(&d, g, WHITE);
    for (size_t i = 0; i < g->len; i++) {
        if (!dfs_visit(NULL, &d, i, &back)) {
            return cycle_error(&d, back);
        }
    }
    return 0;
}

int graph_build(struct graph **out, const struct index *idx) {
    struct graph *g;
    int rc = index_check_overlaps(idx);

    if (rc) {
        return rc;
    }
    g = mem_zalloc(1, sizeof *g);
    g->index = idx;
    g->len = idx->stages.len;
    g->node = mem_zalloc(g->len + 1, sizeof *g->node);
    for (size_t i = 0; i < g->len; i++) {
        g->node[i].stage = idx->stages.at[i];
        g->node[i].stage->number = i;
    }
    add_edges(g);
    if ((rc = check_acyclic(g)) != 0) {
        graph_free(g);
        return rc;
    }
    *out = g;
    return 0;
}

void graph_free(struct graph *g) {
    if (!g) {
        return;
    }
    for (size_t i = 0; i < g->len; i++) {
        vec_release(&g->node[i].up);
        vec_release(&g->node[i].down);
    }
    free(g->node);
    free(g);
}

void graph_freep(struct graph **g) {
    graph_free(*g);
    *g = NULL;
}

void graph_detach_frozen(struct graph *g) {
    for (size_t i = 0; i < g->len; i++) {
        struct graph_node *frozen = &g->node[i];

        if (!frozen->stage->frozen) {
            continue;
        }
        for (size_t k = 0; k < frozen->up.len; k++) {
            struct graph_node *up = &g->node[frozen->up.at[k]];
            size_t kept = 0;

            for (size_t n = 0; n < up->down.len; n++) {
                if (up->down.at[n] != i) {
                    up->down.at[kept++] = up->down.at[n];
                }
            }
            up->down.len = kept;
        }
        vec_clear(&frozen->up);
    }
}

/* The post-order of all WHITE nodes, starting from each in the order of the index. */
static void order_white(struct stages *out, struct dfs *d) {
    for (size_t i = 0; i < d->g->len; i++) {
        (void)dfs_visit(out, d, i, NULL);
    }
}

enum direction { UP = 1, DOWN = 2 };

/* Whitens all that can be reached from a node. */
static void reach(struct dfs *d, size_t from, unsigned directions) {
    VEC(size_t) todo = {0};

    if (d->colour[from] == BLACK) {
        d->colour[from] = WHITE;
        vec_push(&todo, from);
    }
    while (todo.len > 0) {
        const struct graph_node *n = &d->g->node[todo.at[--todo.len]];

        for (size_t pass = UP; pass <= DOWN; pass++) {
            const size_t *at = pass == UP ? n->up.at : n->down.at;
            size_t len = pass == UP ? n->up.len : n->down.len;

            for (size_t i = 0; (directions & pass) && i < len; i++) {
                if (d->colour[at[i]] == BLACK) {
                    d->colour[at[i]] = WHITE;
                    vec_push(&todo, at[i]);
                }
            }
        }
    }
    vec_release(&todo);
}

static void order_reached(struct stages *out, const struct graph *g, const struct stages *targets,
                          unsigned directions) {
    bool all = !targets || targets->len == 0;
    struct dfs d CLEANUP(dfs_close) = {0};

    dfs_open(&d, g, all ? WHITE : BLACK);
    for (size_t i = 0; !all && i < targets->len; i++) {
        reach(&d, targets->at[i]->number, directions);
    }
    order_white(out, &d);
}

int graph_order(struct stages *out, const struct graph *g, const struct stages *targets) {
    order_reached(out, g, targets, UP);
    return 0;
}

int graph_downstream(struct stages *out, const struct graph *g, const struct stages *targets) {
    order_reached(out, g, targets, DOWN);
    return 0;
}

int graph_pipeline(struct stages *out, const struct graph *g, const struct stages *targets) {
    if (!targets || targets->len == 0) {
        return graph_order(out, g, NULL);
    }
    uint8_t *done = mem_zalloc(g->len + 1, 1);

    for (size_t i = 0; i < targets->len; i++) { /* one connected part after the other */
        struct stages one = {.at = &targets->at[i], .len = 1};
        size_t first = out->len;

        if (done[targets->at[i]->number]) {
            continue;
        }
        order_reached(out, g, &one, UP | DOWN);
        for (size_t k = first; k < out->len; k++) {
            done[out->at[k]->number] = 1;
        }
    }
    free(done);
    return 0;
}
