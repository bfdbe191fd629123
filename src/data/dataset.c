#include "data/dataset.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/stat.h"
#include "data/data.h"
#include "data/source.h"
#include "data/url_source.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/versions.h"

/* ---- what the source is now */

/* Relative paths were typed in the folder of the dvc.yaml; DVC starts where it runs. */
static int ask_git(struct dataset *ds, struct arena *arena, struct data *d) {
    struct source_spec spec CLEANUP(source_spec_release) = {
        .url = ds->url, .rev = ds->rev, .committed = true};
    struct source source CLEANUP(source_release) = {0};
    const char *root = d->repo->root;

    vec_push(&spec.bases, path_join(arena, root, d->repo->cwd));
    vec_push(&spec.bases, path_join(arena, root, path_dir(arena, ds->file)));
    int rc = source_open(&source, &spec, d->progress);

    if (!rc) {
        dataset_lock_commit(ds, arena, source.commit);
    }
    return rc;
}

static void lock_versions(struct dataset *ds, struct arena *arena,
                          const struct url_source *source) {
    struct version_files files CLEANUP(version_files_release) = {0};

    for (size_t i = 0; i < source->files.len; i++) {
        const struct url_file *f = &source->files.at[i];
        struct version_file file = {
            .path = f->path, .size = f->size, .etag = f->etag, .version = f->version};
        vec_push(&files, file);
    }
    dataset_lock_versions(ds, arena, &files);
}

/* The folder that a relative path starts from: the working directory, as with DVC, or that of the
 * dvc.yaml where there is nothing. */
static const char *start_of(struct arena *arena, const struct data *d, const struct dataset *ds) {
    const char *here = path_join(arena, d->repo->root, d->repo->cwd);

    return file_exists(AT_FDCWD, path_join(arena, here, ds->url))
               ? here
               : path_join(arena, d->repo->root, path_dir(arena, ds->file));
}

static int ask_url(struct dataset *ds, struct arena *arena, struct data *d) {
    struct strv options CLEANUP(strv_release) = {0};
    struct url_source source CLEANUP(url_source_release) = {0};
    struct content now;
    struct file_id id;

    vec_push(&options, "version_aware=true");
    const struct url_asked asked = {.url = ds->url,
                                    .from = start_of(arena, d, ds),
                                    .options = &options,
                                    .jobs = d->jobs,
                                    .state = d->state};
    int rc = url_source_open(&source, arena, d->repo, &asked);

    if (rc || (rc = url_source_look(&source))) {
        return rc;
    }
    if (!source.exists) {
        return url_source_missing(&source);
    }
    if (!source.place.path) {
        lock_versions(ds, arena, &source);
        return 0;
    }
    if ((rc = url_source_record(&now, d, &source)) ||
        (!source.is_dir && (rc = file_id_follow(&id, AT_FDCWD, source.place.path)))) {
        return rc;
    }
    dataset_lock_content(ds, arena, &now, source.is_dir ? NULL : &id);
    return 0;
}

static int ask(struct dataset *ds, struct arena *arena, struct data *d) {
    int rc = 0;

    switch (ds->kind) {
    case DATASET_GIT:
        rc = ask_git(ds, arena, d);
        break;
    case DATASET_URL:
        rc = ask_url(ds, arena, d);
        break;
    case DATASET_HOSTED:
        rc = err_set(ERR_UNSUPPORTED, "datasets of DataChain are not supported");
        err_hint("name the data itself, by --dvc or --url");
        break;
    }
    return rc ? err_wrap(rc, "dataset '%s'", ds->name) : 0;
}

/* ---- add */

static int check_taken(const struct dataset *known, const struct data *d, const char *file,
                       bool force) {
    const char *shown = repo_shown(d->repo, known->file);
    bool here = strcmp(known->file, file) == 0;

    if (force && here) {
        return 0;
    }
    int rc = err_set(ERR_FAILED, "%s has a dataset '%s' already", shown, known->name);
    err_hint("%s", here ? "--force replaces it" : "take it out there first");
    return rc;
}

int data_dataset_add(struct data *d, const struct dataset_request *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct index *idx CLEANUP(index_freep) = NULL;
    const char *file = path_join(arena, d->repo->cwd, "dvc.yaml");
    struct dataset known = {0};
    bool found = false;
    int rc;

    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL)) ||
        (rc = dataset_look(&found, &known, arena, idx, o->name)) ||
        (found && (rc = check_taken(&known, d, file, o->force)))) {
        return rc;
    }
    struct dataset ds = {.kind = o->kind,
                         .name = o->name,
                         .url = o->url,
                         .path = o->path,
                         .rev = o->rev,
                         .file = file,
                         .at = known.at,
                         .definition = known.definition};
    rc = ask(&ds, arena, d);
    return rc ? rc : dataset_save(d->repo, &ds, found ? &known : NULL);
}

/* ---- update */

void dataset_update_release(struct dataset_update *u) {
    strv_release(&u->modified);
    strv_release(&u->added);
    strv_release(&u->deleted);
}

int data_dataset_update(struct dataset_update *out, struct arena *arena, struct data *d,
                        const char *name, const char *rev) {
    struct index *idx CLEANUP(index_freep) = NULL;
    int rc;

    *out = (struct dataset_update){0};
    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL)) ||
        (rc = dataset_find(&out->before, arena, idx, name))) {
        return rc;
    }
    out->after = out->before;
    if (rev && out->before.kind != DATASET_GIT) {
        return err_set(ERR_FAILED, "dataset '%s' has no revisions: it is the data at a URL", name);
    }
    out->after.rev = rev ? rev : out->before.rev;
    if ((rc = ask(&out->after, arena, d))) {
        return rc;
    }
    out->changed = !dataset_same_lock(&out->before, &out->after);
    if (out->before.lock) {
        dataset_files_gone(&out->deleted, NULL, &out->before, &out->after);
        dataset_files_gone(&out->added, &out->modified, &out->after, &out->before);
    }
    return dataset_save(d->repo, &out->after, &out->before);
}

/* ---- dependencies */

static int find_of(struct dataset *out, struct arena *arena, const struct dep *dep) {
    return dataset_find(out, arena, dep->index, dataset_dep_name(arena, dep));
}

int dataset_dep_change(enum change *c, struct arena *arena, const struct dep *dep) {
    struct dataset ds;
    int rc = find_of(&ds, arena, dep);

    if (rc) {
        return rc;
    }
    bool known, same = dataset_dep_same(&known, arena, dep, &ds);
    *c = !ds.lock ? CHANGE_UNSYNCED : !known ? CHANGE_NEW : !same ? CHANGE_MODIFIED : CHANGE_NONE;
    return 0;
}

int dataset_dep_commit(struct arena *arena, struct dep *dep) {
    struct dataset ds;
    int rc = find_of(&ds, arena, dep);

    if (rc) {
        return rc;
    }
    if (!ds.lock) {
        rc = err_set(ERR_FAILED, "dvc.lock %s of dataset '%s'",
                     ds.outdated ? "has another definition" : "knows nothing", ds.name);
        err_hint("`dataset update %s` asks its source", ds.name);
        return rc;
    }
    dataset_dep_record(dep, arena, &ds);
    return 0;
}
