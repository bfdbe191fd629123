#include "model/pipefile.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/stagefile.h"

/* A dvc.yaml being changed: `want` is what it shall mean. */
struct edit {
    struct repo *repo;
    struct arena *arena;
    const char *path, *shown;
    struct str text;
    struct node *want;
};

static void edit_close(struct edit *e) {
    str_release(&e->text);
    arena_free(e->arena);
}

static int edit_open(struct edit *e, struct repo *r, const char *path) {
    struct node *root;
    int rc;

    *e = (struct edit){.repo = r,
                       .arena = arena_new(),
                       .path = path,
                       .shown = repo_shown(r, path),
                       .text = STR_INIT};
    if ((rc = stagefile_check_ignored(r, path)) != 0 ||
        (rc = stagefile_read(&e->text, r, path)) != 0 ||
        (rc = yaml_read(&root, e->arena, e->text.buf, e->text.len, e->shown)) != 0) {
        return rc;
    }
    e->want = node_truthy(root) ? node_clone(e->arena, root) : node_map(e->arena);
    return 0;
}

static int edit_save(struct edit *e) {
    struct str now CLEANUP(str_release) = STR_INIT;
    int rc = yaml_edit(&now, e->text.buf, e->text.len, e->want, e->shown);

    return rc ? rc : stagefile_write(e->repo, e->path, &e->text, &now);
}

/* The definition of a stage that stands in the file under its own name. */
static int find_definition(struct node **out, const struct edit *e, const char *name) {
    const char *at = strchr(name, '@');

    *out = node_get(node_get(e->want, "stages"), name);
    if (*out) {
        return 0;
    }
    if (at) {
        int rc = err_set(ERR_FAILED, "stage '%s' is made by a foreach or matrix in '%s'", name,
                         e->shown);

        err_hint("change the definition of '%.*s' there", (int)(at - name), name);
        return rc;
    }
    return err_set(ERR_FAILED, "Stage '%s' not found inside '%s' file", name, e->shown);
}

int pipefile_put_stage(struct repo *r, const char *path, const char *name,
                       const struct node *definition) {
    struct edit e CLEANUP(edit_close) = {0};
    struct node *stages;
    int rc = edit_open(&e, r, path);

    if (rc) {
        return rc;
    }
    stages = node_get(e.want, "stages");
    if (!stages || stages->kind != NODE_MAP) {
        stages = node_map(e.arena);
        node_put(e.arena, e.want, "stages", stages);
    }
    node_put(e.arena, stages, name, node_clone(e.arena, definition));
    return edit_save(&e);
}

int pipefile_remove_stage(struct repo *r, const char *path, const char *name) {
    struct edit e CLEANUP(edit_close) = {0};
    struct node *definition, *stages;
    int rc = edit_open(&e, r, path);

    rc = rc ? rc : find_definition(&definition, &e, name);
    rc = rc ? rc : lockfile_remove_stage(r, path, name);
    if (rc) {
        return rc;
    }
    stages = node_get(e.want, "stages");
    node_drop(stages, name);
    if (stages->map.len == 0) {
        node_drop(e.want, "stages");
    }
    /* DVC deletes the file with its last stage even if it holds plots or artifacts; those are the
     * user's. */
    return e.want->map.len == 0 ? stagefile_delete(r, path) : edit_save(&e);
}

int pipefile_set_key(struct repo *r, const char *path, const char *name, const char *key,
                     const struct node *value) {
    struct edit e CLEANUP(edit_close) = {0};
    struct node *definition;
    int rc = edit_open(&e, r, path);

    rc = rc ? rc : find_definition(&definition, &e, name);
    if (rc) {
        return rc;
    }
    if (definition->kind != NODE_MAP || node_get(definition, "foreach")) {
        return err_set(ERR_FAILED, "'%s' in '%s' is a group of stages", name, e.shown);
    }
    if (value) {
        node_put(e.arena, definition, key, node_clone(e.arena, value));
    } else {
        node_drop(definition, key);
    }
    log_info("Modifying stage '%s' in '%s'", name, e.shown);
    return edit_save(&e);
}
