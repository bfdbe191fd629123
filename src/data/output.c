#include "data/output.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "data/dataset.h"
#include "data/import_source.h"
#include "data/listing.h"
#include "data/url_content.h"
#include "git/gitrepo.h"
#include "model/content.h"
#include "model/ignore.h"
#include "model/repo.h"
#include "store/cache.h"
#include "store/tree.h"

const char *change_word(enum change c) {
    switch (c) {
    case CHANGE_NONE:
        return NULL;
    case CHANGE_NEW:
        return "new";
    case CHANGE_MODIFIED:
        return "modified";
    case CHANGE_DELETED:
        return "deleted";
    case CHANGE_NOT_IN_CACHE:
        return "not in cache";
    case CHANGE_UPDATE:
        return "update available";
    case CHANGE_UNSYNCED:
        return "not in sync";
    }
    return NULL;
}

enum hash_algo content_algo(const struct content *c) {
    return digest_is_set(&c->digest) ? (enum hash_algo)c->digest.algo : HASH_MD5;
}

/* What a walk leaves out. */
struct filter {
    struct ignore_walk ignored;
    struct data *data;
    bool dead_links;     /* these too */
    const char *refused; /* a .dvcignore in it, or NULL */
};

static bool filter_skip(void *ctx, const char *path, bool is_dir) {
    struct filter *f = ctx;

    if (f->ignored.ignore && ignore_skip(&f->ignored, path, is_dir)) {
        return true;
    }
    if (!is_dir && str_eq(path_base(path), IGNORE_FILE)) {
        f->refused = path;
        return true;
    }
    if (!f->dead_links || is_dir) {
        return false;
    }
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    const char *full = path_join(scratch, f->ignored.top, path);
    int root_fd = f->data->repo->root_fd;
    for (size_t i = 0; i < DATA_ALGOS; i++) {
        if (place_is_dead_link(f->data->caches[i], root_fd, full)) {
            return true;
        }
    }
    return false;
}

static int scan_filtered(struct scan *now, struct arena *arena, struct filter *f,
                         enum hash_algo algo, bool cached) {
    struct data *d = f->data;
    struct scan_spec spec = {
        .root_fd = path_is_absolute(f->ignored.top) ? -1 : d->repo->root_fd,
        .path = f->ignored.top,
        .algo = algo,
        .state = d->state,
        .into = cached ? data_cache_for(d, algo) : NULL,
        .skip = filter_skip,
        .skip_ctx = f,
        .progress = d->progress,
    };
    int rc = spec.root_fd >= 0 ? repo_ignore(d->repo, &f->ignored.ignore) : 0;

    return rc ? rc : scan_path(now, arena, &spec);
}

/* Rules inside of a data set would change what it is; DVC does not work with such a folder. */
static int check_refused(const struct filter *f) {
    if (!f->refused) {
        return 0;
    }
    err_set(ERR_REFUSED, "'%s/%s' is in tracked data, where no %s may be",
            repo_shown(f->data->repo, f->ignored.top), f->refused, IGNORE_FILE);
    err_hint("put its lines into the %s beside the folder", IGNORE_FILE);
    return ERR_REFUSED;
}

int output_scan(struct scan *now, struct arena *arena, struct data *d, const char *path,
                enum hash_algo algo, bool cached) {
    struct filter f = {.ignored = {.top = path}, .data = d};
    int rc = scan_filtered(now, arena, &f, algo, cached);

    return rc ? rc : check_refused(&f);
}

static int look(struct scan *now, struct arena *arena, struct filter *f, enum hash_algo algo) {
    int rc = scan_filtered(now, arena, f, algo, false);

    if (!rc || rc == ERR_INTERRUPTED) {
        return rc;
    }
    err_clear();
    f->dead_links = true; /* looked for only now: it costs a call per file */
    return scan_filtered(now, arena, f, algo, false);
}

int output_store_ahead(struct arena *arena, struct data *d, const struct strv *paths) {
    struct scan_spec spec = {
        .root_fd = d->repo->root_fd,
        .path = "",
        .algo = d->hash,
        .state = d->state,
        .into = data_cache_for(d, d->hash),
        .progress = d->progress,
    };

    return d->state && paths->len > 1 ? scan_store_files(arena, &spec, paths) : 0;
}

int output_look(struct scan *now, struct arena *arena, struct data *d, const char *path,
                enum hash_algo algo) {
    struct filter f = {.ignored = {.top = path}, .data = d};

    return look(now, arena, &f, algo);
}

/* output_look for telling differences, which a .dvcignore makes meaningless. */
static int look_strictly(struct scan *now, struct arena *arena, struct data *d, const char *path,
                         enum hash_algo algo) {
    struct filter f = {.ignored = {.top = path}, .data = d};
    int rc = look(now, arena, &f, algo);

    return rc ? rc : check_refused(&f);
}

void content_from_scan(struct content *c, const struct scan *now) {
    *c = (struct content){
        .digest = now->digest,
        .size = (int64_t)now->size,
        .nfiles = now->is_dir ? (int64_t)now->nfiles : -1,
        .isexec = now->isexec,
    };
}

/* Whether the cache holds every file of a listing. */
static int tree_cached(bool *yes, struct arena *arena, struct cache *cache,
                       const struct tree *tree) {
    bool *have = arena_alloc(arena, tree->len + 1);
    int rc = tree_present(tree, cache, NULL, have);

    *yes = !rc && !memchr(have, 0, tree->len * sizeof *have);
    return rc;
}

int content_cached(bool *yes, struct arena *arena, struct data *d, const struct content *c) {
    struct cache *cache = data_cache_for(d, (enum hash_algo)c->digest.algo);
    struct tree tree = {0};

    *yes = digest_is_set(&c->digest) && cache_has(cache, &c->digest);
    if (!*yes || !c->digest.is_dir) {
        return 0;
    }
    int rc = tree_load(&tree, arena, cache, &c->digest);
    if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
        err_clear();
        *yes = false;
        return 0;
    }
    return rc ? rc : tree_cached(yes, arena, cache, &tree);
}

int output_listing(struct tree *tree, struct arena *arena, struct data *d, const struct out *o) {
    *tree = (struct tree){0};
    if (!o->recorded.digest.is_dir) {
        return 0;
    }
    int rc = listing_load(tree, arena, d, &o->recorded.digest, o->remote);
    if (rc == ERR_NOT_FOUND) {
        err_hint("`fetch` brings it if a remote has it");
    }
    return err_wrap(rc, "the list of the files in '%s'", repo_shown(d->repo, o->path));
}

/* content_cached, without reading the listing when the workspace has the same folder; else the files
 * of `now` are given up first. */
static int record_cached(bool *yes, struct arena *arena, struct data *d, const struct content *c,
                         struct scan *now) {
    if (now->exists && now->is_dir && digest_equal(&now->digest, &c->digest)) {
        return tree_cached(yes, arena, data_cache_for(d, (enum hash_algo)c->digest.algo),
                           &now->tree);
    }
    scan_drop_files(now, arena);
    scan_drop_tree(now, arena);
    return content_cached(yes, arena, d, c);
}

static bool content_differs(const char *path, const struct content *was, const struct scan *now) {
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];

    if (digest_equal(&now->digest, &was->digest)) {
        return false;
    }
    log_debug("'%s': recorded '%s', found %s", path, digest_text(before, &was->digest),
              digest_text(after, &now->digest));
    return true;
}

int output_change(enum change *c, struct data *d, const struct out *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct content *was = &o->recorded;
    struct cache *cache = data_cache_for(d, content_algo(was));
    bool recorded = digest_is_set(&was->digest), cached = true;
    struct ignore *ignore;
    struct scan now = {0};
    int rc;

    if (out_is_url(o)) {
        return url_out_change(c, arena, d, o);
    }
    if (recorded && o->cache && !cache_has(cache, &was->digest)) {
        *c = CHANGE_NOT_IN_CACHE;
        return 0;
    }
    if ((rc = repo_ignore(d->repo, &ignore))) {
        return rc;
    }
    if (!ignore_path(ignore, o->path, false, NULL) &&
        (rc = look_strictly(&now, arena, d, o->path, content_algo(was)))) {
        return rc;
    }
    if (recorded && o->cache && was->digest.is_dir &&
        (rc = record_cached(&cached, arena, d, was, &now))) {
        return rc;
    }
    if (!cached) {
        *c = CHANGE_NOT_IN_CACHE;
    } else if (!now.exists) {
        *c = CHANGE_DELETED;
    } else {
        *c = content_differs(o->path, was, &now) ? CHANGE_MODIFIED : CHANGE_NONE;
    }
    return 0;
}

static int file_change(enum change *c, struct data *d, const struct dep *dep) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct scan now;
    int rc = look_strictly(&now, arena, d, dep->path, content_algo(&dep->recorded));

    if (!rc && !now.exists) {
        *c = CHANGE_DELETED;
    } else if (!rc && content_differs(dep->path, &dep->recorded, &now)) {
        *c = CHANGE_MODIFIED;
    }
    return rc;
}

int dep_change(enum change *c, struct arena *arena, struct data *d, const struct dep *dep) {
    bool update;
    int rc;

    *c = CHANGE_NONE;
    switch (dep->kind) {
    case DEP_FILE:
        return file_change(c, d, dep);
    case DEP_REPO:
        if ((rc = import_source_moved(&update, arena, d, dep, ""))) {
            return rc;
        }
        *c = update ? CHANGE_UPDATE : CHANGE_NONE;
        return 0;
    case DEP_PARAMS:
    case DEP_DB: /* there is no telling */
        return 0;
    case DEP_URL:
        return url_dep_change(c, arena, d, dep);
    case DEP_DATASET:
        return dataset_dep_change(c, arena, dep);
    }
    return 0;
}

int output_check_untracked(struct data *d, const char *path) {
    bool tracked = false;
    int rc;

    if (!d->repo->git) {
        return 0;
    }
    if ((rc = gitrepo_tracks(d->repo->git, repo_abs(d->repo, path), &tracked)) || !tracked) {
        return rc;
    }
    const char *shown = repo_shown(d->repo, path);
    err_set(ERR_FAILED, "'%s' is tracked by Git, and cannot be an output too", shown);
    err_hint("take it out of Git first: git rm -r --cached '%s'", shown);
    return ERR_FAILED;
}

int dep_commit(struct arena *arena, struct data *d, struct dep *dep) {
    struct scan now;
    int rc;

    if (dep->kind == DEP_DATASET) {
        return dataset_dep_commit(arena, dep);
    }
    if (dep->kind != DEP_FILE) {
        return dep->kind == DEP_URL ? url_dep_commit(arena, d, dep) : 0;
    }
    enum hash_algo algo = content_algo(&dep->recorded);
    if ((rc = output_scan(&now, arena, d, dep->path, algo, false))) {
        return rc;
    }
    if (!now.exists) {
        return err_set(ERR_NOT_FOUND, "dependency '%s' does not exist",
                       repo_shown(d->repo, dep->path));
    }
    if (algo != d->hash && digest_equal(&now.digest, &dep->recorded.digest)) {
        return 0; /* made with another hash, and it still holds */
    }
    if (algo != d->hash && (rc = output_scan(&now, arena, d, dep->path, d->hash, false))) {
        return rc;
    }
    content_from_scan(&dep->recorded, &now);
    return 0;
}
