/*
 * Reading bundles. The manifest tells what must follow, and the archive is held to it file by file:
 * name, place, size, digest. Nothing else of the archive is used.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "data/bundle.h"
#include "data/bundle_manifest.h"
#include "data/data.h"
#include "hash/hasher.h"
#include "job/progress.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/tarball.h"
#include "store/cache.h"
#include "store/incoming.h"
#include "store/odb.h"

enum { BLOCK = 256 << 10 };

struct reading {
    struct arena *arena;
    const char *file;
    struct progress *progress;
    struct tarball_reader *archive;
    struct bundle_entries entries;
    struct bundle_result *result;
    char *block;
};

struct unpacking {
    struct reading *in;
    struct data *data;
    bool *present;             /* per entry: an object that is here and whole */
    struct incoming *incoming; /* of the cache `into`, or NULL */
    struct odb_item coming;    /* the object that is read */
    uint64_t come;             /* its bytes so far */
    bool listings;             /* the files have all come */
    struct cache *into;
    int cache_fd;         /* of the cache's folder */
    struct strv pointers; /* that were made */
};

/* Takes the bytes of an entry; what it returns ends the reading of it. */
typedef int take_fn(void *ctx, const void *data, size_t len);

static void reading_release(struct reading *r) {
    tarball_reader_freep(&r->archive);
    vec_release(&r->entries);
    free(r->block);
}

/* ---- the archive */

/* Goes to the next file, which must be this one. */
static int expect_file(uint64_t *size, struct reading *r, const char *name) {
    const char *found = NULL;
    int rc = tarball_next(r->archive, &found, size);

    if (rc < 0) {
        return rc;
    }
    if (rc == 0) {
        return err_set(ERR_INVALID, "'%s' ends before '%s'", r->file, name);
    }
    return str_eq(found, name)
               ? 0
               : err_set(ERR_INVALID, "'%s' holds '%s' where '%s' should be", r->file, found, name);
}

static int read_bytes(struct reading *r, uint64_t size, take_fn *take, void *ctx) {
    size_t len;

    for (uint64_t left = size;; left -= len) {
        int rc = cancel_check();
        rc = rc ? rc : tarball_read(r->archive, r->block, BLOCK, &len);
        if (rc) {
            return rc;
        }
        if (len == 0) {
            return left == 0 ? 0 : err_set(ERR_INVALID, "'%s' is cut off", r->file);
        }
        if (len > left) {
            return err_set(ERR_INVALID, "'%s' holds more than it says", r->file);
        }
        if ((rc = take(ctx, r->block, len))) {
            return rc;
        }
        progress_add(r->progress, 0, len);
    }
}

static int take_text(void *ctx, const void *data, size_t len) {
    str_add(ctx, data, len);
    return 0;
}

static int reading_open(struct reading *r) {
    struct str text CLEANUP(str_release) = STR_INIT;
    uint64_t size, total = 0;
    int rc;

    r->block = mem_alloc(BLOCK);
    if ((rc = tarball_open(&r->archive, r->file)) ||
        (rc = expect_file(&size, r, BUNDLE_MANIFEST))) {
        return rc;
    }
    if (size > BUNDLE_MANIFEST_MAX) {
        return err_set(ERR_INVALID, "'%s': the manifest is too large", r->file);
    }
    if ((rc = read_bytes(r, size, take_text, &text))) {
        return rc;
    }
    rc = bundle_manifest_read(&r->entries, r->arena, text.buf, text.len);
    for (size_t i = 0; i < r->entries.len; i++) {
        total += r->entries.at[i].size;
    }
    progress_phase(r->progress, "Reading bundle", r->entries.len, total);
    return err_wrap(rc, "'%s'", r->file);
}

static int next_entry(struct reading *r, const struct bundle_entry *e) {
    struct str name CLEANUP(str_release) = STR_INIT;
    uint64_t size;

    bundle_entry_name(&name, e);
    int rc = expect_file(&size, r, name.buf);
    if (!rc && size != e->size) {
        rc = err_set(ERR_INVALID, "'%s': '%s' has another size than the manifest says", r->file,
                     name.buf);
    }
    progress_add(r->progress, 1, 0);
    return rc;
}

/* After the last entry. */
static int expect_end(struct reading *r) {
    const char *name;
    uint64_t size;
    int rc = tarball_next(r->archive, &name, &size);

    return rc == 1 ? err_set(ERR_INVALID, "'%s' holds '%s', which its manifest does not name",
                             r->file, name)
                   : rc;
}

static void count_entry(struct bundle_result *result, const struct bundle_entry *e) {
    *(e->kind == BUNDLE_RUN       ? &result->runs
      : e->kind == BUNDLE_POINTER ? &result->pointers
                                  : &result->objects) += 1;
    result->bytes += e->size;
}

static int damaged(const struct reading *r, const struct bundle_entry *e) {
    struct str name CLEANUP(str_release) = STR_INIT;

    bundle_entry_name(&name, e);
    return err_set(ERR_CORRUPT, "'%s' is damaged: '%s' is not what its digest says", r->file,
                   name.buf);
}

/* ---- verify */

static int take_hash(void *ctx, const void *data, size_t len) {
    hasher_add(ctx, data, len);
    return 0;
}

/* 1 if the entry is damaged, which is warned of. */
static int verify_entry(struct reading *r, const struct bundle_entry *e) {
    struct hasher *h CLEANUP(hasher_freep) = hasher_new((enum hash_algo)e->digest.algo);
    struct digest found;
    int rc = next_entry(r, e);

    if (rc || (rc = read_bytes(r, e->size, take_hash, h))) {
        return rc;
    }
    hasher_end(h, &found);
    found.is_dir = e->digest.is_dir;
    if (digest_equal(&found, &e->digest)) {
        count_entry(r->result, e);
        return 0;
    }
    rc = damaged(r, e);
    log_warn("%s", err_text());
    err_clear();
    return 1;
}

int bundle_verify(struct bundle_result *result, struct arena *arena, const char *file,
                  struct progress *p) {
    struct reading r CLEANUP(reading_release) = {
        .arena = arena, .file = file, .progress = p, .result = result};
    size_t bad = 0;
    int rc;

    *result = (struct bundle_result){0};
    if ((rc = reading_open(&r))) {
        return rc;
    }
    for (size_t i = 0; i < r.entries.len; i++) {
        if ((rc = verify_entry(&r, &r.entries.at[i])) < 0) {
            return rc;
        }
        bad += (size_t)rc;
    }
    if ((rc = expect_end(&r))) {
        return rc;
    }
    return bad ? err_set(ERR_CORRUPT, "%zu of %zu files in '%s' are damaged", bad, r.entries.len,
                         file)
               : 0;
}

/* ---- unpack: objects */

/* Which of the objects of one algorithm are here and whole; a damaged one is set aside. */
static int look_for_objects(struct unpacking *u, enum hash_algo algo, struct odb_item *items,
                            size_t *place) {
    const struct bundle_entries *entries = &u->in->entries;
    size_t n = 0;

    for (size_t i = 0; i < entries->len; i++) {
        if (!entries->at[i].path && entries->at[i].digest.algo == algo) {
            items[n] = (struct odb_item){.digest = entries->at[i].digest, .size = UINT64_MAX};
            place[n++] = i;
        }
    }
    int rc = n ? cache_verify(data_cache_for(u->data, algo), items, n, NULL) : 0;
    for (size_t i = 0; i < n; i++) {
        u->present[place[i]] = items[i].rc == 0;
        free(items[i].why);
    }
    return rc;
}

static int look_for_all(struct unpacking *u) {
    size_t n = u->in->entries.len + 1;
    struct odb_item *items CLEANUP(mem_freep) = mem_zalloc(n, sizeof *items);
    size_t *place CLEANUP(mem_freep) = mem_zalloc(n, sizeof *place);
    int rc = 0;

    for (size_t i = 0; !rc && i < DATA_ALGOS; i++) {
        rc = look_for_objects(u, data_algos[i], items, place);
    }
    return rc;
}

/* Before the first byte is written. */
static int check_space(const struct unpacking *u) {
    const struct bundle_entries *entries = &u->in->entries;
    uint64_t need = 0, free_bytes = fs_free_bytes(u->cache_fd);
    char text[2][24];

    for (size_t i = 0; i < entries->len; i++) {
        need += u->present[i] ? 0 : entries->at[i].size;
    }
    return need <= free_bytes
               ? 0
               : err_set(ERR_FAILED, "'%s' needs %s in the cache, where %s are free", u->in->file,
                         num_size(text[0], need), num_size(text[1], free_bytes));
}

static int flush(struct unpacking *u) {
    return u->incoming ? incoming_flush(u->incoming) : 0;
}

static int close_incoming(struct unpacking *u) {
    struct incoming *in = u->incoming;

    u->incoming = NULL;
    return in ? incoming_close(in) : 0;
}

/* Objects of one algorithm follow each other; a listing waits until all files are there. */
static int choose_cache(struct unpacking *u, const struct bundle_entry *e) {
    struct cache *cache = data_cache_for(u->data, (enum hash_algo)e->digest.algo);
    int rc = 0;

    if (u->into != cache || (e->kind == BUNDLE_LISTING && !u->listings)) {
        rc = flush(u);
    }
    u->listings = e->kind == BUNDLE_LISTING;
    if (!rc && u->into != cache) {
        rc = close_incoming(u);
        u->into = cache;
        rc = rc ? rc : incoming_open(&u->incoming, cache, &u->coming, 1);
    }
    return rc;
}

static int take_object(void *ctx, const void *data, size_t len) {
    struct unpacking *u = ctx;
    uint64_t at = u->come;

    u->come += len;
    return incoming_write(u->incoming, 0, at, data, len);
}

static int unpack_object(struct unpacking *u, const struct bundle_entry *e) {
    uint64_t from;
    int rc = choose_cache(u, e);

    u->coming = (struct odb_item){.digest = e->digest, .size = UINT64_MAX};
    u->come = 0;
    if (rc || (rc = incoming_begin(u->incoming, 0, UINT64_MAX, &from)) ||
        (rc = read_bytes(u->in, e->size, take_object, u))) {
        return rc;
    }
    return err_wrap(incoming_end(u->incoming, 0), "'%s' is damaged", u->in->file);
}

/* ---- unpack: runs and pointers */

/* What stands at the path below the folder; ERR_NOT_FOUND if there is nothing. */
static int read_present(struct str *out, int top, const char *path) {
    int parent CLEANUP(fd_closep) = -1;
    int rc = beneath_parent(&parent, top, path, false);

    return rc ? rc : file_read(out, parent, path_base(path), BUNDLE_TEXT_MAX);
}

static int unpack_text(struct unpacking *u, const struct bundle_entry *e) {
    struct str text CLEANUP(str_release) = STR_INIT, there CLEANUP(str_release) = STR_INIT;
    bool pointer = e->kind == BUNDLE_POINTER;
    int top = pointer ? u->data->repo->root_fd : u->cache_fd;
    struct digest found;
    int rc = read_bytes(u->in, e->size, take_text, &text);

    if (rc) {
        return rc;
    }
    hash_bytes(&found, HASH_SHA256, text.buf, text.len);
    if (!digest_equal(&found, &e->digest)) {
        return damaged(u->in, e);
    }
    rc = read_present(&there, top, e->path);
    if (!rc) {
        if (pointer && (there.len != text.len || memcmp(there.buf, text.buf, text.len) != 0)) {
            log_warn("'%s' differs from the one in the bundle and is left as it is",
                     repo_shown(u->data->repo, e->path));
        }
        u->in->result->present++;
        return 0;
    }
    if (rc != ERR_NOT_FOUND) {
        return rc;
    }
    err_clear();
    if ((rc = beneath_write(top, e->path, text.buf, text.len))) {
        return rc;
    }
    count_entry(u->in->result, e);
    if (pointer) {
        vec_push(&u->pointers, e->path);
        repo_touch(u->data->repo, e->path);
    }
    return 0;
}

static bool was_made(const struct unpacking *u, const char *path) {
    for (size_t i = 0; i < u->pointers.len; i++) {
        if (str_eq(u->pointers.at[i], path)) {
            return true;
        }
    }
    return false;
}

/* What the new pointers track is not Git's. */
static int ignore_outs(struct unpacking *u) {
    struct index *idx CLEANUP(index_freep) = NULL;
    int rc = u->pointers.len ? index_load(&idx, u->data->repo, NULL) : 0;

    for (size_t i = 0; !rc && idx && i < idx->outs.len; i++) {
        const struct out *o = idx->outs.at[i];
        if (o->cache && was_made(u, o->stage->file)) {
            rc = repo_gitignore_add(u->data->repo, o->path);
        }
    }
    return rc;
}

/* ---- unpack: all */

static int unpack_entry(struct unpacking *u, size_t i) {
    const struct bundle_entry *e = &u->in->entries.at[i];
    int rc = next_entry(u->in, e);

    if (rc) {
        return rc;
    }
    if (e->path) {
        return unpack_text(u, e);
    }
    if (u->present[i]) {
        u->in->result->present++;
        return 0;
    }
    if (!(rc = unpack_object(u, e))) {
        count_entry(u->in->result, e);
    }
    return rc;
}

static int unpack_all(struct unpacking *u) {
    int rc = 0;

    for (size_t i = 0; !rc && i < u->in->entries.len; i++) {
        rc = unpack_entry(u, i);
    }
    rc = rc ? rc : expect_end(u->in);
    if (!rc) {
        rc = flush(u);
        return rc ? rc : ignore_outs(u);
    }
    /* What came whole is kept: the next run goes on from here. */
    struct err_chain *why = err_take(rc);
    return err_first(why, flush(u));
}

static int open_cache_folder(struct unpacking *u) {
    const char *dir = data_cache_dir(u->data);
    int rc = dir_make(AT_FDCWD, dir, 0777);

    if (rc) {
        return rc;
    }
    u->cache_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return u->cache_fd < 0 ? err_errno("cannot open '%s'", dir) : 0;
}

static void unpacking_release(struct unpacking *u) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();

    (void)close_incoming(u); /* all is flushed, or an error is on its way up */
    fd_closep(&u->cache_fd);
    vec_release(&u->pointers);
    free(u->present);
}

int bundle_unpack(struct bundle_result *result, struct arena *arena, struct data *d,
                  const char *file) {
    struct reading r CLEANUP(reading_release) = {
        .arena = arena, .file = file, .progress = d->progress, .result = result};
    struct unpacking u CLEANUP(unpacking_release) = {.in = &r, .data = d, .cache_fd = -1};
    int rc;

    *result = (struct bundle_result){0};
    if ((rc = data_lock(d)) || (rc = reading_open(&r)) || (rc = open_cache_folder(&u))) {
        return rc;
    }
    u.present = mem_zalloc(r.entries.len + 1, sizeof *u.present);
    if ((rc = look_for_all(&u)) || (rc = check_space(&u))) {
        return rc;
    }
    return unpack_all(&u);
}
