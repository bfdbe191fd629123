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

    *out = (struct artifact){
        .name = name,
        .file = arena_strdup(arena, file),
        .path = path_normal(arena, path_join(arena, path_dir(arena, file), path ? path : "")),
        .type = node_text(node_get(definition, "type")),
        .desc = node_text(node_get(definition, "desc")),
        .meta = node_get(definition, "meta"),
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

int artifact_find(struct artifact *out, struct arena *arena, struct repo *r, const char *commit,
                  const char *typed) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct view view = {.repo = r, .commit = commit};
    const char *name = artifact_tag_name(arena, typed), *at = strchr(name, ':');
    const char *file = pipefile_of(arena, r, name);
    struct pipefile pipe = {0};
    int rc;

    if (!artifact_name_valid(name)) {
        return err_set(ERR_FAILED,
                       "'%s' cannot be an artifact: letters, digits, and between them '-', '_' "
                       "and '/', with a folder and ':' in front",
                       typed);
    }
    rc = file ? view_read(&text, &view, file, DOC_MAX_BYTES) : ERR_NOT_FOUND;
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return not_there(arena, r, commit, name);
    }
    if (rc || (rc = pipefile_parse(&pipe, arena, &view, file, text.buf, text.len))) {
        return rc;
    }
    const struct node *definition = node_get(pipe.artifacts, at ? at + 1 : name);
    pipefile_release(&pipe);
    if (!definition) {
        return not_there(arena, r, commit, name);
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
    if (out->len) {
        qsort(out->at, out->len, sizeof *out->at, compare_names);
    }
    return rc;
}
