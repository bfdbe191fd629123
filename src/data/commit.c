#include "data/commit.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "data/output.h"
#include "model/content.h"
#include "model/dvcfile.h"
#include "model/index.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/target.h"
#include "os/file.h"
#include "os/signal.h"
#include "store/tree.h"

struct commit {
    struct arena *arena;
    struct data *data;
    const struct commit_request *request;
    struct target_outs outs; /* what the targets name */
};

static const char *address(const struct commit *c, const struct stage *s) {
    return stage_address(s, c->arena, c->data->repo->cwd);
}

/* ---- whether the user has to agree */

static int dep_differs(bool *yes, struct commit *c, const struct stage *s, const struct dep *dep) {
    const struct commit_hooks *hooks = &c->request->hooks;
    struct status_entries entries = {0};
    enum change change;
    int rc;

    if (dep->kind == DEP_PARAMS) {
        rc =
            hooks->params_status ? hooks->params_status(hooks->ctx, &entries, c->arena, s, dep) : 0;
        *yes = entries.len > 0;
        vec_release(&entries);
        return rc;
    }
    if (dep->kind == DEP_REPO || dep->kind == DEP_DB ||
        (dep->kind == DEP_URL && stage_is_import(s))) {
        *yes = false; /* a source that lies elsewhere: its record is not touched */
        return 0;
    }
    rc = dep_change(&change, c->arena, c->data, dep);
    *yes = !rc && change != CHANGE_NONE;
    return rc;
}

/* What stands in the way of recording the stage silently; NULL if nothing does. */
static int find_difference(const char **what, struct commit *c, const struct stage *s) {
    bool yes = false;
    int rc = 0;

    *what = NULL;
    if (stage_command_changed(s) || stage_checksum_changed(s)) {
        *what = "its definition changed";
        return 0;
    }
    for (size_t i = 0; !rc && !*what && i < s->ndeps; i++) {
        if (!(rc = dep_differs(&yes, c, s, &s->deps[i])) && yes) {
            *what = arena_printf(c->arena, "dependency '%s' changed", s->deps[i].written);
        }
    }
    for (size_t i = 0; !rc && !*what && i < s->nouts; i++) {
        struct out there = s->outs[i];
        enum change change;

        there.cache = false; /* what the cache holds does not matter here */
        if (!(rc = output_change(&change, c->data, &there)) && change != CHANGE_NONE) {
            *what = arena_printf(c->arena, "'%s' is %s", repo_shown(c->data->repo, there.path),
                                 change_word(change));
        }
    }
    return rc;
}

static int ask(struct commit *c, const struct stage *s) {
    const struct commit_request *o = c->request;
    const char *what, *question;
    int rc;

    if (s->unsupported) {
        return err_set(ERR_UNSUPPORTED, "%s: %s is not supported", address(c, s), s->unsupported);
    }
    if (o->force) {
        return 0;
    }
    if ((rc = find_difference(&what, c, s)) || !what) {
        return rc;
    }
    question = arena_printf(c->arena, "%s: %s. Record what is there?", address(c, s), what);
    if (o->confirm && o->confirm(o->confirm_ctx, question)) {
        return 0;
    }
    return err_set(ERR_FAILED, "%s: %s, and was not recorded. Use `-f|--force` to force.",
                   address(c, s), what);
}

/* ---- recording */

/* The part of the out that the targets mean: NULL if all of it. */
static const char *part_asked(const struct commit *c, const struct out *o) {
    const char *below = NULL;

    for (size_t i = 0; i < c->outs.len; i++) {
        if (c->outs.at[i].out == o) {
            if (!c->outs.at[i].below) {
                return NULL;
            }
            below = c->outs.at[i].below;
        }
    }
    return below;
}

/* The whole folder is recorded, but only the files of the part (and the listing) get into the
 * cache. */
static int commit_part(struct commit *c, struct out *o, const char *below,
                       const struct commit_options *opt) {
    struct commit_options record = *opt;
    struct scan all, part;
    int rc;

    record.no_commit = true;
    if ((rc = output_commit(c->arena, c->data, o, &record)) ||
        (rc = output_scan(&part, c->arena, c->data, path_join(c->arena, o->path, below),
                          content_algo(&o->recorded), true)) ||
        (rc = output_scan(&all, c->arena, c->data, o->path, content_algo(&o->recorded), false))) {
        return rc;
    }
    if (!all.is_dir || !digest_equal(&all.digest, &o->recorded.digest)) {
        return err_set(ERR_FAILED, "'%s' changed while it was read; try again",
                       repo_shown(c->data->repo, o->path));
    }
    return tree_store(&all.digest, &all.tree, data_cache_for(c->data, content_algo(&o->recorded)),
                      content_algo(&o->recorded));
}

static void warn_empty(const struct commit *c, const struct out *o) {
    if (o->recorded.size == 0 && digest_is_set(&o->recorded.digest)) {
        log_warn("'%s' is empty", repo_shown(c->data->repo, o->path));
    }
}

static int commit_deps(struct commit *c, struct stage *s) {
    const struct commit_hooks *hooks = &c->request->hooks;
    int rc = 0;

    for (size_t i = 0; !rc && i < s->ndeps; i++) {
        if (s->deps[i].kind == DEP_URL && stage_is_import(s)) {
            continue;
        }
        if (s->deps[i].kind != DEP_PARAMS) {
            rc = dep_commit(c->arena, c->data, &s->deps[i]);
        } else if (hooks->params_commit) {
            rc = hooks->params_commit(hooks->ctx, c->arena, &s->deps[i]);
        }
    }
    return rc;
}

static bool path_present(const struct commit *c, const struct out *o) {
    int fd = c->data->repo->root_fd;

    return file_exists(fd, o->path) || file_is_link(fd, o->path);
}

static int commit_stage(struct commit *c, struct stage *s) {
    const struct commit_options opt = {.no_relink = c->request->no_relink, .must_exist = true};
    const struct commit_hooks *hooks = &c->request->hooks;
    int rc;

    if ((rc = commit_deps(c, s))) {
        return err_wrap(rc, "%s", address(c, s));
    }
    for (size_t i = 0; i < s->nouts; i++) {
        struct out *o = &s->outs[i];
        const char *below = part_asked(c, o);

        if (c->request->allow_missing && !path_present(c, o)) {
            continue;
        }
        rc = below ? commit_part(c, o, below, &opt) : output_commit(c->arena, c->data, o, &opt);
        if (rc) {
            return err_wrap(rc, "%s", address(c, s));
        }
        warn_empty(c, o);
    }
    return s->name && hooks->recorded ? hooks->recorded(hooks->ctx, c->arena, s) : 0;
}

/* Stages of one dvc.yaml follow each other, and are written to their dvc.lock together. */
static int commit_file(struct commit *c, struct stage *const *stages, size_t n) {
    int rc = 0;

    for (size_t i = 0; !rc && i < n; i++) {
        rc = cancel_check();
        rc = rc ? rc : commit_stage(c, stages[i]);
    }
    if (rc) {
        return rc;
    }
    if (stages[0]->name) {
        return lockfile_save(c->data->repo, stages, n);
    }
    stages[0]->md5 = NULL; /* made anew: what the file says now is what was committed */
    return dvcfile_save(c->data->repo, stages[0]);
}

static int commit_files(struct commit *c, const struct stages *all) {
    int rc = 0;

    for (size_t from = 0, to; !rc && from < all->len; from = to) {
        for (to = from + 1; to < all->len && strcmp(all->at[to]->file, all->at[from]->file) == 0;
             to++) {
        }
        rc = commit_file(c, all->at + from, to - from);
    }
    return rc;
}

static int commit_stages(struct commit *c, const struct stages *all) {
    int rc = 0;

    for (size_t i = 0; !rc && i < all->len; i++) {
        rc = ask(c, all->at[i]);
    }
    return rc ? rc : commit_files(c, all);
}

static void drop_made_by_stages(struct stages *all) {
    size_t kept = 0;

    for (size_t i = 0; i < all->len; i++) {
        if (!all->at[i]->cmd_node) {
            all->at[kept++] = all->at[i];
        }
    }
    all->len = kept;
}

/* ---- records of DVC 2 */

static bool is_legacy(const struct content *c) {
    return c->digest.algo == HASH_MD5_DOS2UNIX;
}

static bool stage_is_legacy(const struct stage *s) {
    for (size_t i = 0; i < s->nouts; i++) {
        if (is_legacy(&s->outs[i].recorded)) {
            return true;
        }
    }
    for (size_t i = 0; i < s->ndeps && !stage_is_import(s); i++) {
        if (s->deps[i].kind == DEP_FILE && is_legacy(&s->deps[i].recorded)) {
            return true;
        }
    }
    return false;
}

/* What the workspace has is what is recorded: then the record may be forgotten. */
static void forget_legacy(struct stage *s) {
    for (size_t i = 0; i < s->nouts; i++) {
        if (is_legacy(&s->outs[i].recorded)) {
            content_clear(&s->outs[i].recorded);
        }
    }
    for (size_t i = 0; i < s->ndeps && !stage_is_import(s); i++) {
        if (s->deps[i].kind == DEP_FILE && is_legacy(&s->deps[i].recorded)) {
            content_clear(&s->deps[i].recorded);
        }
    }
}

static int legacy_stages(struct stages *out, struct commit *c, const struct index *idx) {
    int rc = 0;

    for (size_t i = 0; !rc && i < idx->stages.len; i++) {
        struct stage *s = idx->stages.at[i];
        const char *what = s->unsupported;
        if (!stage_is_legacy(s) || (!what && (rc = find_difference(&what, c, s)))) {
            continue;
        }
        if (what) {
            log_warn("%s stays as it is: %s", address(c, s), what);
        } else {
            vec_push(out, s);
        }
    }
    return rc;
}

int data_commit_legacy(struct strv *files, struct arena *arena, struct data *d,
                       const struct commit_hooks *hooks, bool dry) {
    const struct commit_request request = {.hooks = *hooks};
    struct index *idx CLEANUP(index_freep) = NULL;
    struct commit c = {.arena = arena, .data = d, .request = &request};
    struct stages stages = {0};
    int rc = dry ? 0 : data_lock(d);

    rc = rc ? rc : index_load(&idx, d->repo, NULL);
    rc = rc ? rc : legacy_stages(&stages, &c, idx);
    for (size_t i = 0; !rc && i < stages.len; i++) {
        const struct stage *s = stages.at[i];
        const char *file = repo_shown(d->repo, s->file);
        if (i == 0 || strcmp(s->file, stages.at[i - 1]->file) != 0) {
            vec_push(files, s->name
                                ? arena_printf(arena, "%s (%s)", file,
                                               repo_shown(d->repo, lockfile_path(arena, s->file)))
                                : arena_strdup(arena, file));
        }
        if (!dry) {
            forget_legacy(stages.at[i]);
        }
    }
    if (!rc && !dry) {
        rc = commit_files(&c, &stages);
    }
    vec_release(&stages);
    return rc;
}

int data_commit(struct data *d, const struct commit_request *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct index *idx CLEANUP(index_freep) = NULL;
    struct commit c = {.arena = arena, .data = d, .request = o};
    unsigned flags =
        (o->recursive ? TARGET_RECURSIVE : 0) | (o->with_deps ? TARGET_WITH_DEPS : 0) | TARGET_OUTS;
    struct stages stages = {0};
    int rc;

    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL))) {
        return rc;
    }
    if (!(rc = target_stages(&stages, idx, &o->targets, flags)) && o->targets.len > 0) {
        rc = target_outs(&c.outs, idx, &o->targets, flags);
    }
    if (!rc) {
        if (o->data_only) {
            drop_made_by_stages(&stages);
        }
        rc = commit_stages(&c, &stages);
    }
    vec_release(&stages);
    vec_release(&c.outs);
    repo_untouch(d->repo); /* staging is the user's, as with DVC */
    return rc;
}
