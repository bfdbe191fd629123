#include "data/cloud.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/url_place.h"
#include "job/progress.h"
#include "model/config.h"
#include "model/dvcfile.h"
#include "model/index.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "remote/files.h"
#include "remote/intake.h"
#include "store/cache.h"
#include "store/odb.h"
#include "store/transfer.h"

bool cloud_is_versioned(const struct data *d, const char *remote) {
    static const char *const keys[] = {"version_aware", "worktree"};
    struct repo *r = d->repo;

    remote = remote ? remote : data_remote_default(d);
    for (size_t i = 0; remote && i < COUNT_OF(keys); i++) {
        if (config_bool(r->config, arena_printf(r->arena, "remote.%s.%s", remote, keys[i]),
                        false)) {
            return true;
        }
    }
    return false;
}

static int open_files(struct url_place *place, struct arena *arena, struct data *d,
                      const char *remote) {
    const struct url_asked asked = {.url = arena_printf(arena, "remote://%s", remote),
                                    .from = d->repo->root,
                                    .jobs = d->jobs,
                                    .state = d->state};
    int rc = url_place_open(place, arena, d->repo, &asked);

    if (!rc && !place->files) {
        rc = err_set(ERR_UNSUPPORTED, "remote '%s' is a folder, and keeps no versions", remote);
    }
    return rc;
}

static const char *name_of(const struct data *d, const char *remote) {
    return remote ? remote : data_remote_default(d);
}

/* One file on its way, in a batch of all. */
struct cloud_file {
    const char *path; /* of the out */
    struct out *out;
    struct version_file *file;
};

struct batch {
    struct arena *arena;
    struct data *data;
    VEC(struct cloud_file) files;
    struct files_item *items;
    struct odb_item *objects;
};

static void batch_begin(struct batch *b) {
    b->items = mem_zalloc(b->files.len + 1, sizeof *b->items);
    b->objects = mem_zalloc(b->files.len + 1, sizeof *b->objects);
    for (size_t i = 0; i < b->files.len; i++) {
        const struct cloud_file *f = &b->files.at[i];
        const char *key = f->file->path[0] ? path_join(b->arena, f->path, f->file->path) : f->path;
        b->items[i] = (struct files_item){.key = key, .size = f->file->size};
        b->objects[i] = (struct odb_item){.digest = f->file->digest, .size = f->file->size};
    }
}

static void batch_release(struct batch *b) {
    for (size_t i = 0; b->objects && i < b->files.len; i++) {
        free(b->objects[i].why);
        free(b->items[i].why);
    }
    free(b->items);
    free(b->objects);
    vec_release(&b->files);
}

static void note_failure(struct transfer_result *result, struct arena *arena, const struct batch *b,
                         size_t i, int rc, const char *why) {
    struct transfer_failure f = {.digest = b->files.at[i].file->digest,
                                 .path = arena_strdup(arena, b->items[i].key),
                                 .rc = rc,
                                 .why = why ? arena_strdup(arena, why) : NULL};

    vec_push(&result->failed, f);
}

/* ---- push */

/* What an out has: by its record, or by the listing of the folder. */
static int list_files(struct version_files *files, struct arena *arena, struct data *d,
                      const struct out *o, const char *remote) {
    struct tree tree;
    int rc;

    versions_of_out(files, o, remote);
    if (files->len > 0 || !o->recorded.digest.is_dir) {
        return 0;
    }
    if ((rc = output_listing(&tree, arena, d, o))) {
        return rc;
    }
    for (size_t i = 0; i < tree.len; i++) {
        struct version_file f = {
            .path = tree.at[i].path, .digest = tree.at[i].digest, .size = UINT64_MAX};
        vec_push(files, f);
    }
    return 0;
}

/* An out, and all that it has. */
struct pushed_out {
    struct out *out;
    struct version_files files;
    bool changed;
};
struct pushed_outs VEC_OF(struct pushed_out);

static void pushed_outs_release(struct pushed_outs *outs) {
    for (size_t i = 0; i < outs->len; i++) {
        vec_release(&outs->at[i].files);
    }
    vec_release(outs);
}

static int collect_outs(struct pushed_outs *outs, struct arena *arena, struct data *d,
                        const struct index *idx, const char *remote,
                        const struct transfer_wants *wants) {
    int rc = 0;

    for (size_t i = 0; !rc && i < wants->len; i++) {
        struct out *o = index_find_out(idx, wants->at[i].path);
        struct pushed_out p = {.out = o};
        if (!o || !digest_equal(&o->recorded.digest, &wants->at[i].digest)) {
            continue; /* of another revision: what it records cannot be changed */
        }
        rc = list_files(&p.files, arena, d, o, remote);
        vec_push(outs, p);
    }
    return rc;
}

static void collect_missing(struct batch *b, struct pushed_outs *outs,
                            const struct transfer_wants *wants) {
    for (size_t i = 0; i < outs->len; i++) {
        struct pushed_out *p = &outs->at[i];
        const char *below = NULL;
        for (size_t k = 0; k < wants->len; k++) {
            below = strcmp(wants->at[k].path, p->out->path) == 0 ? wants->at[k].below : below;
        }
        for (size_t k = 0; k < p->files.len; k++) {
            struct version_file *f = &p->files.at[k];
            if (!f->version && (!below || path_inside(below, f->path))) {
                struct cloud_file file = {.path = p->out->path, .out = p->out, .file = f};
                vec_push(&b->files, file);
            }
        }
    }
}

static int open_object(void *ctx, size_t i, int *fd) {
    struct batch *b = ctx;
    const struct version_file *f = b->files.at[i].file;
    struct stat st;
    int rc = b->objects[i].rc;

    if (rc) {
        return err_set((enum err_code)rc, "the cache does not hold it");
    }
    rc = cache_open_object(fd, data_cache_for(b->data, (enum hash_algo)f->digest.algo), &f->digest);
    if (!rc && !fstat(*fd, &st)) {
        b->files.at[i].file->size = (uint64_t)st.st_size;
    }
    return rc;
}

/* Files before they are sent: whole, or not at all. */
static int verify(struct batch *b) {
    return b->files.len > 0
               ? cache_verify(data_cache_for(b->data, HASH_MD5), b->objects, b->files.len, NULL)
               : 0;
}

static int send_all(struct transfer_result *result, struct arena *arena, struct batch *b,
                    struct files *to) {
    const struct files_source src = {.open = open_object, .ctx = b};
    int rc = verify(b);

    if (!rc && !to->ops->put) {
        rc = err_set(ERR_UNSUPPORTED, "remote '%s' can only be read", to->name);
    }
    for (size_t i = 0; i < b->files.len; i++) {
        b->items[i].md5 = b->files.at[i].file->digest.byte;
    }
    progress_phase(b->data->progress, "Pushing", b->files.len, 0);
    rc = rc ? rc : to->ops->put(to, b->items, b->files.len, &src, b->arena, b->data->progress);
    for (size_t i = 0; !rc && i < b->files.len; i++) {
        const struct files_item *item = &b->items[i];
        struct version_file *f = b->files.at[i].file;
        if (item->rc || b->objects[i].rc) {
            note_failure(result, arena, b, i, b->objects[i].rc ? b->objects[i].rc : item->rc,
                         item->why);
        } else if (!item->version) {
            note_failure(result, arena, b, i, ERR_FAILED,
                         "the store keeps no versions: versioning has to be switched on for it");
        } else {
            f->version = item->version;
            f->etag = item->etag;
            result->moved++;
            result->bytes += f->size;
        }
    }
    return rc;
}

static int save_out(struct arena *arena, struct data *d, struct pushed_out *p, const char *remote) {
    struct stage *s = p->out->stage;

    versions_record_out(p->out, arena, remote, &p->files);
    return s->name ? lockfile_save(d->repo, &s, 1) : dvcfile_save(d->repo, s);
}

static int save_all(struct batch *b, struct pushed_outs *outs, const char *remote) {
    int rc = 0;

    for (size_t i = 0; !rc && i < outs->len; i++) {
        struct pushed_out *p = &outs->at[i];
        bool changed = false;
        for (size_t k = 0; !changed && k < b->files.len; k++) {
            changed = b->files.at[k].out == p->out && b->files.at[k].file->version;
        }
        rc = changed ? save_out(b->arena, b->data, p, remote) : 0;
    }
    return rc;
}

int cloud_push(struct transfer_result *result, struct arena *arena, struct data *d,
               const char *remote, const struct transfer_wants *wants) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct url_place place CLEANUP(url_place_release) = {0};
    struct index *idx CLEANUP(index_freep) = NULL;
    struct pushed_outs outs CLEANUP(pushed_outs_release) = {0};
    struct batch b = {.arena = scratch, .data = d};
    int rc;

    remote = name_of(d, remote);
    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL)) ||
        (rc = collect_outs(&outs, scratch, d, idx, remote, wants))) {
        return rc;
    }
    collect_missing(&b, &outs, wants);
    if (b.files.len > 0 && !(rc = open_files(&place, scratch, d, remote))) {
        batch_begin(&b);
        rc = send_all(result, arena, &b, place.files);
        rc = rc ? rc : save_all(&b, &outs, remote);
    }
    batch_release(&b);
    return rc;
}

/* ---- fetch */

void cloud_want_out(struct cloud_wants *wants, struct arena *arena, const struct out *o,
                    const char *remote, const char *below) {
    struct version_files all CLEANUP(version_files_release) = {0};
    struct cloud_want w = {.path = arena_strdup(arena, o->path)};

    if (o->recorded.digest.is_dir && !below) {
        w.listing = o->recorded.digest;
    }
    versions_of_out(&all, o, remote);
    for (size_t i = 0; i < all.len; i++) {
        struct version_file f = all.at[i];
        if (below && !path_inside(below, f.path)) {
            continue;
        }
        f.path = arena_strdup(arena, f.path);
        f.version = f.version ? arena_strdup(arena, f.version) : NULL;
        f.etag = NULL;
        vec_push(&w.files, f);
    }
    vec_push(wants, w);
}

void cloud_wants_release(struct cloud_wants *wants) {
    for (size_t i = 0; i < wants->len; i++) {
        vec_release(&wants->at[i].files);
    }
    vec_release(wants);
}

/* Those that the cache lacks; what has no version was never pushed. */
static void collect_lacking(struct transfer_result *result, struct arena *arena, struct batch *b,
                            const struct cloud_wants *wants) {
    struct cache *cache = data_cache_for(b->data, HASH_MD5);

    for (size_t i = 0; i < wants->len; i++) {
        struct cloud_want *w = &wants->at[i];
        for (size_t k = 0; k < w->files.len; k++) {
            struct version_file *f = &w->files.at[k];
            struct transfer_failure failure = {.digest = f->digest, .rc = ERR_NOT_FOUND};
            if (!digest_is_set(&f->digest) || cache_has(cache, &f->digest)) {
                continue;
            }
            if (f->version && !(f->path[0] && path_is_hostile(f->path))) {
                struct cloud_file file = {.path = w->path, .file = f};
                vec_push(&b->files, file);
            } else {
                failure.path = path_join(arena, w->path, f->path);
                vec_push(&result->failed, failure);
            }
        }
    }
}

static int bring_all(struct transfer_result *result, struct arena *arena, struct batch *b,
                     struct files *from) {
    for (size_t i = 0; i < b->files.len; i++) {
        b->items[i].version = b->files.at[i].file->version;
    }
    progress_phase(b->data->progress, "Fetching", b->files.len, 0);
    int rc = files_intake(from, b->items, data_cache_for(b->data, HASH_MD5), b->objects,
                          b->files.len, NULL, b->data->progress);
    for (size_t i = 0; !rc && i < b->files.len; i++) {
        const struct files_item *item = &b->items[i];
        if (item->rc) {
            note_failure(result, arena, b, i, item->rc, item->why);
        } else {
            result->moved++;
            result->bytes += b->objects[i].size;
        }
    }
    return rc;
}

/* The listings of folders, which the remote does not have. */
static int make_listings(struct data *d, const struct cloud_wants *wants) {
    struct cache *cache = data_cache_for(d, HASH_MD5);
    int rc = 0;

    for (size_t i = 0; !rc && i < wants->len; i++) {
        const struct cloud_want *w = &wants->at[i];
        struct tree tree = {0};
        struct digest digest;
        if (!digest_is_set(&w->listing) || w->files.len == 0 || cache_has(cache, &w->listing)) {
            continue;
        }
        for (size_t k = 0; k < w->files.len; k++) {
            const struct version_file *f = &w->files.at[k];
            struct tree_entry e = {.path = f->path, .digest = f->digest, .size = f->size};
            vec_push(&tree, e);
        }
        tree_sort(&tree);
        rc = tree_store(&digest, &tree, cache, HASH_MD5);
        vec_release(&tree);
    }
    return rc;
}

int cloud_fetch(struct transfer_result *result, struct arena *arena, struct data *d,
                const char *remote, const struct cloud_wants *wants) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct url_place place CLEANUP(url_place_release) = {0};
    struct batch b = {.arena = scratch, .data = d};
    int rc = 0;

    collect_lacking(result, arena, &b, wants);
    if (b.files.len > 0 && !(rc = open_files(&place, scratch, d, name_of(d, remote)))) {
        batch_begin(&b);
        rc = bring_all(result, arena, &b, place.files);
    }
    batch_release(&b);
    return rc ? rc : make_listings(d, wants);
}
