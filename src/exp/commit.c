#include "exp/commit.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "hash/hasher.h"
#include "doc/node.h"
#include "doc/write.h"
#include "git/gitcommit.h"
#include "git/gitref.h"
#include "model/config.h"
#include "model/index.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "data/commit.h"
#include "data/data.h"
#include "pipeline/repro.h"
#include "measure/plot_definitions.h"
#include "measure/plots.h"
#include "exp/exp_ref.h"

int exp_record_data(struct data *d, const struct repro_request *repro) {
    struct commit_request commit = {.targets = repro->targets,
                                    .force = true,
                                    .with_deps = repro->targets.len > 0,
                                    .recursive = repro->recursive,
                                    .no_relink = true,
                                    .data_only = true,
                                    .allow_missing = true};

    return data_commit(d, &commit);
}

void exp_harvest_init(struct exp_harvest *h, struct arena *arena) {
    *h = (struct exp_harvest){.arena = arena, .entries = node_map(arena)};
}

void exp_harvest_release(struct exp_harvest *h) {
    strv_release(&h->paths);
    map_release(&h->seen);
}

void exp_harvest_path(struct exp_harvest *h, const struct data *d, const char *path) {
    const char *absolute = path_join(h->arena, d->repo->root, path);

    if (map_add(&h->seen, absolute, h)) {
        vec_push(&h->paths, absolute);
    }
}

void exp_harvest_stage(struct exp_harvest *h, const struct data *d, const struct index *index,
                       const struct stage *s) {
    exp_harvest_path(h, d, s->file);
    if (s->name) {
        exp_harvest_path(h, d, lockfile_path(h->arena, s->file));
    }
    for (size_t i = 0; i < s->ndeps; i++) {
        const struct dep *dep = &s->deps[i];
        const struct out *made = index_find_out(index, dep->path);
        bool file = dep->kind == DEP_FILE || dep->kind == DEP_PARAMS;
        if (file && !path_is_absolute(dep->path) && !(made && made->cache)) {
            exp_harvest_path(h, d, dep->path);
        }
    }
    for (size_t i = 0; i < s->nouts; i++) {
        if (!s->outs[i].cache && resolved_inside(s->outs[i].path) && !s->unsupported) {
            exp_harvest_path(h, d, s->outs[i].path);
        }
    }
}

void exp_harvest_entry(struct exp_harvest *h, const struct stage *s) {
    if (s->name && s->cmd_node) {
        node_put(h->arena, h->entries, arena_strdup(h->arena, s->name),
                 node_clone(h->arena, stage_lock_entry(h->arena, s)));
    }
}

/* ---- the top of dvc.yaml */

static void add_list(struct exp_harvest *h, const struct data *d, const struct strv *paths) {
    for (size_t i = 0; i < paths->len; i++) {
        if (!path_is_absolute(paths->at[i])) {
            exp_harvest_path(h, d, paths->at[i]);
        }
    }
}

static int add_plots(struct exp_harvest *h, struct data *d, const struct index *index) {
    const struct plots_request all = {0};
    struct plot_configs configs = {0};
    struct strv shown CLEANUP(strv_release) = {0};
    const char *path;
    int rc = plot_definitions_collect(&configs, h->arena, d, index, &all);

    for (size_t i = 0; !rc && i < configs.len; i++) {
        const struct plot_config *c = &configs.at[i];
        for (size_t k = 0; *c->path && k < c->plots.len; k++) {
            plot_definition_sources(&shown, c->plots.at[k].id, c->plots.at[k].props);
        }
    }
    for (size_t i = 0; !rc && i < shown.len; i++) {
        if (repo_path(&path, d->repo, shown.at[i], true)) {
            err_clear();
        } else {
            exp_harvest_path(h, d, path);
        }
    }
    plot_configs_release(&configs);
    return rc;
}

int exp_harvest_top(struct exp_harvest *h, struct data *d) {
    struct index *index CLEANUP(index_freep) = NULL;
    bool plots = false;
    int rc = index_load_sound(&index, d->repo, NULL);

    for (size_t i = 0; !rc && i < index->pipes.len; i++) {
        add_list(h, d, &index->pipes.at[i].metrics);
        add_list(h, d, &index->pipes.at[i].params);
        plots |= index->pipes.at[i].plots != NULL;
    }
    if (!rc && config_bool(d->repo->config, "core.autostage", false)) {
        add_list(h, d, &d->repo->touched);
    }
    return !rc && plots ? add_plots(h, d, index) : rc;
}

/* ---- commit and reference */

int exp_conflict(const char *name) {
    int rc = err_set(
        ERR_EXISTS, "Experiment conflicts with existing experiment '%s'. Use `-f` to force.", name);

    err_hint("exp run -f … replaces it, -n gives the new one another name");
    return rc;
}

/* The SHA-256 of what dvc.lock says of the stages, as DVC names an experiment. */
static const char *hash_text(struct exp_harvest *h) {
    struct str json CLEANUP(str_release) = STR_INIT;
    struct digest digest;
    char text[DIGEST_TEXT_MAX];

    json_write_sorted(&json, h->entries);
    hash_bytes(&digest, HASH_SHA256, json.buf, json.len);
    return arena_strdup(h->arena, digest_text(text, &digest));
}

/* One of that name appeared since it was looked for. */
static int settle(char id[41], struct gitrepo *into, const char *ref, const struct exp_keep *o) {
    char there[41];
    bool same = false;
    int rc = gitref_read(there, into, ref);

    if (!rc) {
        rc = gitcommit_same(&same, into, there, id);
    }
    if (rc || !same) {
        return rc ? rc : exp_conflict(o->name);
    }
    memcpy(id, there, sizeof there);
    return 0;
}

int exp_keep(char id[41], const char **ref, struct exp_harvest *h, struct data *d,
             struct gitrepo *into, const struct exp_keep *o) {
    struct gitcommit_request r = {
        .parent = o->baseline, .message = o->message, .add = h->paths, .force = o->forced};
    int rc;

    if (!r.message) {
        r.message = arena_printf(h->arena, "dvc: commit experiment %s", hash_text(h));
    }
    *ref = exp_ref_name(h->arena, o->baseline, o->name);
    if ((rc = gitcommit_make(id, d->repo->git, into, &r))) {
        return rc;
    }
    rc = gitref_set(into, *ref, id, o->force ? NULL : "", NULL);
    if (rc == ERR_EXISTS) {
        err_clear();
        return settle(id, into, *ref, o);
    }
    return rc;
}
