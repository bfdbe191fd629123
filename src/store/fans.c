#include "store/fans.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void fans_sort(struct fans *f, const struct digest *first, size_t stride, size_t n,
               const bool *asked) {
    const char *base = (const char *)first;
    size_t next[FAN_OUT];

    *f = (struct fans){0};
    for (size_t i = 0; i < n; i++) {
        const struct digest *d = (const void *)(base + i * stride);
        f->from[d->byte[0] + 1] += d->len > 0 && (!asked || asked[i]);
    }
    for (size_t fan = 0; fan < FAN_OUT; fan++) {
        f->from[fan + 1] += f->from[fan];
        next[fan] = f->from[fan];
    }
    f->order = mem_realloc(NULL, f->from[FAN_OUT] + 1, sizeof *f->order);
    for (size_t i = 0; i < n; i++) {
        const struct digest *d = (const void *)(base + i * stride);
        if (d->len > 0 && (!asked || asked[i])) {
            f->order[next[d->byte[0]]++] = i;
        }
    }
}

void fans_release(struct fans *f) {
    free(f->order);
    f->order = NULL;
}
