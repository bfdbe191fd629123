#include "data/compare_renames.h"

#include <stdlib.h>

#include "base/mem.h"
#include "data/compare.h"

/* Deletions of one content lie together, in the order of their paths. */
struct deletion {
    size_t at;   /* in the list of changes */
    size_t used; /* of the first of a content: how many of them have been joined */
};

static int order(const void *a, const void *b, void *ctx) {
    const struct compare_entries *changes = ctx;
    const struct deletion *x = a, *y = b;
    int by_digest = digest_compare(changes->at[x->at].old, changes->at[y->at].old);

    return by_digest ? by_digest : x->at < y->at ? -1 : 1;
}

/* The first deletion of the content, NULL if there is none. */
static struct deletion *find(struct deletion *list, size_t n, const struct compare_entries *changes,
                             const struct digest *digest) {
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (digest_compare(changes->at[list[mid].at].old, digest) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low < n && digest_equal(changes->at[list[low].at].old, digest) ? &list[low] : NULL;
}

static void join(struct compare_entries *changes, struct deletion *list, size_t n,
                 struct compare_entry *added) {
    struct deletion *first = find(list, n, changes, added->new);
    struct deletion *next = first ? first + first->used : NULL;

    if (!next || next == list + n ||
        !digest_equal(changes->at[next->at].old, changes->at[first->at].old)) {
        return;
    }
    struct compare_entry *deleted = &changes->at[next->at];
    first->used++;
    added->kind = COMPARE_RENAMED;
    added->old_path = deleted->old_path;
    added->old = deleted->old;
    deleted->path = NULL; /* dropped below */
}

static bool has_digest(const struct digest *d) {
    return d && digest_is_set(d);
}

void compare_find_renames(struct compare_entries *changes) {
    struct deletion *list = mem_realloc(NULL, changes->len + 1, sizeof *list);
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < changes->len; i++) {
        const struct compare_entry *e = &changes->at[i];
        if (e->kind == COMPARE_DELETED && has_digest(e->old)) {
            list[n++] = (struct deletion){.at = i};
        }
    }
    if (n > 1) {
        qsort_r(list, n, sizeof *list, order, changes);
    }
    for (size_t i = 0; n > 0 && i < changes->len; i++) {
        if (changes->at[i].kind == COMPARE_ADDED && has_digest(changes->at[i].new)) {
            join(changes, list, n, &changes->at[i]);
        }
    }
    for (size_t i = 0; i < changes->len; i++) {
        struct compare_entry e = changes->at[i];
        if (e.path) {
            e.old_path = e.kind == COMPARE_RENAMED ? e.old_path : NULL;
            changes->at[kept++] = e;
        }
    }
    changes->len = kept;
    free(list);
}
