#include "hash/digest_set.h"

#include <stdlib.h>

static int order(const void *a, const void *b) {
    return digest_compare(a, b);
}

void digest_set_sort(struct digest_set *s) {
    size_t n = 0;

    if (s->len > 0) {
        qsort(s->at, s->len, sizeof *s->at, order);
    }
    for (size_t i = 0; i < s->len; i++) {
        if (n == 0 || !digest_equal(&s->at[n - 1], &s->at[i])) {
            s->at[n++] = s->at[i];
        }
    }
    s->len = n;
}

bool digest_set_has(const struct digest_set *s, const struct digest *d) {
    return s->len > 0 && bsearch(d, s->at, s->len, sizeof *s->at, order) != NULL;
}

void digest_set_release(struct digest_set *s) {
    vec_release(s);
}
