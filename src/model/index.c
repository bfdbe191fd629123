#include "model/index.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "model/repo.h"
#include "model/stage.h"

void index_free(struct index *idx) {
    if (!idx) {
        return;
    }
    for (size_t i = 0; i < idx->pipes.len; i++) {
        pipefile_release(&idx->pipes.at[i]);
    }
    vec_release(&idx->pipes);
    vec_release(&idx->stages);
    vec_release(&idx->outs);
    map_release(&idx->by_out);
    map_release(&idx->by_stage);
    arena_free(idx->arena);
}

void index_freep(struct index **idx) {
    index_free(*idx);
    *idx = NULL;
}

struct out *index_find_out(const struct index *idx, const char *path) {
    struct str above CLEANUP(str_release) = STR_INIT;

    str_adds(&above, path);
    for (;;) {
        struct out *o = map_get(&idx->by_out, above.buf);
        const char *slash = strrchr(above.buf, '/');

        if (o || !slash) {
            return o;
        }
        str_truncate(&above, (size_t)(slash - above.buf));
    }
}

struct stage *index_find_stage(const struct index *idx, const char *file, const char *name) {
    struct str key CLEANUP(str_release) = STR_INIT;

    str_addf(&key, "%s%s%s", file, name ? ":" : "", name ? name : "");
    return map_get(&idx->by_stage, key.buf);
}

const struct pipefile *index_find_pipe(const struct index *idx, const char *path) {
    for (size_t i = 0; i < idx->pipes.len; i++) {
        if (strcmp(idx->pipes.at[i].path, path) == 0) {
            return &idx->pipes.at[i];
        }
    }
    return NULL;
}

static const char *address(const struct index *idx, const struct stage *s) {
    return stage_address(s, idx->arena, idx->view.repo->cwd);
}

/* The out above a path, itself apart. */
static struct out *out_above(const struct index *idx, struct arena *arena, const char *path) {
    const char *dir = path_dir(arena, path);

    return dir[0] != '\0' && !path_is_absolute(path) ? index_find_out(idx, dir) : NULL;
}

/* Of the out in its stage file. */
static const char *place(const struct index *idx, const struct out *o) {
    return stage_place(o->stage, o->node, idx->arena, idx->view.repo->cwd);
}

static int check_out(const struct index *idx, struct arena *arena, const struct out *o) {
    const struct repo *r = idx->view.repo;
    const struct out *first = map_get(&idx->by_out, o->path), *above;
    int rc;

    if (first != o) {
        bool same = first->stage == o->stage;

        rc = err_set(ERR_FAILED, "%s: output '%s' is specified %s%s%s%s%s", place(idx, o),
                     repo_shown(r, o->path), same ? "twice in stage '" : "in the stages '",
                     address(idx, first->stage), same ? "" : "' and '",
                     same ? "" : address(idx, o->stage), "'");
        err_hint("an output belongs to one stage");
        return rc;
    }
    above = out_above(idx, arena, o->path);
    if (!above) {
        return 0;
    }
    rc = err_set(ERR_FAILED, "%s: output '%s' of '%s' lies within output '%s' of '%s'",
                 place(idx, o), repo_shown(r, o->path), address(idx, o->stage),
                 repo_shown(r, above->path), address(idx, above->stage));
    err_hint("outputs must not overlap: track the folder as a whole, or what is in it");
    return rc;
}

int index_check_overlaps(const struct index *idx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *last = "";

    for (size_t i = 0; i < idx->outs.len; i++) {
        int rc = check_out(idx, arena, idx->outs.at[i]);

        if (rc) {
            return rc;
        }
    }
    for (size_t i = 0; i < idx->stages.len; i++) {
        const struct stage *s = idx->stages.at[i];
        const struct out *o = s->file == last ? NULL : index_find_out(idx, s->file);

        last = s->file;
        if (o) {
            return err_set(ERR_FAILED, "stage file '%s' lies within output '%s' of '%s'",
                           repo_shown(idx->view.repo, s->file), repo_shown(idx->view.repo, o->path),
                           address(idx, o->stage));
        }
    }
    return 0;
}
