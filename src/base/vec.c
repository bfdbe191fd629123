#include "base/vec.h"

#include <string.h>

int strv_compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void strv_sort(struct strv *v) {
    if (v->len > 1) {
        qsort(v->at, v->len, sizeof *v->at, strv_compare);
    }
}

bool strv_has(const struct strv *v, const char *text) {
    for (size_t i = 0; i < v->len; i++) {
        if (strcmp(v->at[i], text) == 0) {
            return true;
        }
    }
    return false;
}

void strv_release(struct strv *v) {
    vec_release(v);
}
