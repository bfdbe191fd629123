#include "doc/yaml_merge.h"

#include "base/arena.h"
#include "doc/keys.h"

void merge_release(struct merge *m) {
    vec_release(&m->own);
    vec_release(&m->merged);
}

static struct node *as_alias(struct arena *arena, const struct node *n) {
    struct node *copy = arena_dup(arena, n, sizeof *n);
    copy->alias = true;
    return copy;
}

static void merge_map(struct merge *m, struct arena *arena, const struct node *map) {
    for (size_t i = 0; i < map->map.len; i++) {
        struct node_pair pair = {as_alias(arena, map->map.at[i].key),
                                 as_alias(arena, map->map.at[i].value)};
        vec_push(&m->merged, pair);
    }
}

const char *merge_add(struct merge *m, struct arena *arena, const struct node *value) {
    if (m->seen) {
        return "a second merge key in one mapping";
    }
    m->seen = true;
    if (value->kind == NODE_MAP) {
        merge_map(m, arena, value);
        return NULL;
    }
    if (value->kind != NODE_LIST) {
        return "a merge key that has no mapping";
    }
    for (size_t i = value->list.len; i > 0; i--) {
        if (value->list.at[i - 1]->kind != NODE_MAP) {
            return "a merge key that has no mapping";
        }
        merge_map(m, arena, value->list.at[i - 1]);
    }
    return NULL;
}

/* Later pairs replace earlier ones in their place. */
static size_t put_all(struct node_pair *at, size_t len, struct keys *keys,
                      const struct node_pair *pairs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t found;
        if (keys_find(keys, pairs[i].key, &found)) {
            at[found] = pairs[i];
        } else {
            keys_add(keys, pairs[i].key, len);
            at[len++] = pairs[i];
        }
    }
    return len;
}

struct node *merge_finish(const struct merge *m, struct arena *arena) {
    if (m->merged.len == 0) {
        return node_map_of(arena, m->own.at, m->own.len);
    }
    CLEANUP(keys_release) struct keys keys = KEYS_INIT;
    CLEANUP(mem_freep)
    struct node_pair *all = mem_zalloc(m->merged.len + m->own.len, sizeof *all);
    size_t len = put_all(all, 0, &keys, m->merged.at, m->merged.len);
    len = put_all(all, len, &keys, m->own.at, m->own.len);
    return node_map_of(arena, all, len);
}
