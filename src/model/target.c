#include "model/target.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/glob.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "model/graph.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/stagefile.h"
#include "model/suggest.h"

/* What a word splits into. One of both may be NULL; `file` is as typed. */
struct word {
    const char *file, *name;
};

/* The words of one call, being resolved. */
struct targets {
    const struct index *idx;
    struct arena *arena;
    unsigned flags;
    struct graph *graph; /* built when first needed */
    uint8_t *seen;       /* by number of stage */
    struct stages *out;
};

/* "file:name" is split at the last colon, if no slash follows; nothing behind an "@" counts, for
 * the names that foreach makes may hold anything. What is no "file:name" and no stage file is a
 * name. */
static int split_word(struct word *w, struct arena *arena, const char *typed) {
    size_t group = strcspn(typed, "@");
    size_t at = group;

    while (at > 0 && typed[at - 1] != ':' && typed[at - 1] != '/' && typed[at - 1] != '\\') {
        at--;
    }
    bool split = at > 0 && typed[at - 1] == ':';
    const char *file = arena_strndup(arena, typed, split ? at - 1 : group);

    *w = (struct word){.name = typed};
    if (strcmp(path_base(file), "dvc.lock") == 0) {
        int rc = err_set(ERR_FAILED,
                         "'%s' is written by the tool; targets are the stages of dvc.yaml", typed);

        err_hint("did you mean '%.*s.yaml%s'?", (int)(strlen(file) - strlen(".lock")), file,
                 typed + strlen(file));
        return rc;
    }
    if (split && typed[at] != '\0' && at != group) {
        *w = (struct word){.file = at > 1 ? file : "dvc.yaml", .name = typed + at};
    } else if (stagefile_is_any(typed)) {
        *w = (struct word){.file = typed};
    }
    return 0;
}

/* With --glob the last colon divides, and what is behind it is a pattern. */
static void split_glob(struct word *w, struct arena *arena, const char *typed) {
    const char *colon = strrchr(typed, ':');

    w->file =
        colon && colon > typed ? arena_strndup(arena, typed, (size_t)(colon - typed)) : "dvc.yaml";
    w->name = colon ? colon + 1 : typed;
}

static bool is_folder(const struct targets *t, const char *typed) {
    const char *path;
    bool is_dir = false;

    if (repo_path(&path, t->idx->view.repo, typed, true) != 0) {
        err_clear();
        return false;
    }
    return path[0] == '\0' || (view_exists(&t->idx->view, path, &is_dir) && is_dir);
}

static void add(struct targets *t, struct stage *s) {
    if (!t->seen[s->number]) {
        t->seen[s->number] = 1;
        vec_push(t->out, s);
    }
}

static int get_graph(struct targets *t) {
    return t->graph ? 0 : graph_build(&t->graph, t->idx);
}

/* -R: stages whose file lies in the folder, in the order they run. */
static int add_folder(struct targets *t, const char *typed) {
    struct stages order = {0};
    const char *path;
    int rc = repo_path(&path, t->idx->view.repo, typed, true);

    if (rc || (rc = get_graph(t)) != 0 || (rc = graph_order(&order, t->graph, NULL)) != 0) {
        return rc;
    }
    for (size_t i = 0; i < order.len; i++) {
        if (path_inside(path, order.at[i]->file)) {
            add(t, order.at[i]);
        }
    }
    vec_release(&order);
    return 0;
}

static void add_candidate(struct strv *names, struct map *have, const char *name) {
    if (map_add(have, name, (void *)name)) {
        vec_push(names, name);
    }
}

/* Everything that could have been typed: stages here (groups too), stage files, and outs. */
static void suggest(const struct targets *t, const char *typed, bool outs) {
    const struct repo *r = t->idx->view.repo;
    struct strv names CLEANUP(strv_release) = {0};
    struct map have CLEANUP(map_release) = MAP_INIT;

    for (size_t i = 0; i < t->idx->stages.len; i++) {
        const char *name = stage_address(t->idx->stages.at[i], t->arena, r->cwd),
                   *at = strchr(name, '@');

        add_candidate(&names, &have, name);
        if (at && t->idx->stages.at[i]->name) {
            add_candidate(&names, &have, arena_strndup(t->arena, name, (size_t)(at - name)));
        }
    }
    for (size_t i = 0; outs && i < t->idx->outs.len; i++) {
        add_candidate(&names, &have, path_shown(t->arena, r->cwd, t->idx->outs.at[i]->path));
    }
    const char *near = suggest_name(typed, &names);

    if (near) {
        err_hint("did you mean '%s'?", near);
    }
}

static int missing_stage(const struct targets *t, const char *file, const char *name) {
    int rc = err_set(ERR_FAILED, "Stage '%s' not found inside '%s' file", name,
                     repo_shown(t->idx->view.repo, file));

    suggest(t, name, false);
    return rc;
}

static int missing_file(const struct targets *t, const char *path, const char *typed) {
    bool is_dir;
    int rc;

    if (!stagefile_is_any(path)) {
        return err_set(ERR_FAILED, "'%s' is no stage file: they are named dvc.yaml or end in .dvc",
                       typed);
    }
    if (view_exists(&t->idx->view, path, &is_dir)) {
        rc = t->idx->view.commit ? 0 : stagefile_check_ignored(t->idx->view.repo, path);
        return rc ? rc
                  : err_set(ERR_FAILED,
                            "'%s' is not searched for stages: it is ignored, or lies in data",
                            typed);
    }
    rc = err_set(ERR_FAILED, "'%s' does not exist", typed);
    if (str_eq(typed, "dvc.yaml")) {
        err_hint("`stage add` makes one");
    } else {
        suggest(t, typed, true);
    }
    return rc;
}

/* Stages of one dvc.yaml: all (name NULL), a group, those that match, or one. */
static int add_pipe(struct targets *t, const struct pipefile *pipe, const char *name) {
    bool glob = name && (t->flags & TARGET_GLOB);
    struct stage *one = name ? index_find_stage(t->idx, pipe->path, name) : NULL;
    size_t len = name ? strlen(name) : 0;
    bool found = !name || glob;

    if (one) {
        add(t, one);
        return 0;
    }
    for (size_t i = 0; i < pipe->stages.len; i++) {
        struct stage *s = pipe->stages.at[i];
        bool of_group = name && strncmp(s->name, name, len) == 0 && s->name[len] == '@';

        if (!name || of_group || (glob && glob_match(name, s->name, 0))) {
            found = true;
            add(t, s);
        }
    }
    if (!found && node_get(node_get(pipe->root, "stages"), name)) {
        return 0; /* a group of nothing */
    }
    return found ? 0 : missing_stage(t, pipe->path, name);
}

static int add_file(struct targets *t, const char *typed, const char *name) {
    const struct pipefile *pipe;
    struct stage *s;
    const char *path;
    int rc = repo_path(&path, t->idx->view.repo, typed, true);

    if (rc) {
        return rc;
    }
    pipe = index_find_pipe(t->idx, path);
    if (pipe) {
        return add_pipe(t, pipe, name);
    }
    s = stagefile_is_dvc(path) ? index_find_stage(t->idx, path, NULL) : NULL;
    if (!s) {
        return missing_file(t, path, typed);
    }
    add(t, s);
    return 0;
}

/* The out that the word names, or that holds it; *below is the rest. NULL if there is none. */
static struct out *find_out(const struct targets *t, const char *typed, const char **below) {
    const struct repo *r = t->idx->view.repo;
    const char *path;
    struct out *o;

    if (repo_path(&path, r, typed, true) != 0) {
        err_clear();
        return NULL;
    }
    o = index_find_out(t->idx, path);
    *below = o && strcmp(o->path, path) != 0
                 ? arena_strdup(t->idx->arena, path_below(o->path, path))
                 : NULL;
    return o;
}

static bool has_stage_here(const struct targets *t, const char *name) {
    const struct pipefile *pipe =
        index_find_pipe(t->idx, path_join(t->arena, t->idx->view.repo->cwd, "dvc.yaml"));

    return pipe && (index_find_stage(t->idx, pipe->path, name) ||
                    node_get(node_get(pipe->root, "stages"), name));
}

/* A word that is no path of a stage file, no stage here, and no out. */
static int unknown_word(const struct targets *t, const char *typed) {
    bool folder = is_folder(t, typed); /* asked first: it may have failures of its own to forget */
    int rc = err_set(ERR_FAILED, "'%s' is neither a stage nor tracked data", typed);

    suggest(t, typed, true);
    if (folder) {
        err_hint("-R means all that is tracked in a folder");
    }
    return rc;
}

static int add_word(struct targets *t, const char *typed) {
    struct word w;
    const char *below;
    int rc;

    if ((t->flags & TARGET_RECURSIVE) && is_folder(t, typed)) {
        return add_folder(t, typed);
    }
    if (t->flags & TARGET_GLOB) {
        split_glob(&w, t->arena, typed);
    } else if ((rc = split_word(&w, t->arena, typed)) != 0) {
        return rc;
    }
    if ((t->flags & TARGET_OUTS) && !w.file && !has_stage_here(t, w.name)) {
        struct out *o = find_out(t, typed, &below);

        if (!o) {
            return unknown_word(t, typed);
        }
        add(t, o->stage);
        return 0;
    }
    return add_file(t, w.file ? w.file : "dvc.yaml", w.name);
}

static void targets_open(struct targets *t, const struct index *idx, struct stages *out,
                         unsigned flags) {
    *t = (struct targets){.idx = idx, .arena = arena_new(), .flags = flags, .out = out};
    t->seen = mem_zalloc(idx->stages.len + 1, 1);
    for (size_t i = 0; i < idx->stages.len; i++) {
        idx->stages.at[i]->number = i;
    }
}

static void targets_close(struct targets *t) {
    arena_free(t->arena);
    graph_free(t->graph);
    free(t->seen);
}

/* Replaces the stages named by themselves and all that is upstream. */
static int add_upstream(struct targets *t) {
    struct stages named = *t->out;
    int rc = get_graph(t);

    *t->out = (struct stages){0};
    rc = rc ? rc : graph_order(t->out, t->graph, &named);
    vec_release(&named);
    return rc;
}

int target_stages(struct stages *out, const struct index *idx, const struct strv *typed,
                  unsigned flags) {
    struct targets t CLEANUP(targets_close) = {0};
    int rc = 0;

    if (typed->len == 0) {
        for (size_t i = 0; i < idx->stages.len; i++) {
            vec_push(out, idx->stages.at[i]);
        }
        return 0;
    }
    targets_open(&t, idx, out, flags);
    for (size_t i = 0; rc == 0 && i < typed->len; i++) {
        rc = add_word(&t, typed->at[i]);
    }
    if (rc == 0 && (flags & TARGET_WITH_DEPS) && out->len > 0) {
        rc = add_upstream(&t);
    }
    return rc;
}

static void add_outs(struct target_outs *out, const struct stages *stages) {
    for (size_t i = 0; i < stages->len; i++) {
        for (size_t k = 0; k < stages->at[i]->nouts; k++) {
            struct target_out one = {.out = &stages->at[i]->outs[k]};

            vec_push(out, one);
        }
    }
}

/* --glob for data: whatever outs, stages and .dvc files are called here. */
static int glob_outs(struct target_outs *out, struct targets *t, const char *pattern) {
    const struct index *idx = t->idx;
    const char *cwd = idx->view.repo->cwd;
    bool found = false;

    for (size_t i = 0; i < idx->stages.len; i++) {
        struct stage *s = idx->stages.at[i];
        bool whole = glob_match(pattern, stage_address(s, t->arena, cwd), GLOB_PATHNAME);

        found = found || whole;
        for (size_t k = 0; k < s->nouts; k++) {
            struct target_out one = {.out = &s->outs[k]};

            if (whole ||
                glob_match(pattern, path_shown(t->arena, cwd, s->outs[k].path), GLOB_PATHNAME)) {
                found = true;
                vec_push(out, one);
            }
        }
    }
    return found ? 0 : err_set(ERR_FAILED, "nothing that is tracked matches '%s'", pattern);
}

/* One word of target_outs: stages first, then what lies in outs. */
static int outs_of_word(struct target_outs *out, struct targets *t, const char *typed) {
    struct target_out one = {0};
    struct word w;
    int rc = split_word(&w, t->arena, typed);

    if (rc) {
        return rc;
    }
    bool folder = (t->flags & TARGET_RECURSIVE) && is_folder(t, typed);

    if (!folder && (t->flags & TARGET_GLOB) && glob_has_magic(typed)) {
        return glob_outs(out, t, typed);
    }
    if (!folder && !w.file && !has_stage_here(t, w.name)) {
        one.out = find_out(t, typed, &one.below);
        if (!one.out) {
            return unknown_word(t, typed);
        }
        vec_push(out, one);
        return 0;
    }
    struct stages stages = {0};
    struct strv word = {.at = &typed, .len = 1};

    rc = target_stages(&stages, t->idx, &word, t->flags & ~(unsigned)TARGET_GLOB);
    if (rc == 0) {
        add_outs(out, &stages);
    }
    vec_release(&stages);
    return rc;
}

/* Drops what was named twice: an out again, or a part of one that is named as a whole. */
static void drop_repeated(struct target_outs *outs) {
    struct map whole CLEANUP(map_release) = MAP_INIT;
    struct map seen CLEANUP(map_release) = MAP_INIT;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    size_t kept = 0;

    for (size_t i = 0; i < outs->len; i++) {
        if (!outs->at[i].below) {
            map_put(&whole, outs->at[i].out->path, outs->at[i].out);
        }
    }
    for (size_t i = 0; i < outs->len; i++) {
        struct target_out t = outs->at[i];

        if (t.below && map_has(&whole, t.out->path)) {
            continue;
        }
        if (map_add(&seen, path_join(arena, t.out->path, t.below ? t.below : ""), t.out)) {
            outs->at[kept++] = t;
        }
    }
    outs->len = kept;
}

int target_outs(struct target_outs *out, const struct index *idx, const struct strv *typed,
                unsigned flags) {
    struct targets t CLEANUP(targets_close) = {0};
    int rc = 0;

    if (typed->len == 0) {
        add_outs(out, &idx->stages);
        return 0;
    }
    targets_open(&t, idx, NULL, flags);
    for (size_t i = 0; rc == 0 && i < typed->len; i++) {
        rc = outs_of_word(out, &t, typed->at[i]);
    }
    drop_repeated(out);
    return rc;
}
