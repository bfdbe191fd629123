#include "data/remote_lacks.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/tracked.h"
#include "remote/registry.h"
#include "store/odb.h"
#include "store/tree.h"

/* What is asked of one remote, all digests of one algorithm. */
struct question {
    const char *remote; /* NULL: the default one */
    enum hash_algo algo;
    struct strv paths;
    VEC(struct digest) want;
};
struct questions VEC_OF(struct question);

static void questions_release(struct questions *list) {
    for (size_t i = 0; i < list->len; i++) {
        strv_release(&list->at[i].paths);
        vec_release(&list->at[i].want);
    }
    vec_release(list);
}

static struct question *question_for(struct questions *list, const char *remote,
                                     enum hash_algo algo) {
    for (size_t i = 0; i < list->len; i++) {
        if (list->at[i].algo == algo && str_eq(list->at[i].remote, remote)) {
            return &list->at[i];
        }
    }
    vec_push(list, ((struct question){.remote = remote, .algo = algo}));
    return &list->at[list->len - 1];
}

static void ask_for(struct question *q, struct arena *arena, const struct strv *within,
                    const char *path, const struct digest *digest) {
    if (tracked_asked(within, path)) {
        vec_push(&q->paths, arena_printf(arena, "%s%s", path, digest->is_dir ? "/" : ""));
        vec_push(&q->want, *digest);
    }
}

static int ask_for_out(struct questions *list, struct arena *arena, struct data *d,
                       const struct tracked_out *out, const struct remote_lacks_request *o) {
    const char *remote = out->remote ? out->remote : o->remote;
    struct question *q = question_for(list, remote, out->algo);
    const struct tree *files = NULL;
    int rc = o->files ? tracked_listing(&files, arena, d, out) : 0;

    ask_for(q, arena, o->within, out->path, &out->digest);
    for (size_t i = 0; !rc && files && i < files->len; i++) {
        const struct tree_entry *e = &files->at[i];
        ask_for(q, arena, o->within, path_join(arena, out->path, e->path), &e->digest);
    }
    return rc;
}

static int answer(struct strv *out, struct data *d, const struct question *q) {
    struct odb *remote CLEANUP(remote_closep) = NULL;
    bool *have CLEANUP(mem_freep) = mem_zalloc(q->want.len + 1, sizeof *have);
    int rc = 0;

    if ((q->remote || data_remote_default(d)) &&
        !(rc = data_remote_for(&remote, d, q->remote, q->algo))) {
        rc = remote->ops->exists(remote, q->want.at, q->want.len, have, d->progress);
    }
    for (size_t i = 0; !rc && i < q->want.len; i++) {
        if (!have[i]) {
            vec_push(out, q->paths.at[i]);
        }
    }
    return rc;
}

static int compare_paths(const void *a, const void *b) {
    return path_compare(*(const char *const *)a, *(const char *const *)b);
}

int remote_lacks(struct strv *out, struct arena *arena, struct data *d,
                 const struct tracked *records, const struct remote_lacks_request *o) {
    struct questions list CLEANUP(questions_release) = {0};
    int rc = 0;

    for (size_t i = 0; !rc && i < records->len; i++) {
        const struct tracked_out *r = &records->at[i];
        rc = r->push && digest_is_set(&r->digest) ? ask_for_out(&list, arena, d, r, o) : 0;
    }
    for (size_t i = 0; !rc && i < list.len; i++) {
        rc = answer(out, d, &list.at[i]);
    }
    if (out->len > 1) {
        qsort(out->at, out->len, sizeof *out->at, compare_paths);
    }
    return rc;
}
