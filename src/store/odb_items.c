#include "store/odb_items.h"

#include <stdlib.h>

static int item_order(const void *a, const void *b) {
    return digest_compare(&((const struct odb_item *)a)->digest,
                          &((const struct odb_item *)b)->digest);
}

void odb_items_add(struct odb_items *v, const struct digest *d) {
    vec_push(v, ((struct odb_item){.digest = *d, .size = UINT64_MAX}));
}

void odb_items_sort(struct odb_items *v) {
    size_t n = 0;

    if (v->len > 0) {
        qsort(v->at, v->len, sizeof *v->at, item_order);
    }
    for (size_t i = 0; i < v->len; i++) {
        if (n == 0 || item_order(&v->at[n - 1], &v->at[i]) != 0) {
            v->at[n++] = v->at[i];
        }
    }
    v->len = n;
}

const struct odb_item *odb_items_find(const struct odb_items *v, const struct digest *d) {
    struct odb_item key = {.digest = *d};

    return v->len > 0 ? bsearch(&key, v->at, v->len, sizeof *v->at, item_order) : NULL;
}

void odb_items_release(struct odb_items *v) {
    for (size_t i = 0; i < v->len; i++) {
        free(v->at[i].why);
    }
    vec_release(v);
}
