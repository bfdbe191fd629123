#include "registry/artifact.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/index.h"
#include "model/pipefile.h"
#include "model/repo.h"
#include "model/suggest.h"
#include "model/view.h"
#include "registry/tagname.h"

#define PIPEFILE "dvc.yaml"
#define GTO_FILE "artifacts.yaml"

const char *artifact_tag_name(struct arena *arena, const char *name) {
    const char *at = strchr(name, ':');
    size_t len = at ? (size_t)(at - name) : 0;
    const char *file = arena_strndup(arena, name, len);

    if (!at || !str_eq(path_base(file), PIPEFILE)) {
        return name;
    }
    const char *folder = path_dir(arena, file);
    return folder[0] ? arena_printf(arena, "%s%s", folder, at) : at + 1;
}

/* Where the dvc.yaml of "folder:name" is, repo-relative; NULL if that is outside the repository. */
static const char *pipefile_of(struct arena *arena, const struct repo *r, const char *name) {
    const char *at = strchr(name, ':');
    const char *folder = at ? arena_strndup(arena, name, (size_t)(at - name)) : "";
    const char *below = path_normal(arena, path_join(arena, folder, PIPEFILE));

    if (path_is_absolute(below) || path_escapes(below) || !path_inside(r->git_path, below)) {
        return NULL;
    }
    return path_below(r->git_path, below);
}

static void fill(struct artifact *out, struct arena *arena, const char *name, const char *file,
                 const struct node *definition) {
    struct str meta CLEANUP(str_release) = STR_INIT;
    const char *path = node_text(node_get(definition, "path"));
    const struct node *labels = node_get(definition, "labels");
    size_t n = labels && labels->kind == NODE_LIST ? labels->list.len : 0;
    const char **texts = arena_alloc(arena, (n + 1) * sizeof *texts);
    bool old = str_eq(file, GTO_FILE);

    *out = (struct artifact){
        .name = name,
        .file = arena_strdup(arena, file),
        .path = path_normal(arena, path_join(arena, path_dir(arena, file), path ? path : "")),
        .type = node_text(node_get(definition, "type")),
        .desc = node_text(node_get(definition, old ? "description" : "desc")),
        .meta = node_get(definition, old ? "custom" : "meta"),
        .labels = texts,
    };
    for (size_t i = 0; i < n; i++) {
        const char *text = node_text(labels->list.at[i]);

        texts[out->nlabels] = text;
        out->nlabels += text != NULL;
    }
    if (out->meta) {
        json_write(&meta, out->meta);
        out->meta_text = arena_strdup(arena, meta.buf);
    }
}

/* What the artifacts.yaml of GTO defines, which it reads at the top of the work tree alone; *map is
 * NULL if there is none. */
static int gto_read(const struct node **map, struct arena *arena, struct repo *r,
                    const char *commit) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const struct view view = {.repo = r, .commit = commit};
    struct node *root;

    *map = NULL;
    int rc = r->git_path[0] ? ERR_NOT_FOUND : view_read(&text, &view, GTO_FILE, DOC_MAX_BYTES);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    if (rc || (rc = yaml_read(&root, arena, text.buf, text.len, GTO_FILE))) {
        return rc;
    }
    *map = root->kind == NODE_MAP ? root : NULL;
    return 0;
}

static bool is_listed(const struct artifacts *all, const char *name) {
    for (size_t i = 0; i < all->len; i++) {
        if (str_eq(all->at[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Those that no dvc.yaml has. */
static void gto_list(struct artifacts *out, struct arena *arena, struct repo *r,
                     const char *commit) {
    const struct node *map;

    if (gto_read(&map, arena, r, commit)) {
        err_clear();
        return;
    }
    for (size_t i = 0; map && i < map->map.len; i++) {
        const char *name = node_text(map->map.at[i].key);
        if (name && artifact_name_valid(name) && !is_listed(out, name)) {
            struct artifact found;
            fill(&found, arena, name, GTO_FILE, map->map.at[i].value);
            vec_push(out, found);
        }
    }
}

static int not_there(struct arena *arena, struct repo *r, const char *commit, const char *name) {
    struct artifacts all = {0};
    struct strv names CLEANUP(strv_release) = {0};

    if (artifact_list(&all, arena, r, commit)) {
        err_clear();
    }
    for (size_t i = 0; i < all.len; i++) {
        vec_push(&names, all.at[i].name);
    }
    vec_release(&all);
    int rc = err_set(ERR_NOT_FOUND, "no artifact '%s' in the dvc.yaml files%s%.7s", name,
                     commit ? " of commit " : "", commit ? commit : "");
    const char *near = suggest_name(name, &names);
    if (near) {
        err_hint("did you mean '%s'?", near);
    } else {
        err_hint("define it below 'artifacts:', with its path");
    }
    return rc;
}

/* *definition is NULL if the dvc.yaml, or all of it, is not there. */
static int pipefile_find(const struct node **definition, struct arena *arena,
                         const struct view *view, const char *file, const char *word) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct pipefile pipe = {0};
    int rc = view_read(&text, view, file, DOC_MAX_BYTES);

    *definition = NULL;
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    if (rc || (rc = pipefile_parse(&pipe, arena, view, file, text.buf, text.len))) {
        return rc;
    }
    *definition = node_get(pipe.artifacts, word);
    pipefile_release(&pipe);
    return 0;
}

int artifact_find(struct artifact *out, struct arena *arena, struct repo *r, const char *commit,
                  const char *typed) {
    const struct view view = {.repo = r, .commit = commit};
    const char *name = artifact_tag_name(arena, typed), *at = strchr(name, ':');
    const char *file = pipefile_of(arena, r, name);
    const struct node *definition = NULL, *old;
    int rc = 0;

    if (!artifact_name_valid(name)) {
        return err_set(ERR_FAILED,
                       "'%s' cannot be an artifact: letters, digits, and between them '-', '_' "
                       "and '/', with a folder and ':' in front",
                       typed);
    }
    if (file) {
        rc = pipefile_find(&definition, arena, &view, file, at ? at + 1 : name);
    }
    if (!rc && !definition && !at && !(rc = gto_read(&old, arena, r, commit))) {
        definition = node_get(old, name);
        file = GTO_FILE;
    }
    if (rc || !definition) {
        return rc ? rc : not_there(arena, r, commit, name);
    }
    fill(out, arena, arena_strdup(arena, name), file, definition);
    return 0;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(((const struct artifact *)a)->name, ((const struct artifact *)b)->name);
}

int artifact_list(struct artifacts *out, struct arena *arena, struct repo *r, const char *commit) {
    struct index *idx CLEANUP(index_freep) = NULL;
    int rc = index_load_sound(&idx, r, commit);

    for (size_t i = 0; !rc && i < idx->pipes.len; i++) {
        const struct pipefile *pipe = &idx->pipes.at[i];
        const char *folder = path_join(arena, r->git_path, path_dir(arena, pipe->path));
        size_t n =
            pipe->artifacts && pipe->artifacts->kind == NODE_MAP ? pipe->artifacts->map.len : 0;

        for (size_t k = 0; k < n; k++) {
            const struct node_pair *pair = &pipe->artifacts->map.at[k];
            const char *word = node_text(pair->key);
            struct artifact found;

            if (word) {
                fill(&found, arena,
                     folder[0] ? arena_printf(arena, "%s:%s", folder, word)
                               : arena_strdup(arena, word),
                     pipe->path, node_clone(arena, pair->value));
                vec_push(out, found);
            }
        }
    }
    if (!rc) {
        gto_list(out, arena, r, commit);
    }
    if (out->len) {
        qsort(out->at, out->len, sizeof *out->at, compare_names);
    }
    return rc;
}
