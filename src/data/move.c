#include "data/move.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/placed.h"
#include "model/dvcfile.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stagefile.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/stat.h"

struct move {
    struct arena *arena;
    struct data *data;
    struct index *index;
    struct out *out;    /* as it is */
    const char *to;     /* repo-relative */
    struct stage stage; /* as it will be: the same out under its new name, perhaps another file */
    struct out moved;
};

static int find_out(struct move *m, const char *typed) {
    const struct repo *r = m->data->repo;
    const char *path;
    int rc = repo_path(&path, r, typed, true);

    if (rc) {
        return rc;
    }
    m->out = map_get(&m->index->by_out, path);
    if (!m->out) {
        err_set(ERR_FAILED, "'%s' is not tracked", typed);
        if (index_find_out(m->index, path)) {
            err_hint("it lies in a tracked folder: rename it there, then `commit` the folder");
        }
        return ERR_FAILED;
    }
    const struct stage *s = m->out->stage;
    if (!stage_is_data(s) && !stage_is_import(s)) {
        err_set(ERR_FAILED, "'%s' is an output of '%s', which would make it under its old name",
                typed, stage_address(s, m->arena, r->cwd));
        err_hint("change the stage and its command instead");
        return ERR_FAILED;
    }
    return 0;
}

static int find_place(struct move *m, const char *typed) {
    const struct repo *r = m->data->repo;
    struct file_id id;
    int rc = repo_path(&m->to, r, typed, true);

    if (rc) {
        return rc;
    }
    if (m->to[0] == '\0' || file_is_dir(r->root_fd, m->to)) {
        m->to = path_join(m->arena, m->to, path_base(m->out->path));
    }
    const char *dir = path_dir(m->arena, m->to);
    if (dir[0] && !file_is_dir(r->root_fd, dir)) {
        return err_set(ERR_NOT_FOUND, "the folder '%s' does not exist", repo_shown(r, dir));
    }
    const struct out *other = index_find_out(m->index, m->to);
    if (other) {
        return err_set(ERR_EXISTS, "'%s' is tracked by '%s' already", repo_shown(r, m->to),
                       stage_address(other->stage, m->arena, r->cwd));
    }
    if (file_id_peek(&id, r->root_fd, m->to)) {
        return err_set(ERR_EXISTS, "'%s' exists already, and move overwrites nothing",
                       repo_shown(r, m->to));
    }
    return beneath_check(m->to);
}

/* The stage under its new name: in a file of its own if the old one is named like the data. */
static void rename_stage(struct move *m) {
    const struct stage *s = m->out->stage;
    const char *named = arena_printf(m->arena, "%s.dvc", m->out->path);

    m->stage = *s;
    m->moved = *m->out;
    m->moved.path = m->to;
    m->moved.stage = &m->stage;
    if (str_eq(s->file, named)) {
        m->stage.file = arena_printf(m->arena, "%s.dvc", m->to);
        m->stage.wdir = path_dir(m->arena, m->to);
    }
    if (s->nouts > 1) {
        m->stage.outs = arena_dup(m->arena, s->outs, s->nouts * sizeof *s->outs);
        m->stage.outs[m->out - s->outs] = m->moved;
    } else {
        m->stage.outs = &m->moved;
    }
}

/* Data that is not there only changes its name in the files. */
static int move_data(struct move *m) {
    const struct content recorded = m->out->recorded;
    const struct commit_options opt = {.must_exist = false};
    struct data *d = m->data;
    struct file_id id;
    int rc;

    if (!file_id_peek(&id, d->repo->root_fd, m->out->path)) {
        log_warn("'%s' is not there; only what says that it is tracked is renamed",
                 repo_shown(d->repo, m->out->path));
        return m->out->cache ? repo_gitignore_add(d->repo, m->to) : 0;
    }
    if ((rc = beneath_rename(d->repo->root_fd, m->out->path, m->to))) {
        return rc;
    }
    rc = output_commit(m->arena, d, &m->moved, &opt);
    m->moved.recorded = recorded;
    return rc;
}

static int move_pointer(struct move *m) {
    const char *old = m->out->stage->file;
    bool other = !str_eq(m->stage.file, old);
    int rc = other ? dvcfile_save_as(m->data->repo, &m->stage, old)
                   : dvcfile_save(m->data->repo, &m->stage);

    if (!rc && other) {
        rc = stagefile_delete(m->data->repo, old);
    }
    return rc;
}

/* The data first: what is lost on the way is found again, for its old .dvc file still names it. */
static int move_all(struct move *m) {
    struct repo *r = m->data->repo;
    int rc = file_exists(r->root_fd, m->stage.file) && !str_eq(m->stage.file, m->out->stage->file)
                 ? err_set(ERR_EXISTS, "'%s' exists already", repo_shown(r, m->stage.file))
                 : stagefile_check_ignored(r, m->stage.file);

    if (rc || (rc = move_data(m))) {
        return rc;
    }
    if (m->stage.outs != &m->moved) {
        m->stage.outs[m->out - m->out->stage->outs] = m->moved;
    }
    if ((rc = move_pointer(m))) {
        return rc;
    }
    placed_forget(m->data, m->out->path);
    return m->out->cache ? repo_gitignore_remove(r, m->out->path) : 0;
}

int data_move(struct data *d, const char *from, const char *to) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct index *idx CLEANUP(index_freep) = NULL;
    struct move m = {.arena = arena, .data = d};
    int rc;

    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL))) {
        return rc;
    }
    m.index = idx;
    if ((rc = find_out(&m, from)) || (rc = find_place(&m, to))) {
        return rc;
    }
    rename_stage(&m);
    return move_all(&m);
}
