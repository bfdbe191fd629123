#include "data/import_source.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/source.h"
#include "data/source_files.h"
#include "model/repo.h"
#include "model/stage.h"
#include "store/transfer.h"

/* What is here is asked for the commit of the import too: one that is gone is an error, as with DVC. */
static int check_lock(struct arena *arena, struct data *d, const struct dep *dep,
                      const char *wdir) {
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    const char *commit;

    source_spec_of(&spec, arena, d, dep, wdir, true);
    return source_is_path(spec.url) ? source_tip(&commit, arena, &spec) : 0;
}

int import_source_moved(bool *yes, struct arena *arena, struct data *d, const struct dep *dep,
                        const char *wdir) {
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    int rc = 0;

    *yes = false;
    if (!dep->repo_rev_lock) {
        return 0;
    }
    source_spec_of(&spec, arena, d, dep, wdir, false);
    const char *key = arena_printf(arena, "%s\n%s\n%s", spec.url, spec.rev ? spec.rev : "", wdir);
    const char *tip = map_get(&d->source_tips, key);
    if (!tip && !(rc = source_tip(&tip, d->repo->arena, &spec))) {
        map_put(&d->source_tips, arena_strdup(d->repo->arena, key), (void *)(uintptr_t)tip);
    }
    rc = rc ? rc : check_lock(arena, d, dep, wdir);
    *yes = !rc && !str_eq(dep->repo_rev_lock, tip);
    return err_wrap(rc, "'%s', from where '%s' is imported", dep->repo_url, dep->path);
}

static bool same_place(const struct source *s, const struct import_want *w) {
    return s->spec && str_eq(s->spec->url, w->spec.url) && str_eq(s->spec->rev, w->spec.rev) &&
           w->spec.options.config.len + w->spec.options.remote_config.len == 0 &&
           str_eq(s->spec->options.remote, w->spec.options.remote) &&
           str_eq(s->spec->options.config_file, w->spec.options.config_file);
}

/* `s` is what the import before came from. */
static int fetch_one(struct transfer_result *result, struct arena *arena, struct data *d,
                     struct source *s, const struct import_want *w) {
    struct source_files files CLEANUP(source_files_release) = {0};
    struct source_moved moved = {0};
    struct content got;
    const char *path;
    int rc = 0;

    if (!same_place(s, w)) {
        source_release(s);
        rc = source_open(s, &w->spec, d->progress);
    }
    if (rc || (rc = source_path(&path, arena, s, w->source)) ||
        (rc = source_look(&files, arena, s, path))) {
        return rc;
    }
    rc = source_fetch(&moved, arena, s, &files, w->below, d);
    result->moved += moved.files;
    result->bytes += moved.bytes;
    rc = rc ? rc : source_store(&got, arena, &files, d, (enum hash_algo)w->digest.algo);
    if (!rc && !digest_equal(&got.digest, &w->digest)) {
        rc = err_set(ERR_CORRUPT, "'%s' in '%s' at %.7s is not what was imported", w->source,
                     s->shown, s->commit ? s->commit : "");
    }
    return rc;
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
