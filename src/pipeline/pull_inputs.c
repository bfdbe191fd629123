#include "pipeline/pull_inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/sync.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/file.h"
#include "remote/registry.h"
#include "store/odb.h"
#include "store/tree.h"

/* Brings an out, or what is at a path below it, into cache and workspace. */
static int pull_path(struct data *d, struct arena *scratch, const struct out *o, const char *path) {
    struct sync_request request = {.max_size = -1};
    struct checkout_options opt = {.below =
                                       str_eq(path, o->path) ? NULL : path + strlen(o->path) + 1};
    struct sync_result got = {0};
    struct place_result placed = {0};
    int rc;

    vec_push(&request.targets, repo_shown(d->repo, path));
    rc = data_fetch(&got, scratch, d, &request);
    strv_release(&request.targets);
    if (!rc && !(rc = data_publish(d))) {
        rc = output_checkout(&placed, scratch, d, o, &opt);
    }
    strv_release(&placed.missing);
    return rc;
}

int pull_outs(bool *pulled, struct data *d, struct arena *scratch, const struct stage *s) {
    int rc = 0;

    log_info("Pulling data for stage: '%s'", stage_address(s, scratch, d->repo->cwd));
    for (size_t i = 0; i < s->nouts && !rc; i++) {
        const struct out *o = &s->outs[i];

        rc = o->cache && !digest_is_set(&o->recorded.digest) && !o->recorded.etag
                 ? err_set(ERR_NOT_FOUND, "nothing is recorded of '%s'", o->path)
                 : pull_path(d, scratch, o, o->path);
    }
    if (rc == ERR_INTERRUPTED) {
        return rc;
    }
    if (rc) {
        log_debug("%s", err_text());
        err_clear();
        log_info("Unable to pull data for stage: '%s'", stage_address(s, scratch, d->repo->cwd));
    }
    *pulled = !rc;
    return 0;
}

int pull_missing_dep(struct data *d, const struct index *index, struct arena *scratch,
                     const struct dep *dep) {
    const struct out *o = dep->kind == DEP_FILE ? index_find_out(index, dep->path) : NULL;

    return o && !file_exists(d->repo->root_fd, dep->path) ? pull_path(d, scratch, o, dep->path) : 0;
}

/* The files of a content: itself, or what its listing names. */
static int list_items(struct odb_item **items, size_t *n, struct data *d, struct arena *scratch,
                      const char *path, const struct content *c) {
    struct out o = {.path = path, .written = path, .recorded = *c};
    struct tree tree = {0};
    int rc = output_listing(&tree, scratch, d, &o);

    if (rc) {
        return rc;
    }
    *n = c->digest.is_dir ? tree.len : 1;
    *items = arena_alloc(scratch, (*n + 1) * sizeof **items);
    for (size_t i = 0; i < *n; i++) {
        (*items)[i] = (struct odb_item){.digest = c->digest.is_dir ? tree.at[i].digest : c->digest,
                                        .size = UINT64_MAX};
    }
    return 0;
}

static int get_objects(struct data *d, struct arena *scratch, const char *path,
                       const struct content *c) {
    struct odb *remote CLEANUP(remote_closep) = NULL;
    enum hash_algo algo = content_algo(c);
    struct odb_item *items = NULL;
    size_t n = 0;
    int rc = list_items(&items, &n, d, scratch, path, c);

    if (rc || (rc = data_remote_for(&remote, d, NULL, algo))) {
        return rc;
    }
    rc = remote->ops->get(remote, data_cache_for(d, algo), items, n, d->progress);
    for (size_t i = 0; i < n; i++) {
        free(items[i].why);
    }
    return rc ? rc : data_publish(d);
}

int pull_content(bool *there, struct data *d, struct arena *scratch, const char *path,
                 const struct content *c) {
    int rc = content_cached(there, scratch, d, c);

    if (rc || *there || !data_remote_default(d)) {
        return rc;
    }
    rc = get_objects(d, scratch, path, c);
    if (rc == ERR_INTERRUPTED) {
        return rc;
    }
    if (rc) {
        log_debug("%s", err_text());
        err_clear();
    }
    return content_cached(there, scratch, d, c);
}
