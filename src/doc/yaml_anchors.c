#include "doc/yaml_anchors.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "doc/node.h"

/* What a node shares with its aliases is its array of items. */
struct shared {
    unsigned seen, number;
};

struct anchors {
    struct map shared; /* address of the items, as text -> struct shared */
    struct arena *arena;
    unsigned last; /* number given out */
};

static const void *items_of(const struct node *n) {
    return n->kind == NODE_LIST  ? (const void *)n->list.at
           : n->kind == NODE_MAP ? (const void *)n->map.at
                                 : NULL;
}

static struct shared *shared_find(const struct anchors *a, const void *items) {
    char key[24];
    snprintf(key, sizeof key, "%p", items);
    return map_get(&a->shared, key);
}

static void note_aliases(struct anchors *a, const struct node *n) {
    const void *items = items_of(n);
    if (!items) {
        return;
    }
    if (n->alias && !shared_find(a, items)) {
        char *key = arena_printf(a->arena, "%p", items);
        map_put(&a->shared, key, arena_alloc(a->arena, sizeof(struct shared)));
    }
    for (size_t i = 0; n->kind == NODE_LIST && i < n->list.len; i++) {
        note_aliases(a, n->list.at[i]);
    }
    for (size_t i = 0; n->kind == NODE_MAP && i < n->map.len; i++) {
        note_aliases(a, n->map.at[i].value);
    }
}

/* Numbers go by second sights, in the order of the walk; below an alias nothing is seen again. */
static void count(struct anchors *a, const struct node *n) {
    const void *items = items_of(n);
    if (!items) {
        return;
    }
    struct shared *shared = shared_find(a, items);
    if (shared && ++shared->seen > 1) {
        if (shared->seen == 2) {
            shared->number = ++a->last;
        }
        return;
    }
    for (size_t i = 0; n->kind == NODE_LIST && i < n->list.len; i++) {
        count(a, n->list.at[i]);
    }
    for (size_t i = 0; n->kind == NODE_MAP && i < n->map.len; i++) {
        count(a, n->map.at[i].value);
    }
}

struct anchors *anchors_find(const struct node *root) {
    struct anchors *a = mem_zalloc(1, sizeof *a);
    a->arena = arena_new();
    note_aliases(a, root);
    if (a->shared.len == 0) {
        anchors_free(a);
        return NULL;
    }
    count(a, root);
    for (size_t i = 0; i < a->shared.len; i++) {
        ((struct shared *)a->shared.at[i].value)->seen = 0;
    }
    return a;
}

void anchors_free(struct anchors *a) {
    if (a) {
        map_release(&a->shared);
        arena_free(a->arena);
        free(a);
    }
}

unsigned anchors_number(struct anchors *a, const struct node *n, bool *first) {
    *first = false;
    struct shared *shared = a ? shared_find(a, items_of(n)) : NULL;
    if (!shared || shared->number == 0) {
        return 0;
    }
    *first = shared->seen++ == 0;
    return shared->number;
}
