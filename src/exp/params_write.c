#include "exp/params_write.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "exp/hydra.h"
#include "exp/override.h"
#include "model/repo.h"
#include "os/file.h"

static int change(struct str *out, struct arena *arena, const struct str *old, struct repo *r,
                  const char *name, const struct override_set *set) {
    struct node *root = NULL;
    int rc = old->len ? doc_read(&root, arena, old->buf, old->len, name) : 0;

    if (rc) {
        return rc;
    }
    root = root && root->kind != NODE_NULL ? node_clone(arena, root) : node_map(arena);
    rc = set->composed ? hydra_compose(&root, arena, r, &set->texts)
                       : override_apply(root, arena, &set->texts);
    if (rc) {
        return err_wrap(rc, "%s", name);
    }
    return doc_edit(out, old->buf, old->len, root, name);
}

int params_write_plan(struct str *out, struct repo *r, const char *path,
                      const struct override_set *set) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str old CLEANUP(str_release) = STR_INIT;
    int rc = file_read(&old, r->root_fd, path, DOC_MAX_BYTES);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
    } else if (rc) {
        return rc;
    }
    return change(out, arena, &old, r, repo_shown(r, path), set);
}
