#include "data/bundle.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "data/bundle_manifest.h"
#include "data/data.h"
#include "data/runs.h"
#include "data/sync_report.h"
#include "data/used.h"
#include "hash/hasher.h"
#include "job/progress.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/tarball.h"
#include "store/cache.h"
#include "store/transfer.h"

enum { BLOCK = 256 << 10 };

struct creation {
    struct arena *arena;
    struct data *data;
    const struct bundle_request *request;
    struct bundle_entries entries;
    struct tarball_writer *archive;
    char *block;
};

static void creation_release(struct creation *c) {
    tarball_writer_freep(&c->archive);
    vec_release(&c->entries);
    free(c->block);
}

/* ---- what goes in */

static int add_object(struct creation *c, const struct digest *digest) {
    struct cache *cache = data_cache_for(c->data, (enum hash_algo)digest->algo);
    int fd CLEANUP(fd_closep) = -1;
    char hex[DIGEST_TEXT_MAX];
    struct stat st;
    int rc = cache_open_object(&fd, cache, digest);

    if (!rc && fstat(fd, &st)) {
        rc = err_errno("object %s", digest_text(hex, digest));
    }
    if (!rc) {
        vec_push(&c->entries,
                 ((struct bundle_entry){.size = (uint64_t)st.st_size,
                                        .digest = *digest,
                                        .kind = digest->is_dir ? BUNDLE_LISTING : BUNDLE_FILE}));
    }
    return rc;
}

static int add_group(struct transfer_result *missing, struct creation *c,
                     const struct used_group *g) {
    struct transfer_objects objects = {0};
    struct transfer_result part = {0};
    int rc = transfer_collect(&objects, &part, c->arena, data_cache_for(c->data, g->algo),
                              &g->wants, c->data->progress);

    for (size_t i = 0; !rc && i < objects.len; i++) {
        rc = add_object(c, &objects.at[i]);
    }
    vec_release(&objects);
    sync_merge(missing, &part);
    return rc;
}

static int refuse_missing(struct creation *c, const struct transfer_result *missing) {
    sync_warn_failed(c->data, missing);
    if (missing->failed.len == 0 || c->request->allow_missing) {
        return 0;
    }
    int rc = err_set(ERR_FAILED, "the cache lacks %zu of the objects", missing->failed.len);
    err_hint("`fetch` brings them if a remote has them; --allow-missing leaves them out");
    return rc;
}

static int add_objects(struct creation *c) {
    struct used used CLEANUP(used_release) = {0};
    struct transfer_result missing = {0};
    int rc = used_collect(&used, c->arena, c->data, &c->request->what, USED_BUNDLE);

    for (size_t i = 0; !rc && i < used.groups.len; i++) {
        rc = add_group(&missing, c, &used.groups.at[i]);
    }
    rc = rc ? rc : refuse_missing(c, &missing);
    vec_release(&missing.failed);
    return rc;
}

/* A run or pointer, which is small: its digest is taken now, and checked when it is written. */
static int add_text(struct creation *c, enum bundle_kind kind, const char *full, const char *path) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct bundle_entry e = {.path = path, .kind = kind};
    int rc = file_read(&text, AT_FDCWD, full, BUNDLE_TEXT_MAX);

    if (rc) {
        return rc;
    }
    e.size = text.len;
    hash_bytes(&e.digest, HASH_SHA256, text.buf, text.len);
    vec_push(&c->entries, e);
    return 0;
}

static int add_runs(struct creation *c) {
    struct strv runs CLEANUP(strv_release) = {0};
    const char *top = data_cache_dir(c->data);
    int rc = c->request->what.run_cache ? runs_list(&runs, c->arena, c->data) : 0;

    for (size_t i = 0; !rc && i < runs.len; i++) {
        rc = add_text(c, BUNDLE_RUN, path_join(c->arena, top, runs.at[i]), runs.at[i]);
    }
    return rc;
}

static int add_pointer(struct creation *c, struct map *seen, const char *path) {
    const char *full = repo_abs(c->data->repo, path);

    if (!map_add(seen, path, c) || !file_exists(AT_FDCWD, full)) {
        return 0;
    }
    if (!bundle_is_pointer(path)) {
        return err_set(ERR_UNSUPPORTED, "'%s' has a name that a bundle cannot hold",
                       repo_shown(c->data->repo, path));
    }
    return add_text(c, BUNDLE_POINTER, full, path);
}

/* The files that name the targets; those of other revisions come with Git. */
static int add_pointers(struct creation *c) {
    const struct sync_request *what = &c->request->what;
    unsigned flags = (what->recursive ? TARGET_RECURSIVE : 0) |
                     (what->with_deps ? TARGET_WITH_DEPS : 0) | (what->glob ? TARGET_GLOB : 0);
    struct index *idx CLEANUP(index_freep) = NULL;
    struct target_outs outs = {0};
    struct map seen = {0};
    int rc = index_load(&idx, c->data->repo, NULL);

    rc = rc ? rc : target_outs(&outs, idx, &what->targets, flags);
    for (size_t i = 0; !rc && i < outs.len; i++) {
        const struct stage *s = outs.at[i].out->stage;
        const char *file = arena_strdup(c->arena, s->file);

        rc = add_pointer(c, &seen, file);
        if (!rc && s->name) {
            rc = add_pointer(c, &seen, path_join(c->arena, path_dir(c->arena, file), "dvc.lock"));
        }
    }
    map_release(&seen);
    vec_release(&outs);
    return rc;
}

/* ---- writing it */

static int open_entry(int *fd, struct creation *c, const struct bundle_entry *e) {
    const char *full;

    if (!e->path) {
        struct cache *cache = data_cache_for(c->data, (enum hash_algo)e->digest.algo);
        return cache_open_object(fd, cache, &e->digest);
    }
    full = e->kind == BUNDLE_RUN ? path_join(c->arena, data_cache_dir(c->data), e->path)
                                 : repo_abs(c->data->repo, e->path);
    *fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    return *fd < 0 ? err_errno("cannot read '%s'", full) : 0;
}

/* Exactly the bytes that the manifest names. */
static int copy_bytes(struct creation *c, const struct bundle_entry *e, int fd) {
    struct hasher *h CLEANUP(hasher_freep) = hasher_new((enum hash_algo)e->digest.algo);
    struct digest found;
    uint64_t left = e->size;

    while (left > 0) {
        int rc = cancel_check();
        if (rc) {
            return rc;
        }
        ssize_t got = fd_read(fd, c->block, left < BLOCK ? (size_t)left : BLOCK);
        if (got <= 0) {
            return got < 0 ? err_errno("cannot read") : err_set(ERR_CORRUPT, "it became shorter");
        }
        hasher_add(h, c->block, (size_t)got);
        if ((rc = tarball_add(c->archive, c->block, (size_t)got))) {
            return rc;
        }
        progress_add(c->data->progress, 0, (uint64_t)got);
        left -= (uint64_t)got;
    }
    hasher_end(h, &found);
    found.is_dir = e->digest.is_dir;
    return digest_equal(&found, &e->digest)
               ? 0
               : err_set(ERR_CORRUPT, "it is damaged, or changed while it was read");
}

static int write_entry(struct creation *c, const struct bundle_entry *e) {
    struct str name CLEANUP(str_release) = STR_INIT;
    int fd CLEANUP(fd_closep) = -1;

    bundle_entry_name(&name, e);
    int rc = open_entry(&fd, c, e);
    rc = rc ? rc : tarball_begin(c->archive, name.buf, e->size);
    rc = rc ? rc : copy_bytes(c, e, fd);
    progress_add(c->data->progress, 1, 0);
    return err_wrap(rc, "'%s'", name.buf);
}

static int write_manifest(struct creation *c) {
    struct str text CLEANUP(str_release) = STR_INIT;

    bundle_manifest_write(&text, &c->entries);
    if (text.len > BUNDLE_MANIFEST_MAX) {
        return err_set(ERR_UNSUPPORTED, "these are too many objects for one bundle");
    }
    int rc = tarball_begin(c->archive, BUNDLE_MANIFEST, text.len);
    return rc ? rc : tarball_add(c->archive, text.buf, text.len);
}

static int write_archive(struct bundle_result *result, struct creation *c) {
    uint64_t bytes = 0;
    int rc;

    if (c->entries.len > 1) {
        qsort(c->entries.at, c->entries.len, sizeof *c->entries.at, bundle_entry_order);
    }
    for (size_t i = 0; i < c->entries.len; i++) {
        bytes += c->entries.at[i].size;
    }
    progress_phase(c->data->progress, "Bundling", c->entries.len, bytes);
    if ((rc = tarball_create(&c->archive, c->request->file)) || (rc = write_manifest(c))) {
        return rc;
    }
    c->block = mem_alloc(BLOCK);
    for (size_t i = 0; i < c->entries.len; i++) {
        const struct bundle_entry *e = &c->entries.at[i];
        if ((rc = write_entry(c, e))) {
            return rc;
        }
        *(e->kind == BUNDLE_RUN       ? &result->runs
          : e->kind == BUNDLE_POINTER ? &result->pointers
                                      : &result->objects) += 1;
    }
    result->bytes = bytes;
    return tarball_end(c->archive);
}

int bundle_create(struct bundle_result *result, struct arena *arena, struct data *d,
                  const struct bundle_request *o) {
    struct creation c CLEANUP(creation_release) = {.arena = arena, .data = d, .request = o};
    int rc;

    *result = (struct bundle_result){0};
    if (!o->force && file_exists(AT_FDCWD, o->file)) {
        return err_set(ERR_EXISTS, "'%s' is there already. Use `-f` to replace it.", o->file);
    }
    if ((rc = add_objects(&c)) || (rc = add_runs(&c)) || (rc = add_pointers(&c))) {
        return rc;
    }
    return write_archive(result, &c);
}
