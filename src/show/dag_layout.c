/*
 * After Sugiyama: layers by longest path, order within a layer by barycentres, places by sweeps
 * that put each node as near to the middle of its neighbours as the order allows.
 */
#include "show/dag_layout.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "show/dag_draw.h"

#define MAX_NODES    50000 /* boxes and bends */
#define ORDER_SWEEPS 12
#define PLACE_SWEEPS 16
#define BEND_WEIGHT  8.0 /* of bend under bend: straight long edges matter more than centred boxes */

static void link_nodes(struct layout *l, size_t from, size_t to) {
    vec_push(&l->node[from].down, to);
    vec_push(&l->node[to].up, from);
}

/* Fills `order` so that each node comes after those above it; returns how many found a place
 * (fewer: a cycle). */
static size_t order_topological(const struct layout *l, size_t n, size_t *order) {
    size_t *waits = mem_zalloc(n + 1, sizeof *waits);
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < n; i++) {
        waits[i] = l->node[i].up.len;
        if (waits[i] == 0) {
            order[tail++] = i;
        }
    }
    while (head < tail) {
        const struct layout_node *node = &l->node[order[head++]];
        for (size_t k = 0; k < node->down.len; k++) {
            if (--waits[node->down.at[k]] == 0) {
                order[tail++] = node->down.at[k];
            }
        }
    }
    free(waits);
    return tail;
}

/* As high as possible, then each node that has something below it as low as that allows. False on a
 * cycle. */
static bool assign_layers(struct layout *l, size_t n) {
    size_t *order = mem_zalloc(n + 1, sizeof *order);
    bool acyclic = order_topological(l, n, order) == n;
    for (size_t i = 0; acyclic && i < n; i++) {
        const struct layout_node *node = &l->node[order[i]];
        for (size_t k = 0; k < node->down.len; k++) {
            struct layout_node *below = &l->node[node->down.at[k]];
            below->layer = below->layer > node->layer ? below->layer : node->layer + 1;
        }
        l->nlayers = node->layer + 1 > l->nlayers ? node->layer + 1 : l->nlayers;
    }
    for (size_t i = n; acyclic && i-- > 0;) {
        struct layout_node *node = &l->node[order[i]];
        size_t lowest = SIZE_MAX;
        for (size_t k = 0; k < node->down.len; k++) {
            size_t below = l->node[node->down.at[k]].layer;
            lowest = below < lowest ? below : lowest;
        }
        node->layer = lowest == SIZE_MAX ? node->layer : lowest - 1;
    }
    free(order);
    return acyclic;
}

static size_t count_bends(const struct layout *l, size_t n) {
    size_t bends = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < l->node[i].down.len && bends <= MAX_NODES; k++) {
            bends += l->node[l->node[i].down.at[k]].layer - l->node[i].layer - 1;
        }
    }
    return bends;
}

static void replace(size_t *at, size_t len, size_t old, size_t new) {
    for (size_t i = 0; i < len; i++) {
        if (at[i] == old) {
            at[i] = new;
            return;
        }
    }
}

static void bend_edge(struct layout *l, size_t from, size_t to, double width) {
    size_t above = from;
    for (size_t layer = l->node[from].layer + 1; layer < l->node[to].layer; layer++) {
        size_t bend = l->len++;
        l->node[bend] = (struct layout_node){.bend = true, .layer = layer, .width = width};
        if (above == from) {
            replace(l->node[from].down.at, l->node[from].down.len, to, bend);
            vec_push(&l->node[bend].up, from);
        } else {
            link_nodes(l, above, bend);
        }
        above = bend;
    }
    if (above != from) {
        replace(l->node[to].up.at, l->node[to].up.len, from, above);
        vec_push(&l->node[above].down, to);
    }
}

/* Depth first from the last things made along what they need: neighbours in the pipeline start as
 * neighbours. */
static void initial_order(struct layout *l, size_t n) {
    bool *seen = mem_zalloc(l->len, sizeof *seen);
    VEC(size_t) stack = {0};
    for (size_t i = n; i-- > 0;) {
        if (l->node[i].down.len == 0) {
            vec_push(&stack, i);
        }
    }
    while (stack.len) {
        size_t i = stack.at[--stack.len];
        if (seen[i]) {
            continue;
        }
        seen[i] = true;
        struct layout_node *node = &l->node[i];
        struct layout_layer *layer = &l->layer[node->layer];
        node->pos = layer->len;
        vec_push(layer, i);
        for (size_t k = node->up.len; k-- > 0;) {
            vec_push(&stack, node->up.at[k]);
        }
    }
    vec_release(&stack);
    free(seen);
}

struct keyed {
    double key;
    size_t pos, node;
};

static int compare_keyed(const void *a, const void *b) {
    const struct keyed *x = a, *y = b;
    if (x->key < y->key || x->key > y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return x->pos < y->pos ? -1 : x->pos > y->pos;
}

static double mean_pos(const struct layout *l, const size_t *at, size_t len, double fallback) {
    double sum = 0;
    for (size_t k = 0; k < len; k++) {
        sum += (double)l->node[at[k]].pos;
    }
    return len ? sum / (double)len : fallback;
}

static void sort_layer(struct layout *l, struct layout_layer *layer, bool by_up) {
    struct keyed *keyed = mem_zalloc(layer->len, sizeof *keyed);
    for (size_t p = 0; p < layer->len; p++) {
        const struct layout_node *node = &l->node[layer->at[p]];
        double key = by_up ? mean_pos(l, node->up.at, node->up.len, (double)p)
                           : mean_pos(l, node->down.at, node->down.len, (double)p);
        keyed[p] = (struct keyed){.key = key, .pos = p, .node = layer->at[p]};
    }
    qsort(keyed, layer->len, sizeof *keyed, compare_keyed);
    for (size_t p = 0; p < layer->len; p++) {
        layer->at[p] = keyed[p].node;
        l->node[keyed[p].node].pos = p;
    }
    free(keyed);
}

static int compare_size(const void *a, const void *b) {
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

/* Pairs of edges below this layer that cross: inversions of the lower ends, counted with a Fenwick
 * tree. */
static uint64_t count_layer_crossings(const struct layout *l, size_t layer, size_t *tree) {
    const struct layout_layer *upper = &l->layer[layer];
    size_t width = l->layer[layer + 1].len;
    memset(tree, 0, (width + 1) * sizeof *tree);
    uint64_t crossings = 0, edges = 0;
    VEC(size_t) ends = {0};
    for (size_t p = 0; p < upper->len; p++) {
        const struct layout_node *node = &l->node[upper->at[p]];
        vec_clear(&ends);
        for (size_t k = 0; k < node->down.len; k++) {
            vec_push(&ends, l->node[node->down.at[k]].pos);
        }
        if (ends.len > 1) {
            qsort(ends.at, ends.len, sizeof *ends.at, compare_size);
        }
        for (size_t k = 0; k < ends.len; k++) {
            uint64_t not_right = 0;
            for (size_t i = ends.at[k] + 1; i; i -= i & -i) {
                not_right += tree[i];
            }
            crossings += edges - not_right;
            edges++;
            for (size_t i = ends.at[k] + 1; i <= width; i += i & -i) {
                tree[i]++;
            }
        }
    }
    vec_release(&ends);
    return crossings;
}

static uint64_t count_crossings(const struct layout *l, size_t *tree) {
    uint64_t crossings = 0;
    for (size_t i = 0; i + 1 < l->nlayers; i++) {
        crossings += count_layer_crossings(l, i, tree);
    }
    return crossings;
}

static void save_order(const struct layout *l, size_t *pos) {
    for (size_t i = 0; i < l->len; i++) {
        pos[i] = l->node[i].pos;
    }
}

static void restore_order(struct layout *l, const size_t *pos) {
    for (size_t i = 0; i < l->len; i++) {
        l->node[i].pos = pos[i];
        l->layer[l->node[i].layer].at[pos[i]] = i;
    }
}

static void reduce_crossings(struct layout *l) {
    size_t *best = mem_zalloc(l->len, sizeof *best);
    size_t *tree = mem_zalloc(l->len + 1, sizeof *tree);
    save_order(l, best);
    uint64_t fewest = count_crossings(l, tree);
    for (int sweep = 0; sweep < ORDER_SWEEPS && fewest; sweep++) {
        for (size_t i = 1; i < l->nlayers; i++) {
            bool downwards = sweep % 2 == 0;
            sort_layer(l, &l->layer[downwards ? i : l->nlayers - 1 - i], downwards);
        }
        uint64_t crossings = count_crossings(l, tree);
        if (crossings < fewest) {
            fewest = crossings;
            save_order(l, best);
        }
    }
    restore_order(l, best);
    free(tree);
    free(best);
}

/* Where a node wants to be: amid its neighbours on one side. */
static double mean_x(const struct layout *l, const size_t *at, size_t len) {
    double sum = 0;
    for (size_t k = 0; k < len; k++) {
        sum += l->node[at[k]].x;
    }
    return sum / (double)len;
}

struct block {
    double sum, weight;
    size_t len;
};

/*
 * Places a layer: as near as possible (least squares) to where each node wants to be, `gap` columns
 * between neighbours. With the widths taken off this is a regression by a rising sequence:
 * neighbours that would overlap are pooled.
 */
static void place_layer(struct layout *l, const struct layout_layer *layer, bool by_up,
                        double gap) {
    struct block *block = mem_zalloc(layer->len + 1, sizeof *block);
    double *offset = mem_zalloc(layer->len + 1, sizeof *offset);
    size_t nblocks = 0;
    for (size_t p = 0; p < layer->len; p++) {
        struct layout_node *node = &l->node[layer->at[p]];
        if (p) {
            offset[p] = offset[p - 1] + l->node[layer->at[p - 1]].width / 2 + gap + node->width / 2;
        }
        const size_t *beside = by_up ? node->up.at : node->down.at;
        size_t nbeside = by_up ? node->up.len : node->down.len;
        double wish = nbeside ? mean_x(l, beside, nbeside) : node->x;
        double weight = node->bend && l->node[beside[0]].bend ? BEND_WEIGHT : 1;
        block[nblocks++] = (struct block){weight * (wish - offset[p]), weight, 1};
        while (nblocks > 1 && block[nblocks - 2].sum * block[nblocks - 1].weight >
                                  block[nblocks - 1].sum * block[nblocks - 2].weight) {
            nblocks--;
            block[nblocks - 1].sum += block[nblocks].sum;
            block[nblocks - 1].weight += block[nblocks].weight;
            block[nblocks - 1].len += block[nblocks].len;
        }
    }
    for (size_t b = 0, p = 0; b < nblocks; b++) {
        for (size_t k = 0; k < block[b].len; k++, p++) {
            l->node[layer->at[p]].x = block[b].sum / block[b].weight + offset[p];
        }
    }
    free(offset);
    free(block);
}

static void place_nodes(struct layout *l, double gap) {
    for (size_t i = 0; i < l->nlayers; i++) {
        place_layer(l, &l->layer[i], true, gap);
    }
    for (int sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
        for (size_t i = 1; i < l->nlayers; i++) {
            bool downwards = sweep % 2 == 1;
            place_layer(l, &l->layer[downwards ? i : l->nlayers - 1 - i], downwards, gap);
        }
    }
}

struct layout *layout_new(const double *width, size_t n, const struct dag_edge *edges,
                          size_t nedges) {
    struct layout *l = mem_zalloc(1, sizeof *l);
    l->node = mem_zalloc(n + 1, sizeof *l->node);
    l->len = n;
    double gap = n ? width[0] : 0;
    for (size_t i = 0; i < n; i++) {
        l->node[i].width = width[i];
        gap = width[i] < gap ? width[i] : gap;
    }
    for (size_t i = 0; i < nedges; i++) {
        link_nodes(l, edges[i].from, edges[i].to);
    }

    size_t bends = 0;
    if (n > MAX_NODES || !assign_layers(l, n) || (bends = count_bends(l, n)) > MAX_NODES - n) {
        layout_free(l);
        return NULL;
    }
    l->node = mem_realloc(l->node, n + bends + 1, sizeof *l->node);
    for (size_t i = 0; i < nedges; i++) {
        bend_edge(l, edges[i].from, edges[i].to, gap);
    }
    l->layer = mem_zalloc(l->nlayers + 1, sizeof *l->layer);
    initial_order(l, n);
    reduce_crossings(l);
    place_nodes(l, gap);
    return l;
}

void layout_free(struct layout *l) {
    if (!l) {
        return;
    }
    for (size_t i = 0; i < l->len; i++) {
        vec_release(&l->node[i].up);
        vec_release(&l->node[i].down);
    }
    for (size_t i = 0; l->layer && i < l->nlayers; i++) {
        vec_release(&l->layer[i]);
    }
    free(l->layer);
    free(l->node);
    free(l);
}
