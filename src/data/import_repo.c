#include "data/import_repo.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/add.h"
#include "data/data.h"
#include "data/import_target.h"
#include "data/output.h"
#include "data/source.h"
#include "data/source_files.h"
#include "model/dvcfile.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"

const char *import_repo_shown(struct arena *arena, const struct dep *dep) {
    return arena_printf(arena, "%s (%s)", dep->written, dep->repo_url);
}

static int fetch_from(struct content *out, struct arena *arena, struct data *d,
                      struct source *source, const struct dep *dep) {
    struct source_files files CLEANUP(source_files_release) = {0};
    struct source_moved moved = {0};
    const char *path;
    int rc = source_path(&path, arena, source, dep->written);

    rc = rc ? rc : source_look(&files, arena, source, path);
    rc = rc ? rc : source_fetch(&moved, arena, source, &files, NULL, d);
    return rc ? rc : source_store(out, arena, &files, d, HASH_NONE);
}

int import_repo_fetch(struct content *out, struct arena *arena, struct data *d,
                      const struct stage *s) {
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    struct source source CLEANUP(source_release) = {0};

    source_spec_of(&spec, arena, d, &s->deps[0], s->wdir, true);
    int rc = source_open(&source, &spec, d->progress);
    return rc ? rc : fetch_from(out, arena, d, &source, &s->deps[0]);
}

int import_repo_bring(struct arena *arena, struct data *d, struct stage *s, struct source *source,
                      bool force) {
    const struct checkout_options opt = {.force = force};
    struct out *o = &s->outs[0];
    struct place_result placed;
    int rc = fetch_from(&o->recorded, arena, d, source, &s->deps[0]);

    if (rc) {
        return rc;
    }
    rc = output_checkout(&placed, arena, d, o, &opt);
    vec_release(&placed.missing);
    return rc ? rc : repo_gitignore_add(d->repo, o->path);
}

static int make(struct arena *arena, struct data *d, struct stage *s,
                const struct import_repo_request *o) {
    struct source source CLEANUP(source_release) = {0};
    const char *out_path = s->outs[0].path;
    int rc;

    if (o->no_exec) {
        return repo_gitignore_add(d->repo, out_path);
    }
    if (o->begin) {
        o->begin(o->ctx, import_repo_shown(arena, &s->deps[0]), repo_shown(d->repo, out_path));
    }
    if ((rc = source_open(&source, o->spec, d->progress))) {
        return rc;
    }
    s->deps[0].repo_rev_lock = arena_strdup(arena, source.commit);
    return o->no_download ? repo_gitignore_add(d->repo, out_path)
                          : import_repo_bring(arena, d, s, &source, o->force);
}

int data_import_repo(struct data *d, const struct import_repo_request *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct index *idx CLEANUP(index_freep) = NULL;
    const struct source_spec *spec = o->spec;
    const struct import_target target = {.own = path_base(path_normal(arena, o->path)),
                                         .from = spec->url,
                                         .out = o->out,
                                         .force = o->force};
    const char *path;
    int rc;

    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL)) ||
        (rc = import_target(&path, arena, d, &target))) {
        return rc;
    }
    d->jobs = o->jobs;
    struct stage *s = repo_dep_stage(arena, path, spec->url, o->path, spec->rev, &spec->options);
    if ((rc = add_check_new(arena, d, idx, s)) || (rc = make(arena, d, s, o))) {
        return rc;
    }
    return dvcfile_save(d->repo, s);
}
