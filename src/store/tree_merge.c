#include "store/tree_merge.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "store/tree.h"

#define NAMED_MAX 20 /* conflicts in one message */

struct merge {
    struct str names; /* of the conflicts */
    size_t conflicts;
};

static void add_conflict(struct merge *m, const char *path) {
    if (m->conflicts++ < NAMED_MAX) {
        str_addf(&m->names, "%s'%s'", m->names.len ? ", " : "", path);
    }
}

static const char *least(const char *a, const struct tree *t, size_t i) {
    if (i >= t->len) {
        return a;
    }
    return !a || strcmp(t->at[i].path, a) < 0 ? t->at[i].path : a;
}

/* The entry of this path, if it is the next one of the tree. */
static const struct tree_entry *take(const struct tree *t, size_t *i, const char *path) {
    return *i < t->len && strcmp(t->at[*i].path, path) == 0 ? &t->at[(*i)++] : NULL;
}

static bool same(const struct tree_entry *a, const struct tree_entry *b) {
    return a && b ? digest_equal(&a->digest, &b->digest) : a == b;
}

/* A path that is a file on one side and a folder on the other. */
static void find_overlaps(struct merge *m, struct arena *arena, const struct tree *t) {
    for (size_t i = 0; i < t->len; i++) {
        char *parent = arena_strdup(arena, t->at[i].path);
        char *slash;

        while ((slash = strrchr(parent, '/')) != NULL) {
            *slash = '\0';
            if (tree_find(t, parent)) {
                add_conflict(m, t->at[i].path);
            }
        }
    }
}

int tree_merge(struct tree *out, struct arena *arena, const struct tree *base,
               const struct tree *ours, const struct tree *theirs) {
    struct merge m = {.names = STR_INIT};
    size_t b = 0, o = 0, t = 0;
    const char *path;
    int rc = 0;

    *out = (struct tree){0};
    while ((path = least(least(least(NULL, base, b), ours, o), theirs, t)) != NULL) {
        const struct tree_entry *was = take(base, &b, path);
        const struct tree_entry *our = take(ours, &o, path), *their = take(theirs, &t, path);
        const struct tree_entry *now = same(our, was) ? their : our;

        if (!same(our, was) && !same(their, was) && !same(our, their)) {
            add_conflict(&m, path);
        } else if (now) {
            vec_push(out, *now);
        }
    }
    find_overlaps(&m, arena, out);
    if (m.conflicts > NAMED_MAX) {
        str_addf(&m.names, " and %zu more", m.conflicts - NAMED_MAX);
    }
    if (m.conflicts > 0) {
        rc = err_set(ERR_FAILED, "both sides changed %s", m.names.buf);
    }
    str_release(&m.names);
    return rc;
}
