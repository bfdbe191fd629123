#include "data/import_url.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/add.h"
#include "data/add_remote.h"
#include "data/data.h"
#include "data/url_copy.h"
#include "data/url_source.h"
#include "model/dvcfile.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"

static int check_options(const struct import_url_request *o) {
    if (o->to_remote && (o->no_exec || o->no_download || o->version_aware)) {
        return err_set(ERR_FAILED,
                       "--to-remote excludes --no-exec, --no-download and --version-aware");
    }
    if (!o->to_remote && o->remote) {
        return err_set(ERR_FAILED, "--remote goes with --to-remote only");
    }
    return 0;
}

/* As the .dvc file has it: what was typed, as far as that leads to the same place from the folder of
 * the .dvc file. */
static const char *written_url(struct arena *arena, const struct repo *r,
                               const struct url_source *s, const char *out_path) {
    const char *dir = path_dir(arena, out_path);

    if (!s->place.path || strncmp(s->typed, "remote://", strlen("remote://")) == 0) {
        return s->typed;
    }
    if (path_is_absolute(s->typed)) {
        return path_inside(r->root, s->place.path)
                   ? path_relative(arena, dir, path_below(r->root, s->place.path))
                   : s->typed;
    }
    if (strstr(s->typed, "://")) {
        return s->place.path;
    }
    return str_eq(dir, r->cwd)
               ? s->typed
               : path_relative(arena, path_normal(arena, path_join(arena, r->root, dir)),
                               s->place.path);
}

static int make(struct arena *arena, struct data *d, struct stage *s, struct url_source *source,
                const struct import_url_request *o) {
    struct out *out = &s->outs[0];
    int rc;

    if (o->no_exec) {
        return repo_gitignore_add(d->repo, out->path);
    }
    if (!o->to_remote && o->begin) {
        o->begin(o->ctx, url_source_shown(source, d->repo), repo_shown(d->repo, out->path));
    }
    if ((rc = url_source_look(source)) || (rc = url_source_record_dep(&s->deps[0], d, source))) {
        return rc;
    }
    out->push = !source->versions; /* it can always be had from there */
    if (o->to_remote) {
        rc = add_to_remote(arena, d, out, source, o->remote);
    } else if (!o->no_download) {
        return url_copy(arena, d, out, source, o->force);
    }
    return rc ? rc : repo_gitignore_add(d->repo, out->path);
}

int data_import_url(struct data *d, const struct import_url_request *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct url_source source CLEANUP(url_source_release) = {0};
    struct index *idx CLEANUP(index_freep) = NULL;
    struct repo *r = d->repo;
    const struct url_asked asked = {.url = o->url,
                                    .from = path_join(arena, r->root, r->cwd),
                                    .options = &o->fs_config,
                                    .jobs = o->jobs,
                                    .state = d->state};
    const struct import_options options = {.fs_config = &o->fs_config,
                                           .version_aware = o->version_aware};
    const char *path;
    int rc = check_options(o);

    if (rc || (rc = data_lock(d)) || (rc = index_load(&idx, r, NULL)) ||
        (rc = url_source_open(&source, arena, r, &asked)) ||
        (rc = url_copy_target(&path, arena, d, &source, o->out, o->force))) {
        return rc;
    }
    d->jobs = o->jobs;
    source.versions = source.versions || o->version_aware;
    struct stage *s =
        dvcfile_new_import(arena, r, path, written_url(arena, r, &source, path), &options);
    rc = add_check_new(arena, d, idx, s);
    rc = rc ? rc : make(arena, d, s, &source, o);
    return rc ? rc : dvcfile_save(r, s);
}
