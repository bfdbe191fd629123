#include "data/merge.h"

#include <fcntl.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/output.h"
#include "model/content.h"
#include "model/dvcfile.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/stagefile.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache.h"
#include "store/tree.h"
#include "store/tree_merge.h"

static int load_version(struct stage **out, struct arena *arena, struct data *d,
                        const char *typed) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *path;
    int rc = repo_path(&path, d->repo, typed, true);

    if (!rc && !file_exists(d->repo->root_fd, path)) {
        rc = err_set(ERR_NOT_FOUND, "'%s' does not exist", typed);
    }
    if (rc || (rc = stagefile_read(&text, d->repo, path))) {
        return rc;
    }
    return dvcfile_parse(out, arena, d->repo, path, arena_strdup(arena, text.buf), text.len);
}

/* Only what `add` made of a folder can be merged, and only if nothing else was changed. */
static int check_form(struct arena *arena, struct data *d, const struct stage *our,
                      const struct stage *other) {
    const struct content *a = &our->outs[0].recorded, *b = &other->outs[0].recorded;

    if (!stage_is_data(our) || !stage_is_data(other) || our->nouts != 1 || other->nouts != 1) {
        return err_set(ERR_FAILED, "only .dvc files that `add` made can be merged");
    }
    if (!a->digest.is_dir || !b->digest.is_dir) {
        return err_set(ERR_FAILED, "only folders can be merged");
    }
    if (a->digest.algo != b->digest.algo || !dvcfile_same_form(arena, d->repo, our, other)) {
        return err_set(ERR_FAILED, "more than the data was changed");
    }
    return 0;
}

/* -1, which is not written, unless the cache has all files: as DVC does it. */
static int64_t size_of(struct data *d, const struct tree *t, enum hash_algo algo) {
    struct str path CLEANUP(str_release) = STR_INIT;
    struct file_id id;
    int64_t size = 0;

    for (size_t i = 0; i < t->len; i++) {
        str_clear(&path);
        cache_path(data_cache_for(d, algo), &t->at[i].digest, &path);
        if (!file_id_peek(&id, AT_FDCWD, path.buf)) {
            return -1;
        }
        size += (int64_t)id.size;
    }
    return size;
}

static int merge_listings(struct content *c, struct arena *arena, struct data *d,
                          const struct stage *ancestor, const struct stage *our,
                          const struct stage *their) {
    enum hash_algo algo = content_algo(&our->outs[0].recorded);
    struct tree base = {0}, ours = {0}, theirs = {0}, merged = {0};
    int rc = ancestor->nouts ? output_listing(&base, arena, d, &ancestor->outs[0]) : 0;

    rc = rc ? rc : output_listing(&ours, arena, d, &our->outs[0]);
    rc = rc ? rc : output_listing(&theirs, arena, d, &their->outs[0]);
    rc = rc ? rc : tree_merge(&merged, arena, &base, &ours, &theirs);
    if (!rc) {
        content_clear(c);
        rc = tree_store(&c->digest, &merged, data_cache_for(d, algo), algo);
        c->size = size_of(d, &merged, algo);
        c->nfiles = (int64_t)merged.len;
    }
    vec_release(&merged);
    return rc;
}

int data_merge(struct data *d, const char *ancestor, const char *our, const char *their) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct stage *base, *ours, *theirs;
    int rc = data_lock(d);

    if (rc || (rc = load_version(&base, arena, d, ancestor)) ||
        (rc = load_version(&ours, arena, d, our)) ||
        (rc = load_version(&theirs, arena, d, their))) {
        return rc;
    }
    if (theirs->nouts == 0) {
        return 0;
    }
    if (ours->nouts == 0) {
        ours->outs = theirs->outs;
        ours->nouts = theirs->nouts;
        return dvcfile_save_temporary(d->repo, ours);
    }
    if ((rc = check_form(arena, d, ours, theirs)) ||
        (base->nouts && (rc = check_form(arena, d, ours, base))) ||
        (rc = merge_listings(&ours->outs[0].recorded, arena, d, base, ours, theirs))) {
        return rc;
    }
    return dvcfile_save_temporary(d->repo, ours);
}
