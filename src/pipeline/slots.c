#include "pipeline/slots.h"

#include "base/err.h"
#include "doc/node.h"
#include "model/stage.h"

static const struct node *wishes(const struct stage *s) {
    const struct node *meta = s->node ? node_get(s->node, "meta") : NULL;
    const struct node *ours = meta && meta->kind == NODE_MAP ? node_get(meta, "cairn") : NULL;

    return ours && ours->kind == NODE_MAP ? ours : NULL;
}

static const struct node *wish(const struct stage *s, const char *key) {
    const struct node *ours = wishes(s);

    return ours ? node_get(ours, key) : NULL;
}

static size_t count_mutexes(const struct node *mutex) {
    return !mutex ? 0 : mutex->kind == NODE_LIST ? mutex->list.len : 1;
}

/* NULL if it is no text. */
static const char *mutex_name(const struct node *mutex, size_t i) {
    return node_text(mutex->kind == NODE_LIST ? mutex->list.at[i] : mutex);
}

int slots_check(const struct stage *s) {
    const struct node *weight = wish(s, "weight"), *mutex = wish(s, "mutex");

    if (weight && (weight->kind != NODE_INT || weight->integer < 1)) {
        return err_set(ERR_INVALID, "%s: stage '%s': meta.cairn.weight has to be a number above 0",
                       s->file, s->name);
    }
    for (size_t i = 0; i < count_mutexes(mutex); i++) {
        if (!mutex_name(mutex, i)) {
            return err_set(ERR_INVALID,
                           "%s: stage '%s': meta.cairn.mutex has to be a name or names", s->file,
                           s->name);
        }
    }
    return 0;
}

static size_t weight_of(const struct slots *slots, const struct stage *s) {
    const struct node *weight = wish(s, "weight");
    size_t want = weight && weight->kind == NODE_INT && weight->integer > 0
                      ? (size_t)weight->integer
                      : 1; /* what makes no sense is told when its turn comes */

    return want < slots->all ? want : slots->all;
}

bool slots_fit(const struct slots *slots, const struct stage *s) {
    const struct node *mutex = wish(s, "mutex");

    if (slots->used + weight_of(slots, s) > slots->all) {
        return false;
    }
    for (size_t i = 0; i < count_mutexes(mutex); i++) {
        const char *name = mutex_name(mutex, i);
        if (name && map_get(&slots->taken, name)) {
            return false;
        }
    }
    return true;
}

void slots_take(struct slots *slots, const struct stage *s) {
    const struct node *mutex = wish(s, "mutex");

    for (size_t i = 0; i < count_mutexes(mutex); i++) {
        if (mutex_name(mutex, i)) {
            map_put(&slots->taken, mutex_name(mutex, i), slots);
        }
    }
    slots->used += weight_of(slots, s);
}

void slots_give(struct slots *slots, const struct stage *s) {
    const struct node *mutex = wish(s, "mutex");

    for (size_t i = 0; i < count_mutexes(mutex); i++) {
        if (mutex_name(mutex, i)) {
            map_put(&slots->taken, mutex_name(mutex, i), NULL);
        }
    }
    slots->used -= weight_of(slots, s);
}

void slots_release(struct slots *slots) {
    map_release(&slots->taken);
}
