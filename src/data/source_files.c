#include "data/source_files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/list.h"
#include "data/output.h"
#include "data/source.h"
#include "git/gittree.h"
#include "hash/batch.h"
#include "hash/hasher.h"
#include "job/progress.h"
#include "model/content.h"
#include "model/ignore.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/view.h"
#include "os/signal.h"
#include "os/stat.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/incoming.h"
#include "store/odb_items.h"
#include "store/tree.h"

#define FILE_MAX_BYTES ((size_t)4 << 30) /* of a file in Git */

void source_files_release(struct source_files *f) {
    vec_release(&f->all);
}

/* ---- what a path means */

static void add_file(struct source_files *f, const char *path, const char *at, const struct out *o,
                     const struct digest *digest) {
    struct source_file file = {.path = path, .at = at, .out = o};

    if (o) {
        file.digest = *digest;
    }
    vec_push(&f->all, file);
}

/* A folder as `list -R` shows it. */
static int look_folder(struct source_files *out, struct arena *arena, struct source *s,
                       const struct index *idx, const char *path, const char *inside) {
    const struct list_request o = {.path = path,
                                   .form = LIST_FILES,
                                   .level = LIST_ALL_LEVELS,
                                   .strict = true,
                                   .refuse = true,
                                   .no_sizes = true};
    struct list_entries all = {0};
    int rc = data_list(&all, arena, s, &o);

    out->is_dir = true;
    for (size_t i = 0; i < all.len && !rc; i++) {
        const struct list_entry *e = &all.at[i];
        const char *at = path_join(arena, inside, e->path);

        if (list_is_control(path_base(e->path))) {
            continue;
        }
        if (path_is_hostile(e->path)) {
            rc = err_set(ERR_REFUSED, "'%s' in '%s' has a name that is not written here: '%s'",
                         path, s->shown, e->path);
        } else {
            add_file(out, e->path, at, e->is_file ? NULL : index_find_out(idx, at), &e->digest);
        }
    }
    vec_release(&all);
    return rc;
}

/* A file in a folder out. *found stays false for a folder, and for what is not there. */
static int look_inside(bool *found, struct source_files *out, struct arena *arena, struct source *s,
                       const struct out *o, const char *inside) {
    const struct tree *tree;
    int rc = source_listing(&tree, arena, s, o);

    if (rc) {
        return err_wrap(rc, "the files of '%s'", o->path);
    }
    const struct tree_entry *e = tree_find(tree, path_below(o->path, inside));
    *found = e != NULL;
    if (e) {
        add_file(out, "", inside, o, &e->digest);
    }
    return 0;
}

/* One that is tracked and not there as a file of Git or the workspace. */
static int look_tracked(bool *found, struct source_files *out, struct arena *arena,
                        struct source *s, const struct index *idx, const char *inside) {
    const struct out *o = idx ? index_find_out(idx, inside) : NULL;
    const struct digest *digest = o ? &o->recorded.digest : NULL;

    *found = false;
    if (!o || !o->cache) {
        return 0;
    }
    if (!digest_is_set(digest)) {
        return err_set(ERR_NOT_FOUND, "'%s' of '%s' has nothing recorded", inside, s->shown);
    }
    if (digest->is_dir) {
        return str_eq(o->path, inside) ? 0 : look_inside(found, out, arena, s, o, inside);
    }
    *found = str_eq(o->path, inside);
    if (*found) {
        add_file(out, "", inside, o, digest);
    }
    return 0;
}

static int is_ignored(bool *yes, const struct source *s, const char *inside, bool is_dir) {
    struct ignore *rules;
    int rc = ignore_open(&rules, s->repo, s->commit);

    if (!rc) {
        *yes = inside[0] && ignore_path(rules, inside, is_dir, NULL);
        ignore_close(rules);
    }
    return rc;
}

int source_look(struct source_files *out, struct arena *arena, struct source *s, const char *path) {
    bool is_dir = false, hidden = false, found;
    struct index *idx;
    const char *inside;
    int rc;

    *out = (struct source_files){0};
    if ((rc = source_enter(&inside, s, path)) || (rc = source_index(&idx, s))) {
        return rc;
    }
    const struct view view = {.repo = s->repo, .commit = s->commit};
    bool is_there = view_exists(&view, inside, &is_dir);
    if (is_there && (rc = is_ignored(&hidden, s, inside, is_dir))) {
        return rc;
    }
    if (is_there && !hidden && !is_dir) {
        add_file(out, "", inside, NULL, NULL);
        return 0;
    }
    if ((rc = look_tracked(&found, out, arena, s, idx, inside)) || found) {
        return rc;
    }
    return look_folder(out, arena, s, idx, path, inside);
}

/* ---- fetching tracked data */

/* Objects that one store is asked for. */
struct batch {
    struct odb_items items;
    VEC(struct source_file *) files;
};

static void batch_release(struct batch *b) {
    odb_items_release(&b->items);
    vec_release(&b->files);
}

struct fetch {
    struct arena *arena;
    struct source *source;
    struct data *to;
    struct source_moved *moved;
    const char *below; /* only these of the tracked files, or NULL */
};

static bool have(const struct fetch *f, const struct source_file *file) {
    struct cache *cache = data_cache_for(f->to, (enum hash_algo)file->digest.algo);

    return cache_has(cache, &file->digest);
}

static void batch_add(struct batch *b, struct source_file *file) {
    odb_items_add(&b->items, &file->digest);
    vec_push(&b->files, file);
}

/* Asks the store for all of the batch; those that it lacks go on to `rest`. */
static int get_from(struct batch *rest, struct fetch *f, struct odb *o, struct batch *b,
                    enum hash_algo algo) {
    int rc =
        o->ops->get(o, data_cache_for(f->to, algo), b->items.at, b->items.len, f->to->progress);

    for (size_t i = 0; i < b->items.len && !rc; i++) {
        const struct odb_item *item = &b->items.at[i];
        if (item->rc == 0) {
            f->moved->files++;
            f->moved->bytes += item->size == UINT64_MAX ? 0 : item->size;
        } else if (item->rc == ERR_NOT_FOUND || item->rc == ERR_CORRUPT) {
            batch_add(rest, b->files.at[i]);
        } else {
            rc = err_set(item->rc, "'%s': %s", b->files.at[i]->at,
                         item->why ? item->why : "could not be fetched");
        }
    }
    return rc;
}

static int get_from_cache(struct batch *rest, struct fetch *f, struct batch *b,
                          enum hash_algo algo) {
    struct data *d = f->source->data;
    struct cache_config cfg = {.dir = data_cache_dir(d),
                               .follow = true,
                               .label = f->source->shown,
                               .algo = algo,
                               .state = d->state};
    struct cache *cache;
    int rc = cache_open(&cache, &cfg);

    if (rc) {
        return rc;
    }
    struct odb *from CLEANUP(remote_closep) = cache_as_odb(cache, f->source->shown, cfg.dir);
    return get_from(rest, f, from, b, algo);
}

static int get_from_remote(struct batch *rest, struct fetch *f, struct batch *b, const char *remote,
                           enum hash_algo algo) {
    struct odb *o CLEANUP(remote_closep) = NULL;
    int rc = source_check_remote(f->source, remote);

    if (rc) {
        return rc;
    }
    rc = data_remote_for(&o, f->source->data, remote, algo);
    return rc ? err_wrap(rc, "'%s'", f->source->shown) : get_from(rest, f, o, b, algo);
}

static int fetch_import(struct fetch *f, const struct out *o, const struct batch *missing);

/* What neither cache nor remote has: imports come from where they were imported. */
static int fetch_rest(struct fetch *f, const struct batch *missing) {
    int rc = 0;

    for (size_t i = 0; i < missing->files.len && !rc; i++) {
        const struct source_file *file = missing->files.at[i];
        if (have(f, file)) {
            continue;
        }
        if (stage_is_repo_import(file->out->stage)) {
            rc = fetch_import(f, file->out, missing);
        }
        if (!rc && !have(f, file)) {
            rc = source_lacks(f->source, file->at);
        }
    }
    return rc;
}

static int fetch_batch(struct fetch *f, struct batch *b, const struct out *o) {
    struct batch missing CLEANUP(batch_release) = {0}, rest CLEANUP(batch_release) = {0};
    enum hash_algo algo = (enum hash_algo)b->items.at[0].digest.algo;
    struct data *d = f->source->data;
    bool import = stage_is_repo_import(o->stage);
    int rc = get_from_cache(&missing, f, b, algo);

    d->jobs = f->to->jobs;
    if (rc || missing.items.len == 0) {
        return rc;
    }
    if (import || !(o->remote || data_remote_default(d))) {
        return fetch_rest(f, &missing);
    }
    rc = get_from_remote(&rest, f, &missing, o->remote, algo);
    return rc ? rc : fetch_rest(f, &rest);
}

static bool same_store(const struct source_file *a, const struct source_file *b) {
    return a->digest.algo == b->digest.algo && str_eq(a->out->remote, b->out->remote) &&
           stage_is_repo_import(a->out->stage) == stage_is_repo_import(b->out->stage);
}

/* Tracked data, store by store. */
static int fetch_tracked(struct fetch *f, struct source_files *files) {
    bool *done CLEANUP(mem_freep) = mem_zalloc(files->all.len + 1, sizeof *done);
    int rc = 0;

    for (size_t i = 0; i < files->all.len && !rc; i++) {
        struct batch b CLEANUP(batch_release) = {0};
        for (size_t k = i; k < files->all.len && files->all.at[i].out; k++) {
            struct source_file *file = &files->all.at[k];
            if (!done[k] && file->out && same_store(file, &files->all.at[i])) {
                done[k] = true;
                if ((!f->below || path_inside(f->below, file->path)) && !have(f, file)) {
                    batch_add(&b, file);
                }
            }
        }
        if (b.items.len > 0) {
            rc = fetch_batch(f, &b, files->all.at[i].out);
        }
    }
    return rc;
}

/* ---- files of Git, and of a workspace */

static int read_file(struct str *out, const struct source *s, const char *at) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *path = path_join(arena, s->repo->git_path, at);
    int rc = gittree_read(out, s->repo->git, s->commit, path, FILE_MAX_BYTES);

    if (rc != ERR_NOT_FOUND) {
        return rc;
    }
    err_clear(); /* a link is a file that holds where it leads, as DVC has it */
    return gittree_read_link(out, s->repo->git, s->commit, path);
}

/* `item` is the one that `in` was opened with. */
static int store_file(struct incoming *in, struct odb_item *item, struct source_file *file,
                      struct fetch *f, enum hash_algo algo) {
    struct str bytes CLEANUP(str_release) = STR_INIT;
    uint64_t from = 0;
    int rc = cancel_check();

    if (rc || (rc = read_file(&bytes, f->source, file->at))) {
        return rc;
    }
    hash_bytes(&file->digest, algo, bytes.buf, bytes.len);
    if (cache_has(data_cache_for(f->to, algo), &file->digest)) {
        return 0;
    }
    f->moved->files++;
    f->moved->bytes += bytes.len;
    *item = (struct odb_item){.digest = file->digest, .size = bytes.len};
    if ((rc = incoming_begin(in, 0, bytes.len, &from))) {
        return rc;
    }
    if (from < bytes.len &&
        (rc = incoming_write(in, 0, from, bytes.buf + from, bytes.len - from))) {
        return rc;
    }
    return incoming_end(in, 0);
}

static int store_from_git(struct fetch *f, struct source_files *files, enum hash_algo algo) {
    struct odb_item item = {.size = UINT64_MAX};
    struct incoming *in;
    int rc = incoming_open(&in, data_cache_for(f->to, algo), &item, 1);

    if (rc) {
        return rc;
    }
    for (size_t i = 0; i < files->all.len && !rc; i++) {
        struct source_file *file = &files->all.at[i];
        rc = file->out ? 0 : store_file(in, &item, file, f, algo);
        progress_add(f->to->progress, file->out == NULL, 0);
    }
    struct err_chain *failed = err_take(rc);
    return err_first(failed, incoming_close(in));
}

static int store_from_workspace(struct fetch *f, struct source_files *files, enum hash_algo algo) {
    size_t n = files->all.len, k = 0;
    struct hash_item *items CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *items);
    int rc;

    for (size_t i = 0; i < n; i++) {
        items[k].path = files->all.at[i].at;
        k += files->all.at[i].out == NULL;
    }
    if ((rc = cache_ingest(data_cache_for(f->to, algo), items, k, f->source->repo->root_fd,
                           f->to->progress))) {
        return rc;
    }
    k = 0;
    for (size_t i = 0; i < n && !rc; i++) {
        if (files->all.at[i].out) {
            continue;
        }
        rc = items[k].changed ? err_set(ERR_FAILED, "'%s' changes while it is read", items[k].path)
                              : 0;
        files->all.at[i].digest = items[k++].digest;
        f->moved->files++;
    }
    return rc;
}

static bool has_plain(const struct source_files *files) {
    for (size_t i = 0; i < files->all.len; i++) {
        if (!files->all.at[i].out) {
            return true;
        }
    }
    return false;
}

/* New data is named by md5, unless all that it stands beside is named otherwise. */
static enum hash_algo common_algo(const struct source_files *files) {
    enum hash_algo found = HASH_NONE;

    for (size_t i = 0; i < files->all.len; i++) {
        enum hash_algo algo = (enum hash_algo)files->all.at[i].digest.algo;
        if (!files->all.at[i].out) {
            continue;
        }
        if (algo == HASH_MD5_DOS2UNIX || (found != HASH_NONE && algo != found)) {
            return HASH_MD5;
        }
        found = algo;
    }
    return found == HASH_NONE ? HASH_MD5 : found;
}

static int fetch_all(struct fetch *f, struct source_files *files) {
    enum hash_algo algo = common_algo(files);
    int rc;

    progress_phase(f->to->progress, "Fetching", files->all.len, 0);
    if ((rc = fetch_tracked(f, files)) || !has_plain(files)) {
        return rc;
    }
    return f->source->commit ? store_from_git(f, files, algo)
                             : store_from_workspace(f, files, algo);
}

/* ---- imports of imports */

/* Of the files of an import those that are missing here; others of its source need not come. */
static void keep_missing(struct source_files *files, struct arena *arena,
                         const struct batch *missing) {
    struct map wanted CLEANUP(map_release) = MAP_INIT;
    char text[DIGEST_TEXT_MAX];
    size_t kept = 0;

    for (size_t i = 0; i < missing->files.len; i++) {
        const struct digest *digest = &missing->files.at[i]->digest;
        map_put(&wanted, arena_strdup(arena, digest_text(text, digest)), files);
    }
    for (size_t i = 0; i < files->all.len; i++) {
        const struct source_file *file = &files->all.at[i];
        if (!file->out || map_has(&wanted, digest_text(text, &file->digest))) {
            files->all.at[kept++] = *file;
        }
    }
    files->all.len = kept;
}

static int fetch_import(struct fetch *f, const struct out *o, const struct batch *missing) {
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    struct source next CLEANUP(source_release) = {0};
    struct source_files files CLEANUP(source_files_release) = {0};
    struct fetch inner = {.arena = f->arena, .source = &next, .to = f->to, .moved = f->moved};
    const char *path;
    int rc = source_open_import(&next, &spec, f->arena, f->source, o);

    rc = rc ? rc : source_path(&path, f->arena, &next, o->stage->deps[0].written);
    rc = rc ? rc : source_look(&files, f->arena, &next, path);
    if (!rc) {
        keep_missing(&files, f->arena, missing);
        rc = fetch_all(&inner, &files);
    }
    return err_wrap(rc, "'%s' of '%s'", o->path, f->source->shown);
}

int source_fetch(struct source_moved *moved, struct arena *arena, struct source *s,
                 struct source_files *files, const char *below, struct data *to) {
    struct fetch f = {.arena = arena, .source = s, .to = to, .moved = moved, .below = below};

    return fetch_all(&f, files);
}

/* ---- one object for all */

/* Names what was fetched under another algorithm by this one. */
static int rename_files(struct arena *arena, struct source_files *files, struct data *to,
                        enum hash_algo algo) {
    struct hash_item *items CLEANUP(mem_freep) = mem_zalloc(files->all.len + 1, sizeof *items);
    size_t n = 0;

    for (size_t i = 0; i < files->all.len; i++) {
        const struct digest *digest = &files->all.at[i].digest;
        struct str path CLEANUP(str_release) = STR_INIT;
        if (digest->algo != algo) {
            cache_path(data_cache_for(to, (enum hash_algo)digest->algo), digest, &path);
            items[n++].path = arena_strdup(arena, path.buf);
        }
    }
    int rc = n > 0 ? cache_ingest(data_cache_for(to, algo), items, n, AT_FDCWD, to->progress) : 0;
    n = 0;
    for (size_t i = 0; i < files->all.len && !rc; i++) {
        if (files->all.at[i].digest.algo != algo) {
            files->all.at[i].digest = items[n++].digest;
        }
    }
    return rc;
}

static int64_t stored_size(const struct source_file *file, struct data *to) {
    struct str path CLEANUP(str_release) = STR_INIT;
    struct file_id id;

    cache_path(data_cache_for(to, (enum hash_algo)file->digest.algo), &file->digest, &path);
    return file_id_peek(&id, AT_FDCWD, path.buf) ? (int64_t)id.size : 0;
}

int source_store(struct content *out, struct arena *arena, struct source_files *files,
                 struct data *to, enum hash_algo algo) {
    struct tree tree = {0};
    int rc;

    content_clear(out);
    algo = algo == HASH_NONE ? common_algo(files) : algo;
    if ((rc = rename_files(arena, files, to, algo))) {
        return rc;
    }
    out->size = 0;
    for (size_t i = 0; i < files->all.len; i++) {
        const struct source_file *file = &files->all.at[i];
        out->size += stored_size(file, to);
        vec_push(&tree, ((struct tree_entry){
                            .path = file->path, .digest = file->digest, .size = UINT64_MAX}));
    }
    if (files->is_dir) {
        out->nfiles = (int64_t)tree.len;
        tree_sort(&tree);
        rc = tree_store(&out->digest, &tree, data_cache_for(to, algo), algo);
    } else {
        out->digest = files->all.at[0].digest;
    }
    vec_release(&tree);
    return rc;
}
