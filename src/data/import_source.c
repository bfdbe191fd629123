#include "data/import_source.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/used.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "git/gittree.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/file.h"
#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"
#include "store/transfer.h"
#include "store/tree.h"

#define BLOB_MAX_BYTES ((size_t)4 << 30)

/* The repository that imports come from, at one commit. */
struct source {
    const char *url, *rev; /* as asked for */
    const char *dir, *commit;
    struct gitrepo *git;
    struct repo *repo; /* NULL: no DVC project at its top, only Git */
    struct data *data;
    struct index *index;
};

static void source_release(struct source *s) {
    index_free(s->index);
    data_close(s->data);
    repo_close(s->repo);
    gitrepo_close(s->git);
    *s = (struct source){0};
}

/* Where a url leads on this machine; NULL if it does not. A relative path was typed in some folder
 * that is not recorded: DVC takes it from where it runs, so that comes first. */
static const char *source_dir(struct arena *arena, struct data *d, const char *url,
                              const char *wdir) {
    const struct repo *r = d->repo;
    const char *bases[] = {path_join(arena, r->root, r->cwd), path_join(arena, r->root, wdir),
                           r->root};

    if (str_starts(url, "file://")) {
        url += strlen("file://");
    }
    for (size_t i = 0; i < COUNT_OF(bases); i++) {
        const char *dir = path_normal(arena, path_join(arena, bases[i], url));
        if (file_is_dir(AT_FDCWD, dir)) {
            return file_real_path(arena, dir);
        }
    }
    return NULL;
}

static bool url_is_local(const char *url) {
    size_t word = strcspn(url, ":/");

    return str_starts(url, "file://") || url[word] != ':';
}

static int source_open_git(struct source *s, struct arena *arena, struct data *d, const char *url,
                           const char *wdir) {
    int rc;

    if (!url_is_local(url)) {
        return err_set(ERR_UNSUPPORTED, "'%s': importing across the network is not supported yet",
                       url);
    }
    s->url = url;
    s->dir = source_dir(arena, d, url, wdir);
    if (!s->dir) {
        return err_set(ERR_NOT_FOUND, "there is no repository at '%s', from where data is imported",
                       url);
    }
    rc = gitrepo_open(&s->git, s->dir);
    return err_wrap(rc, "'%s', from where data is imported", url);
}

int import_source_moved(bool *yes, struct arena *arena, struct data *d, const struct dep *dep,
                        const char *wdir) {
    struct source source CLEANUP(source_release) = {0};
    struct gitrev locked, now;
    int rc;

    if (!dep->repo_rev_lock) {
        *yes = false;
        return 0;
    }
    if ((rc = source_open_git(&source, arena, d, dep->repo_url, wdir))) {
        return rc;
    }
    if ((rc = gitrev_find(&locked, source.git, arena, dep->repo_rev_lock)) ||
        (rc = gitrev_find(&now, source.git, arena, dep->repo_rev ? dep->repo_rev : "HEAD"))) {
        return err_wrap(rc, "'%s', from where '%s' is imported", dep->repo_url, dep->path);
    }
    *yes = strcmp(locked.id, now.id) != 0;
    return 0;
}

/* Opens what is not open yet of the source of `w`. */
static int source_open(struct source *s, struct arena *arena, struct data *d,
                       const struct import_want *w) {
    struct gitrev rev;
    int rc;

    if (s->git && str_eq(s->url, w->url) && str_eq(s->rev, w->rev)) {
        return 0;
    }
    source_release(s);
    if ((rc = source_open_git(s, arena, d, w->url, w->wdir))) {
        return rc;
    }
    if ((rc = gitrev_find(&rev, s->git, arena, w->rev))) {
        return err_wrap(rc, "'%s', from where '%s' is imported", w->url, w->path);
    }
    s->rev = w->rev;
    s->commit = arena_strdup(arena, rev.id);
    if (!file_is_dir(AT_FDCWD, path_join(arena, s->dir, ".dvc"))) {
        return 0;
    }
    if ((rc = repo_open(&s->repo, s->dir, true)) ||
        (rc = data_open(&s->data, s->repo, d->progress)) ||
        (rc = index_load(&s->index, s->repo, s->commit))) {
        return err_wrap(rc, "'%s', from where '%s' is imported", w->url, w->path);
    }
    return 0;
}

/* ---- from the caches and remotes of a DVC project */

static bool missing_only(const struct transfer_result *result) {
    for (size_t i = 0; i < result->failed.len; i++) {
        if (result->failed.at[i].rc != ERR_NOT_FOUND) {
            return false;
        }
    }
    return true;
}

/* Fetches from the cache of the source, then what is left from its remote. */
static int fetch_objects(struct transfer_result *result, struct arena *arena, struct data *d,
                         struct source *s, const struct out *o,
                         const struct transfer_wants *wants) {
    enum hash_algo algo = (enum hash_algo)o->recorded.digest.algo;
    struct cache *to = data_cache_for(d, algo);
    struct cache_config cfg = {
        .dir = cache_dir(s->data->cache), .label = s->url, .algo = algo, .state = d->state};
    struct transfer_result part = {0};
    struct cache *cache;
    int rc;

    if ((rc = cache_open(&cache, &cfg))) {
        return rc;
    }
    struct odb *from CLEANUP(remote_closep) = cache_as_odb(cache, s->url, cfg.dir);
    if ((rc = transfer_fetch(&part, arena, from, to, wants, d->progress))) {
        return rc;
    }
    result->moved += part.moved;
    result->bytes += part.bytes;
    if (part.failed.len > 0 && missing_only(&part) && (o->remote || data_remote_default(s->data))) {
        struct odb *remote CLEANUP(remote_closep) = NULL;
        vec_release(&part.failed);
        part = (struct transfer_result){0};
        if ((rc = data_remote_for(&remote, s->data, o->remote, algo)) ||
            (rc = transfer_fetch(&part, arena, remote, to, wants, d->progress))) {
            return rc;
        }
        result->moved += part.moved;
        result->bytes += part.bytes;
    }
    for (size_t i = 0; i < part.failed.len; i++) {
        vec_push(&result->failed, part.failed.at[i]);
    }
    vec_release(&part.failed);
    return 0;
}

/* A file or folder inside a folder out of the source: its files one by one, then a listing of just
 * these. */
static int fetch_part(struct transfer_result *result, struct arena *arena, struct data *d,
                      struct source *s, const struct out *o, const struct import_want *w) {
    const char *inside = path_below(o->path, w->source);
    struct transfer_wants wants CLEANUP(wants_release) = {0};
    struct tree all = {0}, part = {0};
    size_t failed = result->failed.len, from, to;
    struct digest digest;
    int rc;

    if ((rc = output_listing(&all, arena, s->data, o))) {
        return rc;
    }
    const struct tree_entry *file = tree_find(&all, inside);
    tree_range(&all, inside, &from, &to);
    for (size_t i = from; i < to; i++) {
        struct tree_entry e = all.at[i];
        e.path = path_below(inside, e.path);
        vec_push(&part, e);
        vec_push(&wants, ((struct transfer_want){.digest = e.digest, .path = w->path}));
    }
    if (file) {
        vec_push(&wants, ((struct transfer_want){.digest = file->digest, .path = w->path}));
    }
    rc = fetch_objects(result, arena, d, s, o, &wants);
    if (!rc && !file && result->failed.len == failed) {
        rc = tree_store(&digest, &part, data_cache_for(d, (enum hash_algo)w->digest.algo),
                        (enum hash_algo)w->digest.algo);
    }
    vec_release(&part);
    return rc;
}

static int fetch_from_project(struct transfer_result *result, struct arena *arena, struct data *d,
                              struct source *s, const struct out *o, const struct import_want *w) {
    struct transfer_wants wants CLEANUP(wants_release) = {0};

    if (strcmp(o->path, w->source) != 0) {
        return fetch_part(result, arena, d, s, o, w);
    }
    vec_push(&wants,
             ((struct transfer_want){.digest = w->digest, .path = w->path, .below = w->below}));
    return fetch_objects(result, arena, d, s, o, &wants);
}

/* ---- from the history of Git */

struct git_files {
    struct arena *arena;
    struct data *data;
    struct source *source;
    const struct import_want *want;
    const char *top; /* relative to the Git root */
    struct tree tree;
    uint64_t bytes;
};

static int store_blob(struct digest *digest, struct git_files *g, const char *path) {
    enum hash_algo algo = (enum hash_algo)g->want->digest.algo;
    struct str bytes CLEANUP(str_release) = STR_INIT;
    int rc = gittree_read(&bytes, g->source->git, g->source->commit, path, BLOB_MAX_BYTES);

    g->bytes += bytes.len;
    return rc ? rc
              : cache_write(digest, data_cache_for(g->data, algo), algo, false, bytes.buf,
                            bytes.len);
}

static int store_git_file(void *ctx, const char *path, bool is_dir, unsigned mode) {
    struct git_files *g = ctx;
    struct tree_entry e = {.size = UINT64_MAX};
    int rc;

    (void)mode;
    if (is_dir) {
        return 0;
    }
    if ((rc = store_blob(&e.digest, g, path))) {
        return rc;
    }
    e.path = arena_strdup(g->arena, path_below(g->top, path));
    vec_push(&g->tree, e);
    return 0;
}

static int fetch_from_git(struct transfer_result *result, struct arena *arena, struct data *d,
                          struct source *s, const struct import_want *w) {
    enum hash_algo algo = (enum hash_algo)w->digest.algo;
    struct git_files g = {.arena = arena, .data = d, .source = s, .want = w};
    const char *above = path_below(gitrepo_root(s->git), s->dir);
    struct digest digest;
    bool is_dir;
    int rc;

    g.top = path_join(arena, above, w->source);
    if (!gittree_exists(s->git, s->commit, g.top, &is_dir)) {
        return err_set(ERR_NOT_FOUND, "'%s' is not in '%s' at %.7s", w->source, w->url, s->commit);
    }
    if (!is_dir) {
        rc = store_blob(&digest, &g, g.top);
    } else if (!(rc = gittree_walk(s->git, s->commit, g.top, store_git_file, &g))) {
        tree_sort(&g.tree);
        rc = tree_store(&digest, &g.tree, data_cache_for(d, algo), algo);
    }
    if (!rc) {
        result->moved += 1 + g.tree.len;
        result->bytes += g.bytes;
    }
    vec_release(&g.tree);
    if (!rc && !digest_equal(&digest, &w->digest)) {
        return err_set(ERR_CORRUPT, "'%s' in '%s' at %.7s is not what was imported", w->source,
                       w->url, s->commit);
    }
    return rc;
}

static int fetch_one(struct transfer_result *result, struct arena *arena, struct data *d,
                     struct source *s, const struct import_want *w) {
    int rc = source_open(s, arena, d, w);
    const struct out *o;

    if (rc) {
        return rc;
    }
    o = s->index ? index_find_out(s->index, w->source) : NULL;
    return o ? fetch_from_project(result, arena, d, s, o, w)
             : fetch_from_git(result, arena, d, s, w);
}

int import_source_fetch(struct transfer_result *result, struct arena *arena, struct data *d,
                        const struct import_wants *wants) {
    struct source source CLEANUP(source_release) = {0};

    for (size_t i = 0; i < wants->len; i++) {
        const struct import_want *w = &wants->at[i];
        const struct content content = {.digest = w->digest};
        bool cached = false;
        int rc = content_cached(&cached, arena, d, &content);

        if (!rc && !cached) {
            rc = fetch_one(result, arena, d, &source, w);
        }
        if (rc == ERR_INTERRUPTED) {
            return rc;
        }
        if (rc) {
            vec_push(&result->failed,
                     ((struct transfer_failure){.digest = w->digest,
                                                .path = w->path,
                                                .rc = rc == ERR_NOT_FOUND ? ERR_FAILED : rc,
                                                .why = arena_strdup(arena, err_text())}));
            err_clear();
        }
    }
    return 0;
}
