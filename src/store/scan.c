#include "store/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "hash/batch.h"
#include "job/progress.h"
#include "os/file.h"
#include "store/cache.h"
#include "store/statcache.h"

/* Hash items exist for this many files at a time. */
#define CHUNK ((size_t)1 << 16)

struct scanner {
    const struct scan_spec *spec;
    struct scan *out;
    struct stat_table *table; /* NULL: nothing is remembered */
    int dirfd;                /* what paths of the items are relative to */
    size_t *todo;             /* indexes of files that have to be read */
    size_t ntodo;
    bool ahead; /* scan_store_files */
};

static const char *item_path(const struct scanner *s, size_t i) {
    return s->out->is_dir ? s->out->files[i].path : s->spec->path;
}

static void look_up(struct scanner *s) {
    for (size_t i = 0; s->table && i < s->out->nfiles_at; i++) {
        struct scan_file *f = &s->out->files[i];
        const struct digest *d = stat_table_find(s->table, item_path(s, i), s->spec->algo, &f->id);
        if (d) {
            f->digest = *d;
        }
    }
}

/* Of the known files, those whose object the cache lacks, or cannot vouch for, are unknown again.
 */
static int forget_uncached(struct scanner *s) {
    size_t n = s->out->nfiles_at, cap = n < CHUNK ? n : CHUNK;
    struct digest *want = mem_realloc(NULL, cap + 1, sizeof *want);
    bool *there = mem_realloc(NULL, cap + 1, sizeof *there);
    int rc = 0;

    for (size_t from = 0; !rc && from < n; from += cap) {
        size_t len = n - from < cap ? n - from : cap;
        for (size_t i = 0; i < len; i++) {
            want[i] = s->out->files[from + i].digest;
        }
        rc = cache_trusts_many(s->spec->into, want, len, there);
        for (size_t i = 0; !rc && i < len; i++) {
            if (!there[i]) {
                s->out->files[from + i].digest.len = 0;
            }
        }
    }
    free(want);
    free(there);
    return rc;
}

static void list_unknown(struct scanner *s) {
    uint64_t bytes = 0;
    size_t n = s->out->nfiles_at;

    s->todo = mem_realloc(NULL, n + 1, sizeof *s->todo);
    for (size_t i = 0; i < n; i++) {
        if (!digest_is_set(&s->out->files[i].digest)) {
            s->todo[s->ntodo++] = i;
            bytes += s->out->files[i].id.size;
        }
    }
    if (s->ntodo > 0) {
        progress_phase(s->spec->progress, s->spec->into ? "Adding" : "Hashing", s->ntodo, bytes);
    }
}

static int take_results(struct scanner *s, const struct hash_item *items, const size_t *index,
                        size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct scan_file *f = &s->out->files[index[i]];
        if (items[i].changed && s->ahead) {
            continue; /* whoever looks at it next will say so */
        }
        if (items[i].changed) {
            return err_set(ERR_FAILED, "'%s%s%s' changed while it was read; nothing was recorded",
                           s->spec->path, s->out->is_dir ? "/" : "", f->path);
        }
        f->digest = items[i].digest;
        f->id = items[i].id;
        if (s->table && !items[i].recent) {
            stat_table_put(s->table, item_path(s, index[i]), &f->id, &f->digest);
        }
    }
    return 0;
}

static int read_unknown(struct scanner *s) {
    const struct scan_spec *spec = s->spec;
    struct hash_spec hash = {.dirfd = s->dirfd, .algo = spec->algo, .progress = spec->progress};
    size_t cap = s->ntodo < CHUNK ? s->ntodo : CHUNK;
    struct hash_item *items = mem_realloc(NULL, cap + 1, sizeof *items);
    int rc = 0;

    for (size_t from = 0; !rc && from < s->ntodo; from += cap) {
        size_t len = s->ntodo - from < cap ? s->ntodo - from : cap;
        const size_t *index = s->todo + from;
        for (size_t i = 0; i < len; i++) {
            items[i] = (struct hash_item){.path = item_path(s, index[i]),
                                          .id = s->out->files[index[i]].id};
        }
        rc = spec->into ? cache_ingest(spec->into, items, len, s->dirfd, spec->progress)
                        : hash_batch(items, len, &hash);
        if (rc && s->out->is_dir && !s->ahead) {
            rc = err_wrap(rc, "%s", spec->path);
        }
        if (!rc) {
            rc = take_results(s, items, index, len);
        }
    }
    free(items);
    return rc;
}

/* Digests for out->files. */
static int fill_digests(struct scanner *s) {
    int rc = 0;

    if (s->spec->state) {
        s->table = s->out->is_dir && !s->ahead ? statcache_table(s->spec->state, s->spec->path)
                                               : statcache_files(s->spec->state);
    }
    look_up(s);
    if (s->spec->into) {
        rc = forget_uncached(s);
    }
    if (!rc) {
        list_unknown(s);
        rc = read_unknown(s);
    }
    if (!rc && s->table && s->out->is_dir && !s->ahead) {
        stat_table_keep_seen(s->table);
    }
    for (size_t i = 0; i < s->out->nfiles_at; i++) {
        s->out->size += s->out->files[i].id.size;
    }
    free(s->todo);
    if (s->ntodo > CHUNK) {
        mem_trim(); /* what the workers had, before the listing is made */
    }
    return rc;
}

static int scan_file(struct scan *out, struct arena *arena, const struct scan_spec *spec,
                     const struct file_id *id) {
    struct scanner s = {.spec = spec, .out = out};

    s.dirfd = spec->root_fd >= 0 ? spec->root_fd : AT_FDCWD;
    out->files = arena_alloc(arena, sizeof *out->files);
    out->nfiles_at = 1;
    out->files[0] = (struct scan_file){.path = "", .id = *id, .link = out->link};
    int rc = fill_digests(&s);
    if (!rc) {
        out->digest = out->files[0].digest;
        out->isexec = (out->files[0].id.mode & S_IXUSR) != 0;
    }
    return rc;
}

static int list_folder(struct scan *out, struct arena *arena, const struct scan_spec *spec,
                       int dirfd) {
    struct walk w = {0};
    int rc = walk_tree(&w, arena, dirfd, spec->path, spec->skip, spec->skip_ctx);

    if (!rc) {
        out->files = arena_alloc(arena, w.len * sizeof *out->files);
        out->nfiles_at = w.len;
        out->nfiles = w.len;
    }
    for (size_t i = 0; !rc && i < w.len; i++) {
        out->files[i] =
            (struct scan_file){.path = w.at[i].path, .id = w.at[i].id, .link = w.at[i].link};
    }
    if (!rc && w.empty.len > 0) {
        out->empty = arena_dup(arena, w.empty.at, w.empty.len * sizeof *w.empty.at);
        out->nempty = w.empty.len;
    }
    walk_release(&w);
    return rc;
}

static bool listing_trusted(struct cache *c, const struct digest *d) {
    bool trusted;

    if (cache_trusts_many(c, d, 1, &trusted)) {
        err_clear();
        return false;
    }
    return trusted;
}

static int scan_folder(struct scan *out, struct arena *arena, const struct scan_spec *spec) {
    struct scanner s = {.spec = spec, .out = out};
    int base = spec->root_fd >= 0 ? spec->root_fd : AT_FDCWD;
    int top CLEANUP(fd_closep) = openat(base, spec->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (top < 0) {
        return err_errno("cannot read the folder '%s'", spec->path);
    }
    s.dirfd = top;
    int rc = list_folder(out, arena, spec, base);
    if (!rc) {
        rc = fill_digests(&s);
    }
    if (rc) {
        return rc;
    }

    struct tree *t = &out->tree;
    t->at = arena_alloc(arena, out->nfiles_at * sizeof *t->at);
    t->len = t->cap = out->nfiles_at;
    for (size_t i = 0; i < t->len; i++) {
        const struct scan_file *f = &out->files[i];
        t->at[i] = (struct tree_entry){.path = f->path, .digest = f->digest, .size = f->id.size};
    }
    const struct digest *known = s.table ? stat_table_listing(s.table) : NULL;
    if (known && (!spec->into || listing_trusted(spec->into, known))) {
        out->digest = *known;
        return 0;
    }
    if (spec->into) {
        rc = tree_store(&out->digest, t, spec->into, spec->algo);
    } else {
        tree_digest(&out->digest, t, spec->algo);
    }
    if (!rc && s.table) {
        stat_table_put_listing(s.table, &out->digest);
    }
    return rc;
}

int scan_path(struct scan *out, struct arena *arena, const struct scan_spec *spec) {
    int base = spec->root_fd >= 0 ? spec->root_fd : AT_FDCWD;
    struct stat st;
    struct file_id id;

    *out = (struct scan){0};
    if (fstatat(base, spec->path, &st, AT_SYMLINK_NOFOLLOW)) {
        return errno == ENOENT || errno == ENOTDIR ? 0
                                                   : err_errno("cannot look at '%s'", spec->path);
    }
    if (S_ISLNK(st.st_mode)) {
        out->link = true;
        if (fstatat(base, spec->path, &st, 0)) {
            bool leads_nowhere = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
            return leads_nowhere ? 0 : err_errno("cannot look at '%s'", spec->path);
        }
    }
    out->exists = true;
    out->is_dir = S_ISDIR(st.st_mode);
    if (out->is_dir) {
        return scan_folder(out, arena, spec);
    }
    if (!S_ISREG(st.st_mode)) {
        return err_set(ERR_FAILED, "'%s' is neither a file nor a folder", spec->path);
    }
    file_id_from_stat(&id, &st);
    return scan_file(out, arena, spec, &id);
}

void scan_drop_files(struct scan *s, struct arena *arena) {
    arena_drop(arena, s->files);
    s->files = NULL;
    s->nfiles_at = 0;
}

void scan_drop_tree(struct scan *s, struct arena *arena) {
    arena_drop(arena, s->tree.at);
    s->tree = (struct tree){0};
}

static int file_order(const void *a, const void *b) {
    return strcmp(((const struct scan_file *)a)->path, ((const struct scan_file *)b)->path);
}

int scan_store_files(struct arena *arena, const struct scan_spec *spec, const struct strv *paths) {
    struct scan out = {.is_dir = true}; /* paths relative to dirfd, as in a folder */
    struct scanner s = {.spec = spec, .out = &out, .dirfd = spec->root_fd, .ahead = true};

    out.files = arena_alloc(arena, (paths->len + 1) * sizeof *out.files);
    for (size_t i = 0; i < paths->len; i++) {
        struct stat st;
        if (!fstatat(spec->root_fd, paths->at[i], &st, AT_SYMLINK_NOFOLLOW) &&
            S_ISREG(st.st_mode)) {
            struct scan_file *f = &out.files[out.nfiles_at++];
            f->path = paths->at[i];
            file_id_from_stat(&f->id, &st);
        }
    }
    if (out.nfiles_at > 1) {
        qsort(out.files, out.nfiles_at, sizeof *out.files, file_order);
    }
    return fill_digests(&s);
}
